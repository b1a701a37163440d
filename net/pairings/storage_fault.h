// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_STORAGE_FAULT_H
#define QRCONFIRM_NET_PAIRINGS_STORAGE_FAULT_H

// What an errno means for a file of this device. A file that could not be read is not a damaged
// one, and a disk that is full is not one that can only be read: each has its own words and its
// own way out (base/failure.def).

#include "base/failure.h"

// Both fill `fault` in with `name` and the system's words, and return false.

// DESCRIPTORS, MEMORY; STORE_FOREIGN for a link and anything but a plain file; else
// STORE_UNREADABLE.
bool storage_read_fault(struct fault *fault, const char *name, int error);

// DESCRIPTORS, MEMORY, STORE_FULL, STORE_READ_ONLY; else PAIRING_STORE.
bool storage_write_fault(struct fault *fault, const char *name, int error);

// Whether the failure says nothing of what is in the file, only that it could not be read, or
// not judged. What may be whole is not replaced and not erased.
bool storage_is_unknown(enum failure failure);

// The damage of a file has its own row where the file has one: PAIRING_DAMAGED becomes
// `damaged`, any other failure stays. Returns false.
bool storage_name_damage(struct fault *fault, enum failure damaged);

#endif
