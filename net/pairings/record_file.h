// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_RECORD_FILE_H
#define QRCONFIRM_NET_PAIRINGS_RECORD_FILE_H

// Small JSON records in files of their own (record_json.h, atomic_file.h).

#include "net/pairings/atomic_file.h"
#include "net/pairings/record_json.h"

#define RECORD_FILE_MAX 4096u // bytes of a file

// The object in the file, to be released with json_decref. NULL with `read` MISSING, and no
// fault; or what else kept it from being read (atomic_file.h), DAMAGED where it is not such an
// object.
json_t *record_file_read(int folder, const char *name, const char *format, int version,
                         enum atomic_read *read, struct fault *fault);

// An object with "format" and "version"; `bad` is not 0 if memory is short.
json_t *record_file_begin(const char *format, int version, int *bad);

// Replaces the file by `root`, which is released in any case. `bad` is not 0 if something could
// not be put into it: MEMORY.
bool record_file_write(int folder, const char *name, json_t *root, int bad,
                       struct fault *fault);

#endif
