// SPDX-License-Identifier: MIT
#include "ui/settings/paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "net/pairings/storage_fault.h"
#include "ui/text/language.h"

static bool find(char out[PATHS_MAX], const char *variable, const char *below_home,
                 const char *name, struct fault *fault)
{
    const char *base = getenv(variable);
    int size;

    if (base && base[0] == '/') { // the specification: relative paths are ignored
        size = snprintf(out, PATHS_MAX, "%s/%s", base, name);
    } else {
        const char *home = getenv("HOME");
        if (!home || !home[0])
            return fault_set(fault, FAILURE_USAGE, _("neither %s nor HOME is set"), variable);
        if (home[0] != '/')
            return fault_set(fault, FAILURE_USAGE, _("HOME does not begin with /: %.100s"),
                             home);
        size = snprintf(out, PATHS_MAX, "%s/%s/%s", home, below_home, name);
    }

    if (size < 0 || (size_t)size >= PATHS_MAX)
        return fault_set(fault, FAILURE_USAGE, _("%s is too long"), variable);
    return true;
}

bool paths_find(struct paths *out, struct fault *fault)
{
    struct paths found;
    if (!find(found.config, "XDG_CONFIG_HOME", ".config", "qrconfirm/config.ini", fault) ||
        !find(found.data, "XDG_DATA_HOME", ".local/share", "qrconfirm", fault) ||
        !find(found.state, "XDG_STATE_HOME", ".local/state", "qrconfirm", fault))
        return false;
    *out = found;
    return true;
}

bool paths_make(const char *folder, struct fault *fault)
{
    char path[PATHS_MAX];
    if (snprintf(path, sizeof(path), "%s", folder) >= (int)sizeof(path))
        return fault_set(fault, FAILURE_PAIRING_STORE, _("%.100s...: too long"), folder);

    for (char *p = path + 1;; p++) {
        char was = *p;
        if (was != '/' && was != '\0')
            continue;
        *p = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return storage_write_fault(fault, path, errno);
        *p = was;
        if (was == '\0')
            return true;
    }
}
