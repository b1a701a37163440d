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
#include "ui/settings/nearest.h"
#include "ui/settings/paths.h"
#include "ui/text/language.h"

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

// ---- the lines ---------------------------------------------------------------------------

struct reading {
    const char *text; // what inih has not asked for yet
    struct config *config;
    struct options *options;
    struct finding_sink sink;
    unsigned line;   // the one that inih has
    bool goes_on;    // the next piece is of that line too
    bool is_settled; // its name was taken, or it has none, or it was told
    bool ok;
};

static void tell_line(struct reading *reading, struct finding *finding)
{
    finding->line = reading->line;
    reading->is_settled = true;
    reading->ok = false;
    reading->sink.take(reading->sink.userdata, finding);
}

static void tell_form(struct reading *reading, const char *why)
{
    struct finding finding = {0};
    fault_set(&finding.fault, FAILURE_CONFIG_LINE, "%s", why);
    tell_line(reading, &finding);
}

// inih says which line has no name only at the end, and only of the first.
static void end_line(struct reading *reading)
{
    if (reading->line > 0 && !reading->is_settled)
        tell_form(reading, _("this is not 'name = value'"));
}

// As inih does; it knows sections, and lines that go on with the one before. Here there are
// neither: a section is told, and a line may have spaces in front.
static void begin_line(struct reading *reading)
{
    static const char mark[] = "\xef\xbb\xbf"; // of UTF-8, as some editors put it
    end_line(reading);
    reading->line++;
    if (reading->line == 1 && strncmp(reading->text, mark, strlen(mark)) == 0)
        reading->text += strlen(mark);
    reading->text += strspn(reading->text, " \t");
    reading->is_settled = *reading->text == '\0' || strchr("\r\n#;", *reading->text);
    if (*reading->text == '[') {
        tell_form(reading, _("there are no sections"));
        reading->text += strcspn(reading->text, "\n");
    }
}

// Gives inih its next piece of the text: a line, or what has room of it (as fgets does).
static char *next_piece(char *out, int room, void *userdata)
{
    struct reading *reading = userdata;
    if (!*reading->text)
        return NULL;
    if (!reading->goes_on)
        begin_line(reading);

    size_t size = strcspn(reading->text, "\n");
    size += reading->text[size] == '\n';
    bool fits = size < (size_t)room;
    if (!fits)
        size = (size_t)room - 1;
    memcpy(out, reading->text, size);
    out[size] = '\0';
    reading->text += size;
    reading->goes_on = !fits;

    if (!fits && !reading->is_settled)
        tell_form(reading, _("this line is too long"));
    return out;
}

// A name with a slip in it: the one that was meant, as far as can be told.
static void advise(const char *name, struct finding *finding)
{
    size_t best = NEAREST_DISTANCE_MAX + 1;
    const char *known;
    for (size_t i = 0; (known = options_setting_name(i)) != NULL; i++) {
        size_t distance = nearest_distance(name, known);
        if (distance >= best)
            continue;
        best = distance;
        snprintf(finding->instead, sizeof(finding->instead), _("Write '%s', if that is meant."),
                 known);
    }
}

static int take(void *userdata, const char *section, const char *name, const char *value)
{
    struct reading *reading = userdata;
    struct config *config = reading->config;
    (void)section;
    if (reading->is_settled)
        return 1;

    struct finding finding = {0};
    size_t size = strlen(value) + 1; // all values together are no longer than the file
    char *text = config->texts + config->used;
    memcpy(text, value, size);
    config->used += size;
    reading->is_settled = true;
    if (options_set(reading->options, name, text, &finding.fault))
        return 1;

    snprintf(finding.key, sizeof(finding.key), "%.100s", name);
    if (finding.fault.failure == FAILURE_CONFIG_NAME)
        advise(name, &finding);
    tell_line(reading, &finding);
    return 1;
}

// Tells all that is wrong in `text`; true if nothing is.
static bool read_lines(struct config *config, const char *text, struct options *options,
                       struct finding_sink sink)
{
    struct reading reading = {
        .text = text, .config = config, .options = options, .sink = sink, .ok = true};
    config->used = 0;
    ini_parse_stream(next_piece, &reading, take, &reading);
    end_line(&reading);
    return reading.ok;
}

// ---- the file ----------------------------------------------------------------------------

// True with *there = false if there is none and none is required.
static bool read_named(const char *path, bool required, char text[static CONFIG_SIZE_MAX + 1],
                       bool *there, struct fault *fault)
{
    FILE *file = fopen(path, "re");
    *there = file != NULL;
    // Below a file there is no file either; what is wrong there is told when it is written to.
    if (!file && (errno == ENOENT || errno == ENOTDIR) && !required)
        return true;
    if (!file)
        return fault_set(fault, failure_of_errno(errno, FAILURE_CONFIG), "%s: %s", path,
                         strerror(errno));

    bool read = read_file(file, text, CONFIG_SIZE_MAX + 1, fault, path);
    fclose(file);
    return read;
}

static void keep_first(void *userdata, const struct finding *finding)
{
    struct finding *first = userdata;
    if (first->fault.failure == FAILURE_NONE)
        *first = *finding;
}

bool config_read(struct config *config, const char *path, bool required,
                 struct options *options, struct fault *fault)
{
    char text[CONFIG_SIZE_MAX + 1];
    bool there;
    if (!read_named(path, required, text, &there, fault))
        return false;
    if (!there)
        return true;

    struct options result = *options;
    struct finding first = {0};
    if (!read_lines(config, text, &result, (struct finding_sink){keep_first, &first}))
        return fault_set(fault, FAILURE_CONFIG, _("%s, line %d: %s"), path, (int)first.line,
                         first.fault.detail);
    *options = result;
    return true;
}

bool config_check(const char *path, bool required, struct finding_sink sink)
{
    char text[CONFIG_SIZE_MAX + 1];
    struct finding whole = {0};
    bool there;
    if (!read_named(path, required, text, &there, &whole.fault)) {
        sink.take(sink.userdata, &whole);
        return false;
    }

    struct options scratch = options_default;
    struct config config;
    return !there || read_lines(&config, text, &scratch, sink);
}

// ---- writing -----------------------------------------------------------------------------

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

static bool hash_text(struct span text, const char *path, char out[static CONFIG_HASH_HEX + 1],
                      struct fault *fault)
{
    uint8_t hash[HASH_SIZE];
    if (!hash_sha256(text, hash))
        return fault_set(fault, FAILURE_INTERNAL, "%s: SHA-256", path);
    sodium_bin2hex(out, CONFIG_HASH_HEX + 1, hash, sizeof(hash));
    return true;
}

bool config_hash(const char *path, char out[static CONFIG_HASH_HEX + 1], struct fault *fault)
{
    uint8_t bytes[CONFIG_SIZE_MAX];
    size_t size = 0;
    FILE *file = fopen(path, "re");
    if (file) {
        size = fread(bytes, 1, sizeof(bytes), file);
        int error = ferror(file) ? errno : 0;
        fclose(file);
        if (error != 0)
            return fault_set(fault, failure_of_errno(error, FAILURE_CONFIG), "%s: %s", path,
                             strerror(error));
    } else if (errno != ENOENT && errno != ENOTDIR) {
        return fault_set(fault, failure_of_errno(errno, FAILURE_CONFIG), "%s: %s", path,
                         strerror(errno));
    }

    return hash_text(span_of(bytes, size), path, out, fault);
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
    if (!hash_text(span_str(text), path, hash, fault))
        return false;

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
