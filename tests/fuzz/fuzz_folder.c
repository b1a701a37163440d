// SPDX-License-Identifier: MIT
#include "tests/fuzz/fuzz_folder.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

#define FOLDERS_OPEN 4

static char path[] = "/dev/shm/qrconfirm-fuzz-XXXXXX";
static int folder = -1;

static int remove_one(const char *name, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(name);
}

static void remove_all(void)
{
    nftw(path, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_folder(void)
{
    if (folder >= 0)
        return path;

    FUZZ_MUST(mkdtemp(path));
    folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    FUZZ_MUST(folder >= 0 && atexit(remove_all) == 0);
    return path;
}

void fuzz_folder_put(const char *name, struct span content)
{
    fuzz_folder();
    int file = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FUZZ_MUST(file >= 0 && write(file, content.p, content.n) == (ssize_t)content.n);
    close(file);
}
