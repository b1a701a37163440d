// SPDX-License-Identifier: MIT
#include "net/protocol/ijson.h"

#include "net/protocol/json_text.h"

static bool begins_with(struct span text, size_t at, const char *word)
{
    size_t n = strlen(word);
    return n <= text.n - at && memcmp(text.p + at, word, n) == 0;
}

// Whether NaN or Infinity stands outside the strings, as some writers of JSON put it.
static bool names_a_constant(struct span text)
{
    bool in_string = false;
    for (size_t i = 0; i < text.n; i++) {
        if (in_string && text.p[i] == '\\')
            i++;
        else if (text.p[i] == '"')
            in_string = !in_string;
        else if (!in_string &&
                 (begins_with(text, i, "NaN") || begins_with(text, i, "Infinity")))
            return true;
    }
    return false;
}

static enum verdict refusal(const json_error_t *error, struct span text)
{
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
        return VERDICT_MEMBER_TWICE;
    case json_error_null_character:
    case json_error_null_byte_in_key:
    case json_error_numeric_overflow:
        return VERDICT_I_JSON;
    case json_error_invalid_syntax:
        // A surrogate without its other half; jansson has no code of its own for it.
        if (strncmp(error->text, "invalid Unicode", strlen("invalid Unicode")) == 0)
            return VERDICT_I_JSON;
        return names_a_constant(text) ? VERDICT_I_JSON : VERDICT_NOT_JSON;
    default:
        return VERDICT_NOT_JSON;
    }
}

json_t *ijson_read(struct span text, enum verdict *verdict)
{
    json_error_t error;
    bool starved = false;
    json_t *value =
        json_text_load(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error, &starved);
    if (starved)
        *verdict = VERDICT_MEMORY;
    else
        *verdict = value ? VERDICT_OK : refusal(&error, text);
    return value;
}

bool ijson_string(const json_t *object, const char *member, struct span *out)
{
    const json_t *value = json_object_get(object, member);
    *out = (struct span){0};
    if (!json_is_string(value))
        return false;
    *out = span_of(json_string_value(value), json_string_length(value));
    return true;
}
