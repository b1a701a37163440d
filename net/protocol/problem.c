// SPDX-License-Identifier: MIT
#include "net/protocol/problem.h"

#include <stdio.h>
#include <strings.h>

#include "net/protocol/ijson.h"
#include "net/protocol/json_text.h"
#include "net/protocol/text.h"

#define RETRY_AFTER_MAX_S 86400

static const struct {
    const char *word, *title;
    unsigned status;
    enum failure failure;
} rows[PROBLEM_COUNT] = {
#define X(name, code, status, failure, title)                                                  \
    [PROBLEM_##name] = {code, title, status, FAILURE_##failure},
    PROBLEMS(X)
#undef X
};

void problem_init(struct problem *out, enum problem_code code)
{
    memset(out, 0, sizeof(*out));
    out->code = code;
    out->retry_after_s = -1;
    out->tries_left = -1;
}

const char *problem_code_word(enum problem_code code)
{
    return rows[code].word;
}

unsigned problem_status(enum problem_code code)
{
    return rows[code].status;
}

enum failure problem_failure(enum problem_code code)
{
    return rows[code].failure;
}

bool problem_ends_sending(enum problem_code code)
{
    return code != PROBLEM_RATE_LIMITED;
}

enum problem_code problem_of_verdict(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_VERSION:
        return PROBLEM_VERSION_UNSUPPORTED;
    case VERDICT_UNKNOWN_KEY:
        return PROBLEM_UNKNOWN_DEVICE;
    case VERDICT_BAD_SIGNATURE:
        return PROBLEM_BAD_SIGNATURE;
    case VERDICT_KEY_ID:
    case VERDICT_PORTAL_ID:
        return PROBLEM_STATEMENT_MISMATCH;
    default:
        return PROBLEM_MALFORMED;
    }
}

// ---- writing ---------------------------------------------------------------------------

static int put_numbers(json_t *document, const struct problem *problem)
{
    int failed = 0;
    if (problem->retry_after_s >= 0)
        failed |=
            json_object_set_new(document, "retry_after", json_integer(problem->retry_after_s));
    if (problem->tries_left >= 0)
        failed |=
            json_object_set_new(document, "tries_left", json_integer(problem->tries_left));
    if (problem->supported_max > 0)
        failed |= json_object_set_new(
            document, "supported",
            json_pack("[i,i]", (int)problem->supported_min, (int)problem->supported_max));
    return failed;
}

static int put_texts(json_t *document, const struct problem *problem)
{
    int failed = 0;
    if (problem->log_id[0] != '\0')
        failed |= json_object_set_new(document, "log_id", json_string(problem->log_id));
    if (problem->envelope.size > 0)
        failed |= json_object_set_new(
            document, "envelope",
            json_text_load(envelope_span(&problem->envelope), 0, NULL, NULL));
    return failed;
}

char *problem_write(const struct problem *problem, const char *base_url)
{
    const char *word = problem_code_word(problem->code);
    char type[BASE_URL_MAX + 64];
    snprintf(type, sizeof(type), "%s/qr-login/problem/%s", base_url, word);
    json_t *document =
        json_pack("{s:s, s:s, s:i, s:s}", "type", type, "title", rows[problem->code].title,
                  "status", (int)problem_status(problem->code), "code", word);
    char *text = NULL;
    if (document && put_numbers(document, problem) == 0 && put_texts(document, problem) == 0)
        text = json_text_dump(document, JSON_COMPACT);
    json_decref(document);
    return text;
}

// ---- reading ---------------------------------------------------------------------------

static bool is_problem_media_type(const char *content_type)
{
    size_t n = strlen(PROBLEM_MEDIA_TYPE);
    if (!content_type || strncasecmp(content_type, PROBLEM_MEDIA_TYPE, n) != 0)
        return false;
    char next = content_type[n];
    return next == '\0' || next == ';' || next == ' ' || next == '\t';
}

static bool find_code(struct span word, enum problem_code *out)
{
    for (size_t i = 0; i < PROBLEM_COUNT; i++) {
        bool for_devices = i != PROBLEM_NOT_APPROVED && i != PROBLEM_WRONG_CODE;
        if (for_devices && span_equal(word, span_str(rows[i].word))) {
            *out = (enum problem_code)i;
            return true;
        }
    }
    return false;
}

