// SPDX-License-Identifier: MIT
#include "ui/settings/config.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/pairings/atomic_file.h"
#include "ui/settings/paths.h"
#include "ui/text/language.h"

struct reading {
    struct config *config;
    struct options *options;
    struct fault fault; // the first one
};

static int take(void *userdata, const char *section, const char *name, const char *value)
{
    struct reading *reading = userdata;
    struct config *config = reading->config;

    if (reading->fault.failure != FAILURE_NONE)
        return 0;
    (void)section; // there are none: has_section
    size_t size = strlen(value ? value : "") + 1;
    if (!value || size > sizeof(config->texts) - config->used) {
        fault_set(&reading->fault, FAILURE_CONFIG, _("'%s' has no value"), name);
        return 0;
    }

    char *text = config->texts + config->used;
    memcpy(text, value, size);
    config->used += size;
    return options_set(reading->options, name, text, &reading->fault);
}

static bool read_file(FILE *file, char *text, size_t capacity, struct fault *fault,
                      const char *path)
{
    size_t size = fread(text, 1, capacity, file);
    if (ferror(file))
        return fault_set(fault, failure_of_errno(errno, FAILURE_CONFIG), "%s: %s", path,
                         strerror(errno));
    if (size == capacity)
        return fault_set(fault, FAILURE_CONFIG, _("%s: longer than %u bytes"), path,
                         CONFIG_SIZE_MAX);
    if (memchr(text, '\0', size))
        return fault_set(fault, FAILURE_CONFIG, _("%s: not a text file"), path);
    text[size] = '\0';
    return true;
}

// inih tells of a section only with the first name in it; here an empty one is wrong too.
static bool has_section(const char *text, int *line)
{
    for (*line = 1; text; (*line)++) {
        text += strspn(text, " \t");
        if (*text == '[')
            return true;
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
    }
    return false;
}

bool config_read(struct config *config, const char *path, bool required,
                 struct options *options, struct fault *fault)
{
    config->used = 0;
    FILE *file = fopen(path, "re");
    // Below a file there is no file either; what is wrong there is told when it is written to.
    if (!file && (errno == ENOENT || errno == ENOTDIR) && !required)
        return true;
    if (!file)
        return fault_set(fault, failure_of_errno(errno, FAILURE_CONFIG), "%s: %s", path,
                         strerror(errno));

    char text[CONFIG_SIZE_MAX + 1];
    bool read = read_file(file, text, sizeof(text), fault, path);
    fclose(file);
    if (!read)
        return false;

    int line;
    if (has_section(text, &line))
        return fault_set(fault, FAILURE_CONFIG, _("%s, line %d: there are no sections"), path,
                         line);
    struct options result = *options;
    struct reading reading = {.config = config, .options = &result};
    line = ini_parse_string(text, take, &reading);
    if (line == 0) {
        *options = result;
        return true;
    }
    const char *why = reading.fault.failure != FAILURE_NONE ? reading.fault.detail
                                                            : _("this is not 'name = value'");
    return fault_set(fault, FAILURE_CONFIG, _("%s, line %d: %s"), path, line, why);
}

// Is this line, which ends before `end`, the one that sets `name`?
static bool sets(const char *line, const char *end, const char *name)
{
    while (line < end && (*line == ' ' || *line == '\t'))
        line++;
    size_t size = strlen(name);
    if ((size_t)(end - line) < size || memcmp(line, name, size) != 0)
        return false;
    for (line += size; line < end && (*line == ' ' || *line == '\t');)
        line++;
    return line < end && (*line == '=' || *line == ':');
}

// `out` has room for the old text and one line more.
static size_t replace_line(const char *text, const char *name, const char *value, char *out)
{
    size_t used = 0;
    bool done = false;

    for (const char *line = text; *line;) {
        size_t size = strcspn(line, "\n");
        if (!sets(line, line + size, name)) {
            memcpy(out + used, line, size);
            used += size;
            out[used++] = '\n';
        } else if (!done) {
            used += (size_t)sprintf(out + used, "%s = %s\n", name, value);
            done = true;
        }
        line += size + (line[size] == '\n');
    }

    if (!done)
        used += (size_t)sprintf(out + used, "%s = %s\n", name, value);
    return used;
}

