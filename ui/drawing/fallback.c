// SPDX-License-Identifier: MIT
#include "ui/drawing/fallback.h"

#include <fontconfig/fontconfig.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// The best upright face with outlines for a code point, or NULL.
static FcPattern *match(FcConfig *config, uint32_t code)
{
    FcPattern *asked = FcPatternCreate(), *found = NULL;
    FcCharSet *characters = FcCharSetCreate();
    FcResult result;
    bool complete = asked && characters && FcCharSetAddChar(characters, code) &&
                    FcPatternAddCharSet(asked, FC_CHARSET, characters) &&
                    FcPatternAddString(asked, FC_FAMILY, (const FcChar8 *)"sans-serif") &&
                    FcPatternAddBool(asked, FC_OUTLINE, FcTrue) &&
                    FcPatternAddBool(asked, FC_COLOR, FcFalse);
    if (complete && FcConfigSubstitute(config, asked, FcMatchPattern)) {
        FcDefaultSubstitute(asked);
        found = FcFontMatch(config, asked, &result);
    }

    if (characters)
        FcCharSetDestroy(characters);
    if (asked)
        FcPatternDestroy(asked);
    return found;
}

// Whether the face really has the code point: the best match may be far from what was asked.
// `out` is then what the pattern holds.
static bool read_face(FcPattern *pattern, uint32_t code, struct fallback_face *out)
{
    FcChar8 *file;
    FcCharSet *characters;
    FcBool outline = FcFalse, colour = FcFalse;
    int index = 0;
    FcPatternGetBool(pattern, FC_OUTLINE, 0, &outline);
    FcPatternGetBool(pattern, FC_COLOR, 0, &colour);
    FcPatternGetInteger(pattern, FC_INDEX, 0, &index);
    if (!outline || colour || FcPatternGetString(pattern, FC_FILE, 0, &file) != FcResultMatch ||
        FcPatternGetCharSet(pattern, FC_CHARSET, 0, &characters) != FcResultMatch ||
        !FcCharSetHasChar(characters, code))
        return false;

    *out =
        (struct fallback_face){.file = (char *)file, .index = index, .characters = characters};
    return true;
}

// Makes what the pattern holds a face's own. False if memory is short.
static bool keep_face(struct fallback_face *face)
{
    face->file = strdup(face->file);
    face->characters = FcCharSetCopy(face->characters);
    if (face->file && face->characters)
        return true;
    free(face->file);
    if (face->characters)
        FcCharSetDestroy(face->characters);
    return false;
}

static bool is_unknown(const struct fallback *fallback, uint32_t code)
{
    for (size_t i = 0; i < fallback->unknown_count; i++) {
        if (fallback->unknown[i] == code)
            return true;
    }
    return false;
}

static void remember_unknown(struct fallback *fallback, uint32_t code)
{
    fallback->unknown[fallback->unknown_next] = code;
    fallback->unknown_next = (fallback->unknown_next + 1) % FALLBACK_UNKNOWN_MAX;
    if (fallback->unknown_count < FALLBACK_UNKNOWN_MAX)
        fallback->unknown_count++;
}

const struct fallback_face *fallback_find(struct fallback *fallback, uint32_t code)
{
    for (size_t i = 0; i < fallback->count; i++) {
        if (FcCharSetHasChar(fallback->face[i].characters, code))
            return &fallback->face[i];
    }
    if (fallback->count == FALLBACK_FACES_MAX || is_unknown(fallback, code))
        return NULL;

    if (!fallback->config)
        fallback->config = FcInitLoadConfigAndFonts();
    if (!fallback->config)
        return NULL;
    FcPattern *pattern = match(fallback->config, code);
    if (!pattern)
        return NULL;

    // What memory was short for may be found the next time.
    struct fallback_face *next = &fallback->face[fallback->count];
    bool known = read_face(pattern, code, next), kept = known && keep_face(next);
    if (kept)
        fallback->count++;
    if (!known)
        remember_unknown(fallback, code);
    FcPatternDestroy(pattern);
    return kept ? next : NULL;
}

void fallback_close(struct fallback *fallback)
{
    for (size_t i = 0; i < fallback->count; i++) {
        FcCharSetDestroy(fallback->face[i].characters);
        free(fallback->face[i].file);
    }
    if (fallback->config)
        FcConfigDestroy(fallback->config);
    *fallback = (struct fallback){0};
}