// `code` decides; where it is absent, the last part of `type`.
static bool read_code(const json_t *document, enum problem_code *out)
{
    struct span word;
    if (json_object_get(document, "code"))
        return ijson_string(document, "code", &word) && find_code(word, out);
    if (!ijson_string(document, "type", &word))
        return false;
    size_t at = word.n;
    while (at > 0 && word.p[at - 1] != '/')
        at--;
    return at > 0 && find_code(span_of(word.p + at, word.n - at), out);
}

// Whole seconds, digits alone; a date is not understood and counts as not told.
static bool parse_seconds(const char *text, int64_t *out)
{
    int64_t value = 0;
    size_t digits = 0;

    while (*text == ' ' || *text == '\t')
        text++;
    for (; *text >= '0' && *text <= '9'; text++, digits++) {
        if (value <= RETRY_AFTER_MAX_S)
            value = value * 10 + (*text - '0');
    }
    while (*text == ' ' || *text == '\t')
        text++;

    if (digits == 0 || *text != '\0')
        return false;
    *out = value < RETRY_AFTER_MAX_S ? value : RETRY_AFTER_MAX_S;
    return true;
}

static void read_number(const json_t *document, const char *member, int64_t max, int64_t *out)
{
    const json_t *value = json_object_get(document, member);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return;
    *out = json_integer_value(value) < max ? json_integer_value(value) : max;
}

static void read_supported(const json_t *document, struct problem *out)
{
    const json_t *range = json_object_get(document, "supported");
    const json_t *low = json_array_get(range, 0), *high = json_array_get(range, 1);
    if (json_array_size(range) != 2 || !json_is_integer(low) || !json_is_integer(high))
        return;
    json_int_t min = json_integer_value(low), max = json_integer_value(high);
    if (min < 1 || max < min || max > 255)
        return;
    out->supported_min = (unsigned)min;
    out->supported_max = (unsigned)max;
}

static void read_log_id(const json_t *document, struct problem *out)
{
    struct span text;
    if (ijson_string(document, "log_id", &text) && text.n <= PROBLEM_LOG_ID_MAX &&
        text_check(text) == TEXT_OK)
        memcpy(out->log_id, text.p, text.n);
}

// False if memory was short.
static bool read_envelope(const json_t *document, struct problem *out)
{
    const json_t *envelope = json_object_get(document, "envelope");
    if (out->code != PROBLEM_DEVICE_REVOKED || !json_is_object(envelope))
        return true;
    size_t size = json_dumpb(envelope, out->envelope.text, ENVELOPE_SEALED_MAX, JSON_COMPACT);
    if (size > 0 && size <= ENVELOPE_SEALED_MAX) {
        out->envelope.text[size] = '\0';
        out->envelope.size = size;
    }
    return size > 0;
}

static bool read_document(const json_t *document, unsigned http_status, struct problem *out,
                          bool *starved)
{
    enum problem_code code;
    if (!json_is_object(document) || !read_code(document, &code) ||
        problem_status(code) != http_status)
        return false;
    problem_init(out, code);
    read_number(document, "retry_after", RETRY_AFTER_MAX_S, &out->retry_after_s);
    read_number(document, "tries_left", INT32_MAX, &out->tries_left);
    read_supported(document, out);
    read_log_id(document, out);
    *starved = !read_envelope(document, out);
    return !*starved;
}

bool problem_read(unsigned http_status, const char *content_type, const char *retry_after,
                  struct span body, struct problem *out, bool *starved)
{
    if (!is_problem_media_type(content_type) || body.n > ENVELOPE_MAX)
        return false;

    enum verdict verdict;
    json_t *document = ijson_read(body, &verdict);
    struct problem problem;
    bool short_of_memory = verdict == VERDICT_MEMORY;
    bool known = document && read_document(document, http_status, &problem, &short_of_memory);
    json_decref(document);
    if (starved && short_of_memory)
        *starved = true;
    if (!known)
        return false;

    if (retry_after)
        parse_seconds(retry_after, &problem.retry_after_s);
    *out = problem;
    return true;
}
