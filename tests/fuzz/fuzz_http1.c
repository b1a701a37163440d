// SPDX-License-Identifier: MIT
#include "tests/fuzz/fuzz_http1.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "tests/fuzz/fuzz.h"

#define LENGTH_MAX (1u << 30)

static bool is(struct span text, const char *word)
{
    return text.n == strlen(word) && strncasecmp((const char *)text.p, word, text.n) == 0;
}

static struct span from(struct span text, size_t at)
{
    return span_of(text.p + at, text.n - at);
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static struct span trimmed(struct span text)
{
    while (text.n > 0 && is_blank(text.p[0]))
        text = from(text, 1);
    while (text.n > 0 && is_blank(text.p[text.n - 1]))
        text.n--;
    return text;
}

// RFC 9110, section 5.6.2.
static bool is_token(struct span text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!isalnum(text.p[i]) && (text.p[i] == 0 || !strchr("!#$%&'*+-.^_`|~", text.p[i])))
            return false;
    }
    return text.n > 0;
}

// A line without its end, which a lone line feed is too. False: it has none yet.
static bool take_line(struct span *rest, struct span *line)
{
    const uint8_t *end = rest->n > 0 ? memchr(rest->p, '\n', rest->n) : NULL;
    if (!end)
        return false;
    *line = span_of(rest->p, (size_t)(end - rest->p));
    *rest = from(*rest, line->n + 1);
    if (line->n > 0 && line->p[line->n - 1] == '\r')
        line->n--;
    return true;
}

static bool cut_field(struct span line, struct span *name, struct span *value)
{
    const uint8_t *colon = line.n > 0 ? memchr(line.p, ':', line.n) : NULL;
    if (!colon)
        return false;
    *name = span_of(line.p, (size_t)(colon - line.p));
    *value = trimmed(from(line, name->n + 1));
    return is_token(*name);
}

static bool read_length(struct span digits, size_t *out)
{
    size_t length = 0;
    for (size_t i = 0; i < digits.n; i++) {
        if (!isdigit(digits.p[i]))
            return false;
        if (length < LENGTH_MAX)
            length = 10 * length + (size_t)(digits.p[i] - '0');
    }
    *out = length;
    return digits.n > 0;
}

// ---- requests ----

struct head {
    bool whole, clear, may_have_body, has_length, folds;
    size_t length;
};

static bool has(struct span line, char c)
{
    return line.n > 0 && memchr(line.p, c, line.n);
}

// What frames a message may be said once, and on one line.
static bool note_field(struct head *head, struct span line)
{
    struct span name, value;
    if (has(line, '\0') || has(line, '\r')) // for some a line ends with each
        return false;
    if (line.n > 0 && is_blank(line.p[0]))
        return !head->folds;
    if (!cut_field(line, &name, &value) || is(name, "Transfer-Encoding"))
        return false;

    head->folds = is(name, "Content-Length");
    if (!head->folds)
        return true;
    bool again = head->has_length;
    head->has_length = true;
    return !again && read_length(value, &head->length);
}

static void note_method(struct head *head, struct span line, bool *is_head)
{
    const uint8_t *space = line.n > 0 ? memchr(line.p, ' ', line.n) : NULL;
    struct span method = span_of(line.p, space ? (size_t)(space - line.p) : line.n);
    *is_head = is(method, "HEAD");
    head->may_have_body = is(method, "POST") || is(method, "PUT") || is(method, "PATCH");
}

static struct head take_head(struct span *rest, bool *is_head)
{
    struct head head = {.clear = true};
    struct span line;
    if (!take_line(rest, &line))
        return head;
    note_method(&head, line, is_head);
    head.clear = !has(line, '\0');

    while (take_line(rest, &line)) {
        if (line.n == 0) {
            head.whole = true;
            break;
        }
        head.clear = note_field(&head, line) && head.clear;
    }
    return head;
}

void fuzz_requests_read(struct span sent, struct fuzz_requests *out)
{
    *out = (struct fuzz_requests){0};
    while (sent.n > 0 && out->count < FUZZ_REQUESTS_MAX) {
        struct head head = take_head(&sent, &out->head[out->count]);
        out->count++;
        bool doubt = !head.clear || (head.length > 0 && !head.may_have_body);
        if (!head.whole || (!doubt && head.length > sent.n))
            return;
        out->whole++;
        if (doubt)
            return;
        sent = from(sent, head.length);
    }
}

// ---- answers ----

struct answer {
    unsigned status;
    bool known; // its version
    bool chunked, has_length, stream, closes;
    size_t length;
};

static void check_line(struct span line)
{
    for (size_t i = 0; i < line.n; i++)
        FUZZ_MUST(line.p[i] >= 0x20 && line.p[i] != 0x7f);
}

