// SPDX-License-Identifier: MIT
#include "ui/settings/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/protocol/origin.h"
#include "net/protocol/pin_shown.h"
#include "net/protocol/statement.h"
#include "net/protocol/text.h"
#include "ui/settings/option_table.h"
#include "ui/text/language.h"

const struct options options_default = {
    .command = COMMAND_SCAN,
    .face = FACE_WINDOW,
    .theme = THEME_CHOICE_SYSTEM,
    .notifications = NOTIFICATIONS_CHOICE_YES,
    .text_percent = 100,
    .record_s = 10,
};

#define ONE(command) (1u << COMMAND_##command)
#define ALL          ((1u << COMMANDS) - 1)
#define SCANNING     (ONE(SCAN) | ONE(PAIR))
#define FILED        (1u << COMMANDS) // the configuration file knows it too

const struct option_command option_commands[COMMANDS] = {
    [COMMAND_SCAN] = {"scan", "[CODE]", 0, 1,
                      N_("scan and confirm one sign-in; with a window, CODE is one that was "
                         "read elsewhere")},
    [COMMAND_PAIR] = {"pair", NULL, 0, 0, N_("pair this device with a portal")},
    [COMMAND_PROVISION] = {"provision", "FILE|-|credential:NAME", 1, 1,
                           N_("pair and set up this device by a provisioning file, with nobody "
                              "before it")},
    [COMMAND_CONFIG] = {"config", "check [FILE]", 1, 2,
                        N_("say everything that is wrong in the configuration file, and in a "
                           "provisioning file")},
    [COMMAND_PORTALS] = {"portals", NULL, 0, 0, N_("list the paired portals")},
    [COMMAND_FORGET] = {"forget", "ID", 1, 1, N_("remove a pairing and its key")},
    [COMMAND_CAMERAS] = {"cameras", "[ID]", 0, 1,
                         N_("list the cameras, usable or not, and why; try the one named")},
    [COMMAND_RECORD] = {"record", "FILE", 1, 1, N_("record camera frames")},
    [COMMAND_DECODE] = {"decode", "FILE...", 1, SIZE_MAX,
                        N_("read recordings and pictures, print their payloads")},
    [COMMAND_DOCTOR] = {"doctor", NULL, 0, 0,
                        N_("check camera, clock, keys and portals, each with a next step")},
    [COMMAND_LOG] = {"log", NULL, 0, 0, N_("show the journal of decisions")},
    [COMMAND_STATUS] = {"status", NULL, 0, 0,
                        N_("say how this device fares, for monitoring: version, keys, portals, "
                           "failures")},
    [COMMAND_PIN] = {"pin", "set|change|remove|hash", 1, 1,
                     N_("set, change or remove the PIN that is asked before each sign-in; or "
                        "print the hash of an administrator PIN, for a provisioning file")},
    [COMMAND_SEAL] = {"seal", "[keyring|credential|tpm|file]", 0, 1,
                      N_("say what seals the keys beside the PIN, or seal them by the keyring, "
                         "by a credential of systemd, by the TPM, or by nothing more")},
    [COMMAND_RENEW_KEYS] = {"renew", NULL, 0, 0, N_("renew the keys that end within 30 days")},
    [COMMAND_CONFORM] = {"conform", "URL [URL]", 1, 2,
                         N_("try a portal of your own as device and as attacker; URL is the "
                            "text of its pairing code")},
};

