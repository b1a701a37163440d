// SPDX-License-Identifier: MIT
#include "net/pairings/exchange.h"

#include <sys/syscall.h>
#include <unistd.h>

#define EXCHANGE (1u << 1) // RENAME_EXCHANGE of linux/fs.h

bool files_exchange(int folder, const char *a, const char *b)
{
    return syscall(SYS_renameat2, folder, a, folder, b, EXCHANGE) == 0;
}
