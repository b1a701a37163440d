// SPDX-License-Identifier: MIT
#include "ui/text/isolate.h"

#include <fribidi.h>
#include <stdio.h>

#include "net/protocol/text.h"

#define FSI "\xe2\x81\xa8" // U+2068
#define PDI "\xe2\x81\xa9" // U+2069

static bool has_right_to_left(const char *text)
{
    struct span bytes = span_str(text);
    uint32_t code;
    for (size_t at = 0; text_next(bytes, &at, &code);) {
        FriBidiCharType type = fribidi_get_bidi_type(code);
        if (FRIBIDI_IS_RTL(type) || FRIBIDI_IS_ARABIC(type))
            return true;
    }
    return false;
}

struct isolated isolated(const char *text)
{
    struct isolated out;
    bool within = has_right_to_left(text);
    snprintf(out.text, sizeof(out.text), "%s%s%s", within ? FSI : "", text, within ? PDI : "");
    return out;
}