enum option_id {
    OPTION_SOURCE,
    OPTION_HEADLESS,
    OPTION_JSON,
    OPTION_LANG,
    OPTION_TIMEOUT,
    OPTION_LOOP,
    OPTION_BADGES,
    OPTION_FULLSCREEN,
    OPTION_THEME,
    OPTION_TEXT_SIZE,
    OPTION_ROTATE,
    OPTION_SAFE_AREA,
    OPTION_MIRROR,
    OPTION_KEYBOARD,
    OPTION_MUTE,
    OPTION_QUIET_HOURS,
    OPTION_NO_VIBRATION,
    OPTION_SPEAK,
    OPTION_STILL,
    OPTION_NOTIFICATIONS,
    OPTION_LABEL,
    OPTION_PLACE,
    OPTION_URL,
    OPTION_PIN,
    OPTION_SECONDS,
    OPTION_ALL,
    OPTION_COMPARE,
    OPTION_EVERY_FRAME,
    OPTION_SHOW_SECRETS,
    OPTION_ADMINISTRATOR,
    OPTION_YES,
    OPTION_TEXTFILE,
    OPTION_CONFIG,
    OPTION_ALLOW_PLAIN_HTTP,
    OPTION_ALLOW_PROGRAM_PRESSES,
    OPTION_VERBOSE,
    OPTION_HELP,
    OPTION_VERSION,
    OPTIONS
};

_Static_assert(OPTIONS <= OPTIONS_MAX,
               "each has a bit in what was seen, and a place in a file");