// The folder of a path, which is made if it is not there.
static int open_folder(const char *path, const char **name, struct fault *fault)
{
    char folder[PATHS_MAX] = ".";
    const char *slash = strrchr(path, '/');
    *name = slash ? slash + 1 : path;
    if (slash && (size_t)(slash - path) < sizeof(folder))
        snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
    int fd = -1;
    if (paths_make(folder[0] ? folder : "/", fault))
        fd = open(folder[0] ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd;
}

// The file as it is; one that is not there is empty.
static bool read_old(const char *path, char text[static CONFIG_SIZE_MAX + 1],
                     struct fault *fault)
{
    text[0] = '\0';
    FILE *file = fopen(path, "re");
    if (!file && errno != ENOENT)
        return fault_set(fault, failure_of_errno(errno, FAILURE_CONFIG), "%s: %s", path,
                         strerror(errno));

    bool read = !file || read_file(file, text, CONFIG_SIZE_MAX + 1, fault, path);
    if (file)
        fclose(file);
    return read;
}

static bool replace_checked(const char *path, const char *text, const char *name,
                            const char *value, char out[static 2 * CONFIG_SIZE_MAX],
                            size_t *size, struct fault *fault)
{
    *size = replace_line(text, name, value, out);
    return *size <= CONFIG_SIZE_MAX ||
           fault_set(fault, FAILURE_CONFIG, _("%s: longer than %u bytes"), path,
                     CONFIG_SIZE_MAX);
}

static void hash_text(struct span text, char out[static CONFIG_HASH_HEX + 1])
{
    uint8_t hash[HASH_SIZE];
    hash_sha256(text, hash);
    sodium_bin2hex(out, CONFIG_HASH_HEX + 1, hash, sizeof(hash));
}

bool config_hash(const char *path, char out[static CONFIG_HASH_HEX + 1], struct fault *fault)
{
    uint8_t bytes[CONFIG_SIZE_MAX];
    size_t size = 0;
    FILE *file = fopen(path, "re");
    if (file) {
        size = fread(bytes, 1, sizeof(bytes), file);
        fclose(file);
    } else if (errno != ENOENT && errno != ENOTDIR) {
        return fault_set(fault, failure_of_errno(errno, FAILURE_CONFIG), "%s: %s", path,
                         strerror(errno));
    }

    hash_text(span_of(bytes, size), out);
    return true;
}

bool config_probe(const char *path, const struct provision_setting *settings, size_t count,
                  char hash[static CONFIG_HASH_HEX + 1], struct fault *fault)
{
    char text[CONFIG_SIZE_MAX + 1], changed[2 * CONFIG_SIZE_MAX];
    const char *file_name;
    size_t size;
    if (!read_old(path, text, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!replace_checked(path, text, settings[i].name, settings[i].value, changed, &size,
                             fault))
            return false;
        memcpy(text, changed, size);
        text[size] = '\0';
    }
    hash_text(span_str(text), hash);

    int folder = open_folder(path, &file_name, fault);
    if (folder < 0)
        return fault_set(fault, failure_of_errno(errno, FAILURE_CONFIG), "%s: %s", path,
                         strerror(errno));
    bool takes = private_folder_probe(folder, path, fault);
    close(folder);
    return takes;
}

bool config_write(const char *path, const char *name, const char *value, struct fault *fault)
{
    char text[CONFIG_SIZE_MAX + 1], changed[2 * CONFIG_SIZE_MAX];
    size_t size;
    if (!read_old(path, text, fault) ||
        !replace_checked(path, text, name, value, changed, &size, fault))
        return false;

    const char *file_name;
    int folder = open_folder(path, &file_name, fault);
    bool written =
        folder >= 0 && atomic_file_write(folder, file_name, span_of(changed, size), fault);
    if (folder >= 0)
        close(folder);
    return written || fault_set(fault, failure_of_errno(errno, FAILURE_CONFIG), "%s: %s", path,
                                strerror(errno));
}
