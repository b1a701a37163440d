// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_EXCHANGE_H
#define QRCONFIRM_NET_PAIRINGS_EXCHANGE_H

// Two files of one folder change places in one step. Linux can do that since 3.15; not every
// libc has a function for it.

#include <stdbool.h>

// False with errno: ENOENT where one of them is missing, EINVAL where the file system cannot do
// it, ENOSYS where the kernel cannot.
bool files_exchange(int folder, const char *a, const char *b);

#endif