static const struct argument_option table[OPTIONS] = {
    [OPTION_SOURCE] = {"source", "SOURCE", SCANNING | ONE(RECORD) | FILED,
                       N_("camera[:ID], pipewire[:ID], replay:FILE, image:FILE, or - (Y4M on "
                          "standard input)"),
                       0},
    [OPTION_HEADLESS] = {"headless", NULL, SCANNING,
                         N_("text on the terminal, no window; answer with a line"), 0},
    [OPTION_JSON] = {"json", NULL, ALL,
                     N_("one JSON object an event on standard output, no window"), 0},
    [OPTION_LANG] = {"lang", "LANGUAGE", ALL | FILED, NULL, 0},
    [OPTION_TIMEOUT] = {"timeout", "SECONDS", SCANNING | FILED,
                        N_("give up looking for a code after so long"), 0},
    [OPTION_LOOP] = {"loop", NULL, ONE(SCAN), N_("begin again after each sign-in, for kiosks"),
                     0},
    [OPTION_BADGES] = {"badges", "PEOPLE", SCANNING | FILED,
                       N_("whoever signs in has a badge; so many people are kept, 1 to 200"),
                       0},
    [OPTION_FULLSCREEN] = {"fullscreen", NULL, SCANNING | FILED, N_("fill the screen"), 0},
    [OPTION_THEME] = {"theme", "THEME", SCANNING | FILED, N_("light, dark, contrast or system"),
                      0},
    [OPTION_TEXT_SIZE] = {"text-size", "PERCENT", SCANNING | FILED,
                          N_("size of texts, 50 to 200"), 0},
    [OPTION_ROTATE] = {"rotate", "DEGREES", SCANNING | FILED,
                       N_("turn the picture clockwise by 0, 90, 180 or 270 degrees"), 0},
    [OPTION_SAFE_AREA] =
        {"safe-area", "TOP,RIGHT,BOTTOM,LEFT", SCANNING | FILED,
         N_("units at the edges that a notch or round corners cover, each 0 to 48"), 0},
    [OPTION_MIRROR] =
        {"mirror", "WHEN", SCANNING | FILED,
         N_("show the camera's picture as in a mirror: auto (the camera says that "
            "it faces the person), yes or no"),
         0},
    [OPTION_KEYBOARD] =
        {"on-screen-keyboard", "WHEN", SCANNING | FILED,
         N_("keys on the screen to type with: auto (a kiosk without a keyboard), yes or no"),
         0},
    [OPTION_MUTE] = {"mute", NULL, SCANNING | FILED, N_("no sounds"), 0},
    [OPTION_QUIET_HOURS] =
        {"quiet-hours", "HH:MM-HH:MM", SCANNING | FILED,
         N_("hours without sounds and spoken texts, in which the screen of a "
            "kiosk is dark until it is touched, like 22:00-06:00"),
         0},
    [OPTION_NO_VIBRATION] = {"no-vibration", NULL, SCANNING | FILED, N_("no vibration"), 0},
    [OPTION_SPEAK] = {"speak", NULL, SCANNING | FILED,
                      N_("say what the window shows, where speech-dispatcher is installed"), 0},
    [OPTION_STILL] = {"still", NULL, SCANNING | FILED, N_("nothing moves on the screen"), 0},
    [OPTION_NOTIFICATIONS] =
        {
            "notifications", "WHAT", SCANNING | FILED,
            N_("what the desktop tells while the window is not in view: yes, names (portal and "
               "account too) or no"),
            0},
    [OPTION_LABEL] = {"label", "NAME", ONE(PAIR) | ONE(PROVISION) | FILED,
                      N_("name of this device in the portal's list"), 0},
    [OPTION_PLACE] = {"place", "TEXT", ONE(SCAN) | FILED,
                      N_("a line on the first screen of a kiosk: which computer is meant, and "
                         "where it stands"),
                      0},
    [OPTION_URL] = {"url", "URL", ONE(PAIR),
                    N_("pair with the Bitrix24 portal at this address, by login and password"),
                    0},
    [OPTION_PIN] = {"pin", "PIN", ONE(PAIR),
                    N_("what the portal's key must be: sha256//... of its public key"), 0},
    [OPTION_SECONDS] = {"seconds", "SECONDS", ONE(RECORD) | ONE(CAMERAS),
                        N_("length of the recording or the trial, 10 if not given"), 0},
    [OPTION_ALL] = {"all", NULL, ONE(LOG),
                    N_("the whole journal, not only its last 1000 entries"), 0},
    [OPTION_COMPARE] = {"compare", "FILE", ONE(LOG),
                        N_("compare the journal with the portal's record in this file; - is "
                           "standard input"),
                        0},
    [OPTION_EVERY_FRAME] = {"every-frame", NULL, ONE(DECODE),
                            N_("print a payload at each frame that has it"), 0},
    [OPTION_SHOW_SECRETS] = {"show-secrets", NULL, ONE(DECODE),
                             N_("print the seeds of one-time codes too"), 0},
    [OPTION_ADMINISTRATOR] = {"administrator", NULL, ONE(PIN),
                              N_("the PIN that a kiosk asks for before it is paired or set up "
                                 "at its screen"),
                              0},
    [OPTION_YES] = {"yes", NULL, ONE(FORGET), N_("forget without asking, for scripts"), 0},
    [OPTION_TEXTFILE] = {"textfile", "FILE", ONE(STATUS),
                         N_("write it as metrics for Prometheus into this file, in one step"),
                         0},
    [OPTION_CONFIG] = {"config", "FILE", ALL, N_("another configuration file"), 0},
    [OPTION_ALLOW_PLAIN_HTTP] = {"allow-plain-http", NULL,
                                 SCANNING | ONE(FORGET) | ONE(DOCTOR) | ONE(STATUS) |
                                     ONE(RENEW_KEYS) | ONE(CONFORM),
                                 N_("http to this machine, for a sandbox portal only"), 0},
    [OPTION_ALLOW_PROGRAM_PRESSES] =
        {"allow-program-presses", NULL, SCANNING | FILED,
         N_("on X11 other programs may press Approve, as some aids of input do; less safe"), 0},
    [OPTION_VERBOSE] = {"verbose", NULL, ALL, N_("say on standard error what happens"), 0},
    [OPTION_HELP] = {"help", NULL, ALL, N_("show this help"), 'h'},
    [OPTION_VERSION] = {"version", NULL, ALL, N_("show the version"), 'V'},
};

static const char *option_text(enum option_id id)
{
    return id == OPTION_LANG ? languages_codes() : _(table[id].text);
}

const struct argument_option *option_row(size_t row)
{
    return row < OPTIONS ? &table[row] : NULL;
}

const char *option_row_text(size_t row)
{
    return option_text((enum option_id)row);
}

const char *command_name(enum command command)
{
    return option_commands[command].name;
}

static bool parse_number(const char *text, unsigned least, unsigned most, unsigned *out)
{
    char *end = NULL;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno || end == text || *end || text[0] < '0' || text[0] > '9' || value < least ||
        value > most)
        return false;
    *out = (unsigned)value;
    return true;
}

