// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_SECRET_FILE_H
#define QRCONFIRM_PORTAL_BASE_SECRET_FILE_H

// Small files that hold a secret: read whole, written at once (mode 0600, fsync, rename).

#include "base/failure.h"
#include "base/span.h"

#define SECRET_PATH_MAX 4096u // bytes

// "directory/name"; false if that is too long.
bool secret_path(const char *directory, const char *name, char out[static SECRET_PATH_MAX]);

// Reads at most `capacity` bytes. False with `*missing` set if there is no such file; else
// false with INTERNAL.
bool secret_file_read(const char *path, uint8_t *out, size_t capacity, size_t *size,
                      bool *missing, struct fault *fault);
// A file that was written takes the place of another one, once it is on the disk itself.
bool secret_file_move(const char *from, const char *to, struct fault *fault);
bool secret_file_write(const char *path, struct span bytes, struct fault *fault);

#endif
