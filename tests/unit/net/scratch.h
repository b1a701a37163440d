// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_SCRATCH_H
#define QRCONFIRM_TESTS_SCRATCH_H

// A folder for one test, removed afterwards; and cmocka's includes, which every test needs.

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

struct scratch {
    char path[PATH_MAX];
};

static inline int scratch_make(void **state)
{
    struct scratch *scratch = calloc(1, sizeof(*scratch));
    assert_non_null(scratch);
    const char *top = getenv("TMPDIR");
    snprintf(scratch->path, sizeof(scratch->path), "%s/qrconfirm-test-XXXXXX",
             top ? top : "/tmp");
    assert_non_null(mkdtemp(scratch->path));
    *state = scratch;
    return 0;
}

static inline int scratch_unlink(const char *path, const struct stat *is, int kind,
                                 struct FTW *walk)
{
    (void)is;
    (void)kind;
    (void)walk;
    return remove(path);
}

static inline int scratch_remove(void **state)
{
    struct scratch *scratch = *state;
    nftw(scratch->path, scratch_unlink, 8, FTW_DEPTH | FTW_PHYS);
    free(scratch);
    return 0;
}

static inline const char *scratch_join(void **state, const char *name)
{
    static char path[PATH_MAX + 64];
    const struct scratch *scratch = *state;
    snprintf(path, sizeof(path), "%s/%s", scratch->path, name);
    return path;
}

static inline void scratch_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline size_t scratch_read(const char *path, void *out, size_t room)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(out, 1, room, file);
    fclose(file);
    return size;
}

static inline unsigned scratch_mode(const char *path)
{
    struct stat is;
    assert_int_equal(lstat(path, &is), 0);
    return is.st_mode & 07777;
}

#endif
