// SPDX-License-Identifier: MIT
#include "net/protocol/known_text.h"

#include <stdio.h>

#include "net/protocol/base32.h"

#define CHANNEL_TAG_USUAL 32u // characters, as every known version makes it

struct parts {
    const char *head; // known
    char separator;   // in front of each part that is not
    size_t id, frame; // characters; 0: no such part
    const char *tail; // known
};

static void add_unknown(struct known_code *code, size_t count)
{
    for (size_t i = 0; i < count && code->size < KNOWN_TEXT_MAX; i++)
        code->text[code->size++] = 0;
}

static void add_text(struct known_code *code, const char *text)
{
    for (; *text && code->size < KNOWN_TEXT_MAX; text++)
        code->text[code->size++] = *text;
}

static void add_code(enum known_mode mode, const struct parts *parts, struct known_codes *out)
{
    if (out->count == KNOWN_CODES_MAX)
        return;
    struct known_code *code = &out->code[out->count++];
    const char separator[2] = {parts->separator, 0};
    *code = (struct known_code){.mode = mode};

    add_text(code, parts->head);
    add_text(code, separator);
    add_unknown(code, parts->id);
    if (parts->frame > 0) {
        add_text(code, separator);
        add_unknown(code, parts->frame);
    }
    add_text(code, parts->tail);
}

static void add_login(const char *head, char separator, struct known_codes *out)
{
    struct parts parts = {head, separator, BASE32_LENGTH(CHALLENGE_ID_SIZE), 0, ""};
    add_code(KNOWN_ALPHANUMERIC, &parts, out);
    parts.frame = BASE32_LENGTH(CHALLENGE_FRAME_SIZE);
    add_code(KNOWN_ALPHANUMERIC, &parts, out);
}

void known_text_login(const struct origin *origin, const uint8_t tag[static CHALLENGE_TAG_SIZE],
                      struct known_codes *out)
{
    char text[BASE32_LENGTH(CHALLENGE_TAG_SIZE) + 1], head[ORIGIN_MAX + sizeof(text) + 8];
    base32_encode(span_of(tag, CHALLENGE_TAG_SIZE), text);
    snprintf(head, sizeof(head), "%s/Q/1/%s", origin->text, text);
    for (char *at = head; *at; at++)
        *at = (char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
    add_login(head, '/', out);

    snprintf(head, sizeof(head), "QRL:1:%s", text);
    add_login(head, ':', out);
}

void known_text_bitrix24(const char *unique_id, struct known_codes *out)
{
    char head[BITRIX24_UNIQUE_MAX + 32];
    snprintf(head, sizeof(head), "https://b24.to/a/s1/%s", unique_id);
    add_code(KNOWN_BYTES, &(struct parts){head, '/', CHANNEL_TAG_USUAL, 0, "/"}, out);
}