static bool parse_choice(const char *text, const char *const choices[], size_t count,
                         unsigned *out)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, choices[i]) == 0) {
            *out = (unsigned)i;
            return true;
        }
    }
    return false;
}

// TOP,RIGHT,BOTTOM,LEFT
static bool parse_insets(const char *text, struct insets *out)
{
    unsigned sides[4];
    for (size_t i = 0; i < 4; i++) {
        char number[sizeof("48")];
        size_t size = strcspn(text, ",");
        if (size >= sizeof(number) || text[size] != (i < 3 ? ',' : '\0'))
            return false;
        memcpy(number, text, size);
        number[size] = '\0';
        if (!parse_number(number, 0, OPTIONS_INSET_MAX, &sides[i]))
            return false;
        text += size + 1;
    }
    *out = (struct insets){sides[0], sides[1], sides[2], sides[3]};
    return true;
}

static bool set_with_argument(struct options *options, enum option_id id, const char *value)
{
    static const char *const themes[] = {"light", "dark", "contrast", "system"};
    static const char *const turns[] = {"0", "90", "180", "270"};
    static const char *const whens[] = {"auto", "yes", "no"};
    static const char *const notifications[] = {"no", "yes", "names"};
    char pin[8 + 44 + 1];
    unsigned choice;

    switch (id) {
    case OPTION_SOURCE:
        options->source = value;
        return *value != '\0';
    case OPTION_LANG:
        options->language = value;
        return languages_find(value) != NULL;
    case OPTION_TIMEOUT:
        return parse_number(value, 1, OPTIONS_TIMEOUT_MAX_S, &options->timeout_s);
    case OPTION_BADGES:
        return parse_number(value, 1, OPTIONS_BADGES_MAX, &options->badges);
    case OPTION_TEXT_SIZE:
        return parse_number(value, OPTIONS_SCALE_MIN, OPTIONS_SCALE_MAX,
                            &options->text_percent);
    case OPTION_SECONDS:
        return parse_number(value, 1, OPTIONS_TIMEOUT_MAX_S, &options->record_s);
    case OPTION_THEME:
        if (!parse_choice(value, themes, sizeof(themes) / sizeof(themes[0]), &choice))
            return false;
        options->theme = (enum theme_choice)choice;
        return true;
    case OPTION_ROTATE:
        if (!parse_choice(value, turns, sizeof(turns) / sizeof(turns[0]), &choice))
            return false;
        options->rotate = choice * 90;
        return true;
    case OPTION_MIRROR:
        if (!parse_choice(value, whens, sizeof(whens) / sizeof(whens[0]), &choice))
            return false;
        options->mirror = (enum mirror_choice)choice;
        return true;
    case OPTION_KEYBOARD:
        if (!parse_choice(value, whens, sizeof(whens) / sizeof(whens[0]), &choice))
            return false;
        options->keyboard = (enum keyboard_choice)choice;
        return true;
    case OPTION_NOTIFICATIONS:
        if (!parse_choice(value, notifications,
                          sizeof(notifications) / sizeof(notifications[0]), &choice))
            return false;
        options->notifications = (enum notifications_choice)choice;
        return true;
    case OPTION_SAFE_AREA:
        return parse_insets(value, &options->safe_area);
    case OPTION_LABEL:
        options->label = value;
        return *value != '\0' && strlen(value) <= STATEMENT_LABEL_MAX &&
               text_check_whole(span_str(value)) == TEXT_OK;
    case OPTION_QUIET_HOURS:
        return quiet_hours_parse(value, &options->quiet);
    case OPTION_PLACE:
        options->place = value;
        return *value != '\0' && strlen(value) <= OPTIONS_PLACE_MAX &&
               text_check_whole(span_str(value)) == TEXT_OK;
    case OPTION_URL:
        options->url = value;
        return *value != '\0' && strlen(value) <= BASE_URL_MAX;
    case OPTION_PIN:
        options->pin = value;
        return pin_typed(value, pin, sizeof(pin)) && strncmp(pin, "sha256//", 8) == 0 &&
               strlen(pin) == 8 + 44;
    case OPTION_TEXTFILE:
        options->textfile = value;
        return *value != '\0';
    case OPTION_COMPARE:
        options->compare = value;
        return *value != '\0';
    case OPTION_CONFIG:
        options->config = value;
        return *value != '\0';
    default:
        return false;
    }
}

