// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SETTINGS_CONFIG_H
#define QRCONFIRM_UI_SETTINGS_CONFIG_H

// The configuration file: `name = value`, one a line, the names of the long options
// (docs/commands.md). Errors name the file and the line.

#include "net/pairings/provision_record.h"
#include "ui/settings/finding.h"
#include "ui/settings/options.h"

#define CONFIG_SIZE_MAX 4096u // bytes of the file
#define CONFIG_HASH_HEX (2 * HASH_SIZE)

struct config {
    char texts[2 * CONFIG_SIZE_MAX]; // values that options point to
    size_t used;
};

// Reads `path` into `options`, whose texts then live in `config`. A file that is not there is
// no error unless `required`. Fails with CONFIG.
bool config_read(struct config *config, const char *path, bool required,
                 struct options *options, struct fault *fault);

// Tells everything for which config_read would refuse this file, not only the first: CONFIG of
// the file as a whole, CONFIG_LINE, CONFIG_NAME or CONFIG_VALUE of a line. False if there was
// anything.
bool config_check(const char *path, bool required, struct finding_sink sink);

// SHA-256 of the file's bytes, as `sha256sum` prints it; where there is no file, that of none.
bool config_hash(const char *path, char out[static CONFIG_HASH_HEX + 1], struct fault *fault);

// Whether these settings could be written now: the folder takes a file, and this file has room
// for them. `hash` is what config_hash will say then. Fails with CONFIG, or as a write does.
bool config_probe(const char *path, const struct provision_setting *settings, size_t count,
                  char hash[static CONFIG_HASH_HEX + 1], struct fault *fault);

// Sets `name` to `value` in the file, which is made if it is not there. All other lines stay as
// they are; the file is replaced in one step. Fails with CONFIG.
bool config_write(const char *path, const char *name, const char *value, struct fault *fault);

#endif
