// SPDX-License-Identifier: MIT
#include "tests/fuzz/fuzz_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

static char path[] = "/dev/shm/qrconfirm-fuzz-XXXXXX";
static int folder = -1;

static void remove_all(void)
{
    DIR *listing = fdopendir(folder);
    for (struct dirent *entry; listing && (entry = readdir(listing)) != NULL;)
        unlinkat(folder, entry->d_name, 0);
    if (listing)
        closedir(listing);
    rmdir(path);
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
