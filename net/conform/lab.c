// SPDX-License-Identifier: MIT
#include "net/conform/lab.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/metadata.h"
#include "net/protocol/envelope.h"
#include "net/protocol/ijson.h"

struct lab *lab_open(const struct conform_task *task, struct conform_report *report,
                     struct fault *fault)
{
    struct lab *lab = calloc(1, sizeof(*lab));
    if (!lab) {
        fault_set(fault, FAILURE_MEMORY, "conform");
        return NULL;
    }

    lab->task = task;
    lab->report = report;
    lab->http = http_client_new(task->environment, NULL, fault);
    if (!lab->http) {
        free(lab);
        return NULL;
    }
    return lab;
}

void lab_close(struct lab *lab)
{
    if (!lab)
        return;
    http_client_free(lab->http);
    free(lab);
}

// The code of a problem document, read by itself: a portal under trial may send any.
static void read_code(struct lab *lab)
{
    enum verdict verdict;
    struct span code;
    json_t *root = NULL;

    lab->code[0] = '\0';
    if (lab->reply.status >= 400)
        root = ijson_read(http_reply_body(&lab->reply), &verdict);
    if (root && ijson_string(root, "code", &code) && code.n <= LAB_CODE_MAX) {
        memcpy(lab->code, code.p, code.n);
        lab->code[code.n] = '\0';
    }
    json_decref(root);
}

static void request(struct lab *lab, struct http_client *client, struct http_request *call)
{
    lab->answered = false;
    lab->code[0] = '\0';
    if (!lab_goes_on(lab))
        return;

    bool pinned = lab->portal.pins.count > 0;
    if (call->trust != HTTP_TRUST_NOBODY || lab->portal.base_url[0])
        call->trust = pinned ? HTTP_TRUST_PINS : HTTP_TRUST_CHAIN;
    call->pins = &lab->portal.pins;
    if (http_call(client, call, &lab->task->stop, &lab->reply, &lab->fault))
        read_code(lab);
}

void lab_call(struct lab *lab, struct http_client *client, const char *path, const char *body,
              const char *origin, const char *cookie)
{
    char url[HTTP_URL_MAX], origin_line[ORIGIN_MAX + 16], cookie_line[HTTP_FIELD_MAX + 16];
    const char *headers[LAB_HEADERS_MAX + 1] = {NULL};
    size_t count = 0;

    snprintf(url, sizeof(url), "%s%s", lab->portal.base_url, path);
    if (origin) {
        snprintf(origin_line, sizeof(origin_line), "Origin: %s", origin);
        headers[count++] = origin_line;
    }
    if (cookie) {
        snprintf(cookie_line, sizeof(cookie_line), "Cookie: %s", cookie);
        headers[count++] = cookie_line;
    }
    headers[count++] = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 "
                       "Firefox/133.0";

    struct http_request call = {.url = url, .trust = HTTP_TRUST_PINS, .headers = headers};
    if (body) {
        call.content_type = "application/json";
        call.body = span_str(body);
    }
    request(lab, client, &call);
}

void lab_meet(struct lab *lab, const struct pairing_code *code)
{
    char url[ORIGIN_MAX + sizeof(METADATA_PATH)];
    snprintf(url, sizeof(url), "%s" METADATA_PATH, code->origin.text);
    struct http_request call = {.url = url, .trust = HTTP_TRUST_NOBODY};
    request(lab, lab->http, &call);
    if (!lab_goes_on(lab))
        return;

    uint8_t id[PORTAL_ID_SIZE];
    size_t origin_size = 0;
    struct statement_metadata *told = &lab->opened.statement.metadata;
    enum verdict verdict =
        envelope_open(MESSAGE_METADATA, http_reply_body(&lab->reply), NULL, &lab->opened);
    if (lab->reply.status != 200 || verdict != VERDICT_OK) {
        fault_set(&lab->fault, FAILURE_NET_REPLY, "%.150s: status %ld, %s", url,
                  lab->reply.status, verdict_word(verdict));
        return;
    }

    lab->answered = true;
    lab->portal = *told;
    base_url_check(span_str(told->base_url), &origin_size);
    if (!portal_id_of(told->portal_key, id))
        fault_set(&lab->fault, FAILURE_INTERNAL, "SHA-256");
    else if (memcmp(id, code->fingerprint, PAIRING_FPR_SIZE) != 0)
        fault_set(&lab->fault, FAILURE_PAIRING_FINGERPRINT, "%.200s", code->origin.text);
    else if (!span_equal(span_of(told->base_url, origin_size), span_str(code->origin.text)))
        fault_set(&lab->fault, FAILURE_NET_REPLY, "metadata of another address, %.150s",
                  told->base_url);
}