static void set_switch(struct options *options, enum option_id id, bool on)
{
    switch (id) {
    case OPTION_HEADLESS:
        if (options->face != FACE_JSON)
            options->face = FACE_TEXT;
        break;
    case OPTION_JSON:
        options->face = FACE_JSON;
        break;
    case OPTION_LOOP:
        options->loop = on;
        break;
    case OPTION_FULLSCREEN:
        options->fullscreen = on;
        break;
    case OPTION_MUTE:
        options->mute = on;
        break;
    case OPTION_NO_VIBRATION:
        options->no_vibration = on;
        break;
    case OPTION_SPEAK:
        options->speak = on;
        break;
    case OPTION_STILL:
        options->still = on;
        break;
    case OPTION_ALLOW_PROGRAM_PRESSES:
        options->allow_program_presses = on;
        break;
    case OPTION_ALLOW_PLAIN_HTTP:
        options->allow_plain_http = on;
        break;
    case OPTION_ALL:
        options->all = on;
        break;
    case OPTION_EVERY_FRAME:
        options->every_frame = on;
        break;
    case OPTION_SHOW_SECRETS:
        options->show_secrets = on;
        break;
    case OPTION_ADMINISTRATOR:
        options->administrator = on;
        break;
    case OPTION_YES:
        options->yes = on;
        break;
    case OPTION_VERBOSE:
        options->verbose = on;
        break;
    case OPTION_HELP:
        options->help = on;
        break;
    case OPTION_VERSION:
        options->version = on;
        break;
    default:
        break;
    }
}

void options_device_label(const struct options *options, char *out, size_t room)
{
    char host[64 + 1] = "";
    gethostname(host, sizeof(host) - 1);
    snprintf(out, room, "%s", options->label ? options->label : host[0] ? host : "qrconfirm");
}

const char *options_setting_name(size_t index)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        if ((table[i].known_by & FILED) && index-- == 0)
            return table[i].name;
    }
    return NULL;
}

bool options_set(struct options *options, const char *name, const char *value,
                 struct fault *fault)
{
    size_t row;
    if (!argument_find(table, OPTIONS, FILED, name, strlen(name), &row))
        return fault_set(fault, FAILURE_CONFIG_NAME, _("there is no setting '%s'"), name);

    enum option_id id = (enum option_id)row;
    if (table[id].value) {
        if (!set_with_argument(options, id, value))
            return fault_set(fault, FAILURE_CONFIG_VALUE, _("'%s' is no value for '%s' (%s)"),
                             value, name, option_text(id));
        return true;
    }
    static const char *const words[] = {"no", "yes"};
    unsigned on;
    if (!parse_choice(value, words, 2, &on))
        return fault_set(fault, FAILURE_CONFIG_VALUE, _("'%s' takes yes or no, not '%s'"), name,
                         value);
    set_switch(options, id, on != 0);
    return true;
}

// What has been read of a command line.
struct line {
    struct options options;
    uint64_t seen;   // options: a bit of enum option_id each
    char **operands; // strings of argv, moved to its front
    size_t operand_count;
};

static bool take_option(const struct argument *argument, struct line *line, struct fault *fault)
{
    enum option_id id = (enum option_id)argument->option;
    line->seen |= UINT64_C(1) << id;
    if (!argument->value) {
        set_switch(&line->options, id, true);
        return true;
    }
    return set_with_argument(&line->options, id, argument->value) ||
           fault_set(fault, FAILURE_USAGE, _("'%s' is no value for '--%s' (%s)"),
                     argument->value, table[id].name, option_text(id));
}

