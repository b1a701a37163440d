// SPDX-License-Identifier: MIT
#include "net/pairings/storage_fault.h"

#include <errno.h>
#include <string.h>

static enum failure of_reading(int error)
{
    switch (error) {
    case ELOOP:
    case ENXIO: // a socket
    case ENODEV:
        return FAILURE_STORE_FOREIGN;
    default:
        return FAILURE_STORE_UNREADABLE;
    }
}

static enum failure of_writing(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: // the limit of the process, or of the file system
        return FAILURE_STORE_FULL;
    case EROFS:
        return FAILURE_STORE_READ_ONLY;
    default:
        return FAILURE_PAIRING_STORE;
    }
}

bool storage_read_fault(struct fault *fault, const char *name, int error)
{
    enum failure failure = failure_of_errno(error, of_reading(error));
    const char *why = error == ELOOP ? "is a symbolic link" : strerror(error);
    return fault_set(fault, failure, "%s: %s", name, why);
}

bool storage_write_fault(struct fault *fault, const char *name, int error)
{
    enum failure failure = failure_of_errno(error, of_writing(error));
    return fault_set(fault, failure, "%s: %s", name, strerror(error));
}

bool storage_is_unknown(enum failure failure)
{
    return failure == FAILURE_STORE_UNREADABLE || failure == FAILURE_STORE_FOREIGN ||
           failure == FAILURE_DESCRIPTORS || failure == FAILURE_MEMORY ||
           failure == FAILURE_INTERNAL ||  // libsodium has failed
           failure == FAILURE_SIGNER_LOST; // who looks into files of keys
}

bool storage_name_damage(struct fault *fault, enum failure damaged)
{
    if (fault && fault->failure == FAILURE_PAIRING_DAMAGED)
        fault->failure = damaged;
    return false;
}