// What the client says is its version evhttp repeats where it refuses a request by itself: two
// numbers, which may be negative.
static size_t skip_version(struct span line)
{
    size_t at = 0;
    for (const char *c = "HTTP/-0.-0"; *c; c++) {
        if (*c == '0') {
            FUZZ_MUST(at < line.n && isdigit(line.p[at]));
            while (at < line.n && isdigit(line.p[at]))
                at++;
        } else if (at < line.n && line.p[at] == *c) {
            at++;
        } else {
            FUZZ_MUST(*c == '-');
        }
    }
    return at;
}

// "HTTP/1.1 200 OK"
static void read_status(struct span line, struct answer *answer)
{
    static const char known[] = "HTTP/1.";
    size_t status = 0, at = skip_version(line);
    answer->known = at == sizeof(known) && memcmp(line.p, known, at - 1) == 0 &&
                    (line.p[at - 1] == '0' || line.p[at - 1] == '1');

    FUZZ_MUST(line.n >= at + 4 && line.p[at] == ' ');
    FUZZ_MUST(line.n == at + 4 || line.p[at + 4] == ' ');
    FUZZ_MUST(read_length(span_of(line.p + at + 1, 3), &status));
    FUZZ_MUST(status >= 100 && status < 600);
    answer->status = (unsigned)status;
}

static void note_answer_field(struct answer *answer, struct span name, struct span value)
{
    if (is(name, "Transfer-Encoding")) {
        FUZZ_MUST(is(value, "chunked") && !answer->chunked);
        answer->chunked = true;
    } else if (is(name, "Content-Length")) {
        FUZZ_MUST(!answer->has_length && read_length(value, &answer->length));
        answer->has_length = true;
    } else if (is(name, "Content-Type")) {
        answer->stream = is(value, "text/event-stream");
    } else if (is(name, "Connection")) {
        answer->closes = is(value, "close");
    }
}

// False: it is not there whole.
static bool take_answer_head(struct span *rest, struct answer *answer,
                             const struct fuzz_answers *told)
{
    struct span line, name, value;
    const uint8_t *end = memmem(rest->p, rest->n, "\r\n\r\n", 4);
    if (!end)
        return false;
    *answer = (struct answer){0};
    take_line(rest, &line);
    check_line(line);
    read_status(line, answer);

    while (take_line(rest, &line) && line.n > 0) {
        check_line(line);
        FUZZ_MUST(cut_field(line, &name, &value));
        note_answer_field(answer, name, value);
        if (told->on_field)
            told->on_field(told->userdata, name, value);
    }
    FUZZ_MUST(answer->known || (answer->closes && answer->status >= 400));
    return true;
}

// False: the last one is not there.
static bool take_chunks(struct span *rest)
{
    struct span line;
    for (size_t size = 1; size > 0;) {
        if (!take_line(rest, &line))
            return false;
        FUZZ_MUST(line.n > 0 && line.n <= 8);

        size = 0;
        for (size_t i = 0; i < line.n; i++) {
            FUZZ_MUST(isxdigit(line.p[i]));
            int digit = tolower(line.p[i]);
            size = 16 * size + (size_t)(isdigit(digit) ? digit - '0' : digit - 'a' + 10);
        }

        if (rest->n < size + 2)
            return false;
        FUZZ_MUST(memcmp(rest->p + size, "\r\n", 2) == 0);
        *rest = from(*rest, size + 2);
    }
    return true;
}

// False: it is not there whole.
static bool take_body(struct span *rest, const struct answer *answer, bool to_head, bool over)
{
    if (to_head || answer->status == 204 || answer->status == 304)
        return true;
    if (answer->chunked)
        return take_chunks(rest);
    if (!answer->has_length) {
        *rest = from(*rest, rest->n);
        return over;
    }
    if (rest->n < answer->length)
        return false;
    *rest = from(*rest, answer->length);
    return true;
}

void fuzz_answers_read(struct span got, const struct fuzz_requests *asked, bool over,
                       struct fuzz_answers *answers)
{
    struct answer answer;
    answers->count = 0;
    answers->stream = answers->last = false;
    answers->rest = got;

    while (got.n > 0 && take_answer_head(&got, &answer, answers)) {
        if (answer.status >= 200) {
            FUZZ_MUST(answers->count < asked->count); // one answer a request at most
            bool to_head = asked->head[answers->count];
            bool whole = take_body(&got, &answer, to_head, over);
            answers->stream = answer.stream;
            if (!whole && !answer.stream)
                return;
            answers->count++;
            answers->last = answer.closes || answer.stream;
            // evhttp has a page for what it refuses itself, which it sends to a HEAD as well.
            FUZZ_MUST(!answer.closes || answer.stream || to_head || got.n == 0);
            if (answers->last)
                return;
        }
        answers->rest = got;
    }
}