static bool parse_command(const char *word, struct options *options, struct fault *fault)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(word, option_commands[i].name) == 0) {
            options->command = (enum command)i;
            return true;
        }
    }
    return fault_set(fault, FAILURE_USAGE, _("there is no command '%s'"), word);
}

// What needs the whole line: does the command know these options and so many operands?
static bool check_line(const struct options *options, uint64_t seen, struct fault *fault)
{
    const char *name = option_commands[options->command].name;
    if (options->help || options->version)
        return true;

    for (size_t i = 0; i < OPTIONS; i++) {
        if ((seen & (UINT64_C(1) << i)) && !(table[i].known_by & (1u << options->command)))
            return fault_set(fault, FAILURE_USAGE, _("'%s' knows no option '--%s'"), name,
                             table[i].name);
    }

    if (options->pin && !options->url)
        return fault_set(fault, FAILURE_USAGE, _("'--pin' goes with '--url'"));

    if (options->file_count < option_commands[options->command].least)
        return fault_set(fault, FAILURE_USAGE, _("'%s' needs %s"), name,
                         option_commands[options->command].operand);
    if (options->file_count > option_commands[options->command].most)
        return fault_set(fault, FAILURE_USAGE, _("'%s' is too much for '%s'"),
                         options->files[option_commands[options->command].most], name);

    // A kiosk is reached at its screen alone.
    if (options->command == COMMAND_SCAN && options->file_count > 0 &&
        (options->loop || options->face != FACE_WINDOW))
        return fault_set(fault, FAILURE_USAGE,
                         _("a code goes with a window, without '--loop'"));
    return true;
}

static bool take_word(char *word, struct line *line, struct fault *fault)
{
    struct options *options = &line->options;
    if (options->names_command) {
        line->operands[line->operand_count++] = word;
        return true;
    }
    if (!options->help && strcmp(word, "help") == 0) {
        options->help = true; // "help scan" is "scan --help"
        return true;
    }
    options->names_command = true;
    return parse_command(word, options, fault);
}

static bool take_argument(const struct argument *argument, struct line *line,
                          struct fault *fault)
{
    switch (argument->kind) {
    case ARGUMENT_OPERAND:
        return take_word(argument->word, line, fault);
    case ARGUMENT_OPTION:
        return take_option(argument, line, fault);
    case ARGUMENT_NO_SWITCH:
        return fault_set(fault, FAILURE_USAGE, _("'--%s' takes no value"),
                         table[argument->option].name);
    case ARGUMENT_NO_VALUE:
        return fault_set(fault, FAILURE_USAGE, _("'--%s' needs %s"),
                         table[argument->option].name, table[argument->option].value);
    case ARGUMENT_UNKNOWN:
        break;
    }

    return fault_set(fault, FAILURE_USAGE, _("there is no option '%.*s'"),
                     (int)argument->name_size, argument->word);
}

bool options_parse(int argc, char *argv[], struct options *options, struct fault *fault)
{
    // The command may come after its options: which of them it knows is checked at the end.
    struct arguments arguments = {.options = table, .option_count = OPTIONS, .reader = ~0u};
    struct line line = {.options = *options, .operands = argv + 1};
    struct argument argument;
    arguments.words = argv + 1;
    arguments.count = argc > 0 ? (size_t)argc - 1 : 0;
    while (arguments_next(&arguments, &argument)) {
        if (!take_argument(&argument, &line, fault))
            return false;
    }

    line.options.file_count = line.operand_count;
    line.options.files = line.operand_count ? (const char **)(void *)line.operands : NULL;
    if (!check_line(&line.options, line.seen, fault))
        return false;
    *options = line.options;
    return true;
}

const char *options_find(int argc, char *const argv[], const char *name)
{
    size_t size = strlen(name);
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--", 2) != 0 || strncmp(argv[i] + 2, name, size) != 0)
            continue;
        if (argv[i][2 + size] == '=')
            return argv[i] + 2 + size + 1;
        if (argv[i][2 + size] == '\0' && i + 1 < argc)
            return argv[i + 1];
    }
    return NULL;
}