static enum message reply_of(enum message message)
{
    switch (message) {
    case MESSAGE_ENROL:
    case MESSAGE_ROTATE:
        return MESSAGE_ENROLLED;
    case MESSAGE_RESOLVE:
        return MESSAGE_CONTEXT;
    case MESSAGE_UNPAIR:
        return MESSAGE_REVOKED;
    default:
        return MESSAGE_RECEIPT;
    }
}

void lab_post(struct lab *lab, enum message endpoint, struct span bytes)
{
    char url[HTTP_URL_MAX];
    snprintf(url, sizeof(url), "%s%s", lab->portal.base_url, message_endpoint(endpoint));
    struct http_request call = {.url = url,
                                .content_type = "application/json",
                                .body = bytes,
                                .trust = HTTP_TRUST_PINS};
    request(lab, lab->http, &call);
    if (!lab_goes_on(lab) || lab->reply.status >= 300)
        return;

    struct envelope_keys keys = {envelope_find_one, lab->portal.portal_key};
    lab->answered = envelope_open(reply_of(endpoint), http_reply_body(&lab->reply), &keys,
                                  &lab->opened) == VERDICT_OK;
}

void lab_send(struct lab *lab, enum message message, const uint8_t *secret,
              const uint8_t *second)
{
    const uint8_t *const keys[] = {secret, second};
    if (!lab_goes_on(lab))
        return;

    if (!envelope_seal(message, statement_span(&lab->body), keys, second ? 2 : 1, &lab->sent))
        fault_set(&lab->fault, FAILURE_INTERNAL, "a statement that cannot be signed");
    else
        lab_post(lab, message, envelope_span(&lab->sent));
}

static void say(const struct lab *lab, char *out, size_t size)
{
    if (lab->answered)
        snprintf(out, size, "%ld with a signed message", lab->reply.status);
    else
        snprintf(out, size, "%ld%s%s", lab->reply.status, *lab->code ? " " : "", lab->code);
}

void lab_judge(struct lab *lab, unsigned point, const char *name, const char *section,
               bool held, const char *format, ...)
{
    struct conform_finding finding = {
        .point = point, .name = name, .section = section, .result = CONFORM_HELD};
    if (!lab_goes_on(lab))
        return;

    if (!held) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(finding.seen, sizeof(finding.seen), format, arguments);
        va_end(arguments);
        finding.result = CONFORM_BROKEN;
    }
    report_add(lab->report, &finding);
}

void lab_judge_refused(struct lab *lab, unsigned point, const char *name, const char *section,
                       enum problem_code code)
{
    char seen[CONFORM_SEEN_MAX / 2];
    say(lab, seen, sizeof(seen));
    bool held = !lab->answered && strcmp(lab->code, problem_code_word(code)) == 0 &&
                lab->reply.status == (long)problem_status(code);
    lab_judge(lab, point, name, section, held, "%s, not %u %s", seen, problem_status(code),
              problem_code_word(code));
}

void lab_judge_answered(struct lab *lab, unsigned point, const char *name, const char *section)
{
    char seen[CONFORM_SEEN_MAX / 2];
    say(lab, seen, sizeof(seen));
    lab_judge(lab, point, name, section, lab->answered, "%s, not a signed message", seen);
}

void lab_unseen(struct lab *lab, unsigned point, const char *name, const char *section,
                const char *why)
{
    struct conform_finding finding = {
        .point = point, .name = name, .section = section, .result = CONFORM_UNSEEN};
    snprintf(finding.seen, sizeof(finding.seen), "%s", why);
    if (lab_goes_on(lab))
        report_add(lab->report, &finding);
}

bool lab_reply_holds(const struct lab *lab, const char *text)
{
    size_t size = strlen(text);
    for (size_t i = 0; size > 0 && i + size <= lab->reply.size; i++) {
        if (memcmp(lab->reply.body + i, text, size) == 0)
            return true;
    }
    return false;
}

void lab_random(struct lab *lab, uint8_t *out, size_t size)
{
    const struct net_environment *environment = lab->task->environment;
    environment->random(environment->userdata, out, size);
}

uint64_t lab_clock(const struct lab *lab)
{
    const struct net_environment *environment = lab->task->environment;
    return (uint64_t)environment->wall_clock(environment->userdata);
}
