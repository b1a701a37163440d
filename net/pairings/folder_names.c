// SPDX-License-Identifier: MIT
#include "net/pairings/folder_names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "net/pairings/storage_fault.h"

bool folder_names_each(int folder, const char *what, folder_name_taker *take, void *userdata,
                       struct fault *fault)
{
    int listed = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = listed >= 0 ? fdopendir(listed) : NULL;
    if (!entries) {
        storage_read_fault(fault, what, errno);
        if (listed >= 0)
            close(listed);
        return false;
    }

    bool ok = true;
    const struct dirent *entry;
    while (ok && (errno = 0, entry = readdir(entries)))
        ok = take(folder, entry->d_name, userdata, fault);
    if (ok && errno != 0)
        ok = storage_read_fault(fault, what, errno);

    closedir(entries);
    return ok;
}
