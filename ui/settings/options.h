// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SETTINGS_OPTIONS_H
#define QRCONFIRM_UI_SETTINGS_OPTIONS_H

// The command line as plain data. One table says which commands and options there are; the
// parser, --help and the completions come from it (docs/commands.md is checked against it).

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/failure.h"
#include "ui/settings/quiet_hours.h"

#define OPTIONS_TIMEOUT_MAX_S 3600u
#define OPTIONS_BADGES_MAX    200u // people that a kiosk keeps: PEOPLE_MAX
#define OPTIONS_SCALE_MIN     50u  // percent
#define OPTIONS_SCALE_MAX     200u
#define OPTIONS_INSET_MAX     48u // units a side
#define OPTIONS_PLACE_MAX     64u // bytes
#define OPTIONS_MAX           64u // options, and so settings: PROVISION_SETTINGS_MAX

enum command {
    COMMAND_SCAN,
    COMMAND_PAIR,
    COMMAND_PROVISION,
    COMMAND_CONFIG,
    COMMAND_PORTALS,
    COMMAND_FORGET,
    COMMAND_CAMERAS,
    COMMAND_RECORD,
    COMMAND_DECODE,
    COMMAND_DOCTOR,
    COMMAND_LOG,
    COMMAND_STATUS,
    COMMAND_PIN,
    COMMAND_SEAL,
    COMMAND_RENEW_KEYS,
    COMMAND_CONFORM,
    COMMANDS
};

enum face_kind { FACE_WINDOW, FACE_TEXT, FACE_JSON };
enum theme_choice {
    THEME_CHOICE_LIGHT,
    THEME_CHOICE_DARK,
    THEME_CHOICE_CONTRAST,
    THEME_CHOICE_SYSTEM // as the desktop says: light or dark
};

// Whether the camera's picture is shown as in a mirror.
enum mirror_choice {
    MIRROR_CHOICE_AUTO, // as the camera says: the one that faces the person
    MIRROR_CHOICE_YES,
    MIRROR_CHOICE_NO
};

enum keyboard_choice {
    KEYBOARD_CHOICE_AUTO, // on a kiosk where nothing else types
    KEYBOARD_CHOICE_YES,
    KEYBOARD_CHOICE_NO
};

// What the desktop tells of a sign-in whose window is not in view.
enum notifications_choice {
    NOTIFICATIONS_CHOICE_NO,
    NOTIFICATIONS_CHOICE_YES,  // what any lock screen may show
    NOTIFICATIONS_CHOICE_NAMES // portal and account too
};

// How far from each edge of the screen nothing is put that is read or touched: units.
struct insets {
    unsigned top, right, bottom, left;
};

// Strings belong to argv or to the configuration that filled them in.
struct options {
    enum command command;
    bool help, version;
    const char *source; // NULL: the camera
    enum face_kind face;
    const char *language;  // NULL: as the locale says
    unsigned timeout_s;    // 0: none
    const char *config;    // NULL: the XDG place
    const char *url, *pin; // of the portal to pair with, and of its key; NULL: by its code
    const char *label;     // of this device, for the portal; NULL: the host name
    const char *place;     // of the computer that is signed in, for who stands there; or NULL
    bool loop;
    unsigned badges; // so many people come by badge and PIN; 0: nobody does
    bool fullscreen;
    bool mute, no_vibration;    // what the window does besides being seen
    struct quiet_hours quiet;   // no sounds, no texts that are said, and a kiosk is dark
    bool speak;                 // say the texts, by speech-dispatcher
    bool still;                 // no animations
    bool allow_program_presses; // X11: a yes may be pressed by another program
    bool allow_plain_http;      // for the sandbox portal on a loopback address
    enum theme_choice theme;
    enum mirror_choice mirror;
    enum keyboard_choice keyboard; // our own, on the screen
    enum notifications_choice notifications;
    unsigned text_percent; // size of texts, 100 is normal
    unsigned rotate;       // degrees clockwise: 0, 90, 180 or 270
    struct insets safe_area;
    const char *textfile; // status: where to write metrics; NULL: nowhere
    bool verbose;
    unsigned record_s;   // length of a recording, or of the trial of a camera
    bool all;            // log: the whole journal
    const char *compare; // log: a portal's record, "-" for standard input; NULL: none
    bool every_frame;    // decode: tell a payload at each frame that has it
    bool show_secrets;   // decode: one-time-code seeds too
    bool names_command;  // false: it is the default one
    bool yes;            // forget: sure, nobody is asked
    bool administrator;  // pin: that of a kiosk, not that of the keys
    const char **files;  // what follows the command: files, an id; in argv's order
    size_t file_count;
};

// What holds where neither the command line nor the configuration says otherwise.
extern const struct options options_default;

// Fills `options` (set by the caller to the defaults and the configuration) from the command
// line. `argv` is reordered: `options->files` points into it. Fails with USAGE.
bool options_parse(int argc, char *argv[], struct options *options, struct fault *fault);

// Finds the value of --NAME before the rest is read; NULL if it is not there. So the
// configuration file and the language are known when something in them is wrong.
const char *options_find(int argc, char *const argv[], const char *name);

// Sets the option of the configuration file `name` to `value`; the texts must outlive
// `options`. Fails with CONFIG_NAME or CONFIG_VALUE.
bool options_set(struct options *options, const char *name, const char *value,
                 struct fault *fault);

// The names that options_set knows, one after the other; NULL behind the last.
const char *options_setting_name(size_t index);

// The name of this device in the portal's list, `room` bytes with a NUL: the label that was
// given, else the host's name.
void options_device_label(const struct options *options, char *out, size_t room);

void options_print_help(FILE *out, enum command command, bool whole);
const char *command_name(enum command command);

#endif
