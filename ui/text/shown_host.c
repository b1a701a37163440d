// SPDX-License-Identifier: MIT
#include "ui/text/shown_host.h"

#include <hb.h>
#include <idn2.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/protocol/origin.h"
#include "net/protocol/text.h"
#include "ui/text/isolate.h"

#define LETTERS_MAX 100u // bytes of a name; a longer one is shown in the other form alone

// Japanese is written in three scripts, Chinese and Korean in two: each is one way of writing.
static hb_script_t writing_of(hb_script_t script)
{
    switch (script) {
    case HB_SCRIPT_HIRAGANA:
    case HB_SCRIPT_KATAKANA:
    case HB_SCRIPT_BOPOMOFO:
        return HB_SCRIPT_HAN;
    default:
        return script;
    }
}

static bool is_of_any(hb_script_t script)
{
    return script == HB_SCRIPT_COMMON || script == HB_SCRIPT_INHERITED;
}

// Each label in one writing: "аpple" with a Cyrillic first letter is not.
static bool is_unmixed(struct span name)
{
    hb_unicode_funcs_t *unicode = hb_unicode_funcs_get_default();
    hb_script_t label = HB_SCRIPT_COMMON;
    uint32_t code;

    for (size_t at = 0; text_next(name, &at, &code);) {
        hb_script_t script = writing_of(hb_unicode_script(unicode, code));
        if (code == '.')
            label = HB_SCRIPT_COMMON;
        else if (is_of_any(label))
            label = script;
        else if (!is_of_any(script) && script != label)
            return false;
    }
    return true;
}

// The name in letters, if it may be shown and stands for nothing but `ascii`.
static bool read_letters(const char *ascii, char out[static LETTERS_MAX + 1])
{
    char *letters = NULL, *again = NULL;
    bool good = idn2_to_unicode_8z8z(ascii, &letters, 0) == IDN2_OK &&
                strlen(letters) <= LETTERS_MAX && strcmp(letters, ascii) != 0 &&
                text_check_whole(span_str(letters)) == TEXT_OK && is_unmixed(span_str(letters));
    good = good &&
           idn2_lookup_u8((const uint8_t *)letters, (uint8_t **)&again,
                          IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK &&
           strcmp(again, ascii) == 0;

    if (good)
        snprintf(out, LETTERS_MAX + 1, "%s", letters);
    idn2_free(letters);
    idn2_free(again);
    return good;
}

const char *plain_host(const char *origin)
{
    const char *scheme_end = strstr(origin, "://");
    return scheme_end ? scheme_end + 3 : origin;
}

struct shown_host shown_host(const char *origin)
{
    struct shown_host out;
    const char *host = plain_host(origin);
    snprintf(out.text, sizeof(out.text), "%s", host);
    if (!strstr(host, "xn--"))
        return out;

    char name[ORIGIN_MAX + 1], letters[LETTERS_MAX + 1];
    size_t size = strcspn(host, ":");
    if (size >= sizeof(name))
        return out;
    memcpy(name, host, size);
    name[size] = '\0';
    if (read_letters(name, letters))
        snprintf(out.text, sizeof(out.text), "%.110s (%.267s)", isolated(letters).text, host);
    return out;
}
