// SPDX-License-Identifier: MIT
#include "net/conform/visitor.h"

#include <stdio.h>

#include "net/protocol/ijson.h"

bool visitor_init(struct lab *lab, struct visitor *visitor)
{
    static const struct http_limits limits = {
        .connect_ms = HTTP_CONNECT_MS, .call_ms = HTTP_CALL_MS, .cookies = true};
    *visitor = (struct visitor){0};
    if (!lab_goes_on(lab))
        return false;
    visitor->http = http_client_new(lab->task->environment, &limits, &lab->fault);
    return visitor->http != NULL;
}

void visitor_destroy(struct visitor *visitor)
{
    http_client_free(visitor->http);
}

struct origin lab_origin(const struct lab *lab)
{
    struct origin origin = {""};
    size_t size = 0;
    base_url_check(span_str(lab->portal.base_url), &size);
    memcpy(origin.text, lab->portal.base_url, size);
    return origin;
}

static void take_word(const json_t *root, const char *member,
                      char out[static VISITOR_WORD_MAX + 1])
{
    struct span word = {0};
    out[0] = '\0';
    if (!ijson_string(root, member, &word) || word.n > VISITOR_WORD_MAX)
        return;
    memcpy(out, word.p, word.n);
    out[word.n] = '\0';
}

// The page state that came; what is none leaves the visitor without state.
static void take_state(struct lab *lab, struct visitor *visitor)
{
    enum verdict verdict;
    struct challenge code;
    struct span text;
    json_t *root = NULL;

    visitor->state[0] = visitor->reason[0] = '\0';
    if (lab_goes_on(lab) && lab->reply.status < 300)
        root = ijson_read(http_reply_body(&lab->reply), &verdict);
    if (!root)
        return;

    take_word(root, "state", visitor->state);
    take_word(root, "reason", visitor->reason);
    visitor->expires_in = json_integer_value(json_object_get(root, "expires_in"));
    if (ijson_string(root, "qr", &text) && challenge_read_qr_login(text, &code) &&
        code.kind == PAYLOAD_LOGIN) {
        visitor->challenge = code.login;
        visitor->has_code = true;
    }
    json_decref(root);
}

void visitor_ask(struct lab *lab, struct visitor *visitor, bool anew)
{
    struct origin origin = lab_origin(lab);
    lab_call(lab, visitor->http, PATH_CHALLENGE, anew ? "{\"new\":true}" : "{}", origin.text,
             NULL);
    visitor->has_code = false;
    take_state(lab, visitor);
}

void visitor_look(struct lab *lab, struct visitor *visitor)
{
    lab_call(lab, visitor->http, PATH_CHALLENGE, NULL, NULL, NULL);
    take_state(lab, visitor);
}

void visitor_claim(struct lab *lab, struct visitor *visitor, const char *digits)
{
    char body[64];
    struct origin origin = lab_origin(lab);
    if (digits)
        snprintf(body, sizeof(body), "{\"code\":\"%.16s\"}", digits);
    else
        snprintf(body, sizeof(body), "{}");
    lab_call(lab, visitor->http, PATH_CLAIM, body, origin.text, NULL);
}
