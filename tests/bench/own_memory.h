// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BENCH_OWN_MEMORY_H
#define QRCONFIRM_BENCH_OWN_MEMORY_H

#include <stdio.h>
#include <sys/types.h>

// Kilobytes that are a process's alone: no other one has them mapped (proc(5), smaps_rollup).
static inline long own_memory_kib(pid_t pid)
{
    char path[64], line[128];
    long sum = 0, kib;
    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file)) {
        if (sscanf(line, "Private_Clean: %ld", &kib) == 1 ||
            sscanf(line, "Private_Dirty: %ld", &kib) == 1)
            sum += kib;
    }
    if (file)
        fclose(file);
    return sum;
}

#endif
