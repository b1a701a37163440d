// SPDX-License-Identifier: MIT
#include "net/portal_link.h"

#include <stdio.h>
#include <stdlib.h>

#include "net/no_answer.h"
#include "net/pairings/pairing_secrets.h"
#include "net/protocol/reply.h"
#include "net/retry.h"

#define MEDIA_TYPE "application/json"

struct portal_link *portal_link_new(const struct net_action *action, struct pairing *pairing,
                                    bool stored)
{
    struct portal_link *link = calloc(1, sizeof(*link));
    if (!link)
        return NULL;
    link->action = action;
    link->pairing = pairing;
    link->stored = stored;
    return link;
}

void portal_link_free(struct portal_link *link)
{
    free(link);
}

static bool save(struct portal_link *link, struct fault *fault)
{
    return !link->stored ||
           pairing_store_save_portal(link->action->pairings, link->pairing, fault);
}

// The pinned key with this id.
static bool find_portal_key(const struct portal_facts *facts,
                            const uint8_t portal_id[static PORTAL_ID_SIZE],
                            uint8_t out[static PUBLIC_KEY_SIZE])
{
    const uint8_t *const keys[] = {facts->portal_key, facts->next_key};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        uint8_t id[PORTAL_ID_SIZE];
        if (!portal_id_of(keys[i], id) || memcmp(id, portal_id, PORTAL_ID_SIZE) != 0)
            continue;
        memcpy(out, keys[i], PUBLIC_KEY_SIZE);
        return true;
    }
    return false;
}

// A signed revocation of a key that is held here: the pairing is of no use any more, and its
// key is erased (section 9: an error without a signature changes nothing).
static void heed_revocation(struct portal_link *link, const struct link_request *request)
{
    uint8_t key[PUBLIC_KEY_SIZE];
    struct envelope_keys keys = {envelope_find_one, key};
    struct pairing *pairing = link->pairing;

    if (link->problem.code != PROBLEM_DEVICE_REVOKED || link->problem.envelope.size == 0 ||
        !link->stored || !find_portal_key(&pairing->portal, request->portal_id, key) ||
        envelope_open(MESSAGE_REVOKED, envelope_span(&link->problem.envelope), &keys,
                      &link->opened) != VERDICT_OK)
        return;

    for (size_t i = 0; i < pairing->key_count && !link->revoked; i++)
        link->revoked =
            reply_check_revoked(request->portal_id, pairing->device_id, pairing->key[i].id,
                                &link->opened.statement.revoked) == VERDICT_OK;
    if (!link->revoked)
        return;

    action_note(link->action, "revoked", pairing, NULL, NULL);
    pairing_store_forget(link->action->pairings, pairing->id, NULL);
}

static enum link_end judge_problem(struct portal_link *link, const struct link_request *request,
                                   int64_t *retry_after_s, struct fault *fault)
{
    const struct http_reply *reply = &link->reply;
    bool starved = false;
    if (!problem_read((unsigned)reply->status, reply->content_type,
                      reply->retry_after[0] ? reply->retry_after : NULL, http_reply_body(reply),
                      &link->problem, &starved)) {
        fault_set(fault, starved ? FAILURE_MEMORY : no_answer_failure(reply), "%s: status %ld",
                  message_name(request->message), reply->status);
        return LINK_AGAIN;
    }

    fault_set(fault, problem_failure(link->problem.code), "%s: %s",
              message_name(request->message), problem_code_word(link->problem.code));
    if (!problem_ends_sending(link->problem.code)) {
        *retry_after_s = link->problem.retry_after_s;
        return LINK_AGAIN;
    }

    heed_revocation(link, request);
    return LINK_REFUSED;
}

static enum link_end judge_reply(struct portal_link *link, const struct link_request *request,
                                 int64_t *retry_after_s, struct fault *fault)
{
    long status = link->reply.status;
    if (status != 200 && status != 202)
        return judge_problem(link, request, retry_after_s, fault);

    uint8_t key[PUBLIC_KEY_SIZE];
    struct envelope_keys keys = {envelope_find_one, key};
    enum verdict verdict = VERDICT_UNKNOWN_KEY;
    if (find_portal_key(&link->pairing->portal, request->portal_id, key))
        verdict = envelope_open(request->expected, http_reply_body(&link->reply), &keys,
                                &link->opened);
    if (verdict == VERDICT_OK)
        verdict = request->check(request->sent, status, &link->opened);

    if (verdict != VERDICT_OK) {
        bool page = no_answer_is_page(&link->reply);
        enum failure judged = page ? FAILURE_NET_OTHER_REPLY : FAILURE_NET_REPLY;
        fault_set(fault, verdict_failure(verdict, judged), "%s: %s",
                  message_name(request->expected), verdict_word(verdict));
        return LINK_AGAIN;
    }

    bool is_next = memcmp(key, link->pairing->portal.portal_key, PUBLIC_KEY_SIZE) != 0;
    metadata_promote(&link->pairing->portal, key);
    if (is_next && !save(link, fault))
        return LINK_NO_ANSWER;
    return LINK_ANSWERED;
}

bool link_has_new_pins(struct portal_link *link, struct fault *fault)
{
    if (link->refreshed)
        return false;
    link->refreshed = true;
    struct statement_pins before = link->pairing->portal.pins;
    struct fault why;
    if (!metadata_refresh(link->action, &link->pairing->portal, false, &why))
        return false;
    const struct statement_pins *after = &link->pairing->portal.pins;
    return (before.count != after->count ||
            memcmp(before.hash, after->hash, before.count * HASH_SIZE) != 0) &&
           save(link, fault);
}

#define HEADERS_MAX 3u

// What goes along with a statement, unsigned (section 4).
struct link_headers {
    const char *lines[HEADERS_MAX + 1];
    char language[sizeof("Accept-Language: ") + NET_LANGUAGE_MAX];
    char program[sizeof("User-Agent: ") + NET_PROGRAM_MAX];
    char configuration[sizeof("QR-Login-Configuration: ") + 2 * HASH_SIZE];
};

static void write_headers(const struct net_action *action, struct link_headers *out)
{
    const struct net_introduction *introduction = &action->introduction;
    size_t count = 0;

    snprintf(out->language, sizeof(out->language), "Accept-Language: %s", action->language);
    snprintf(out->program, sizeof(out->program), "User-Agent: %s", introduction->program);
    snprintf(out->configuration, sizeof(out->configuration), "QR-Login-Configuration: %s",
             introduction->configuration);

    if (action->language[0])
        out->lines[count++] = out->language;
    if (introduction->program[0])
        out->lines[count++] = out->program;
    if (introduction->configuration[0])
        out->lines[count++] = out->configuration;
    out->lines[count] = NULL;
}

// Posts the envelope once, to where the portal is by what is known now.
static bool post_once(struct portal_link *link, const struct link_request *request,
                      struct fault *fault)
{
    char url[HTTP_URL_MAX + 1];
    struct link_headers headers;
    const struct portal_facts *facts = &link->pairing->portal;

    write_headers(link->action, &headers);
    snprintf(url, sizeof(url), "%s%s", facts->base_url, message_endpoint(request->message));
    struct http_request post = {
        .url = url,
        .accept = MEDIA_TYPE,
        .content_type = MEDIA_TYPE,
        .body = request->envelope,
        .trust = facts->pins.count > 0 ? HTTP_TRUST_PINS : HTTP_TRUST_CHAIN,
        .pins = &facts->pins,
        .headers = headers.lines,
    };

    bool replied =
        http_call(link->action->http, &post, &link->action->stop, &link->reply, fault);
    link->sent = link->sent || link->reply.sent;
    return replied;
}

enum link_end link_try(struct portal_link *link, const struct link_request *request,
                       int64_t *retry_after_s, struct fault *fault)
{
    *retry_after_s = -1;
    while (!post_once(link, request, fault)) {
        *retry_after_s = no_answer_wait_s(&link->reply, (int64_t)action_wall_s(link->action));
        if (fault->failure == FAILURE_INTERRUPTED)
            return LINK_STOPPED;
        if (!http_is_tls_failure(fault->failure))
            return LINK_AGAIN;
        if (!link_has_new_pins(link, fault))
            return action_stopped(link->action) ? LINK_STOPPED : LINK_UNSAFE;
    }

    enum link_end end = judge_reply(link, request, retry_after_s, fault);
    int64_t asked_s = no_answer_wait_s(&link->reply, (int64_t)action_wall_s(link->action));
    if (asked_s >= 0) // what the header says goes before what the document says
        *retry_after_s = asked_s;
    return end;
}

// A proxy that says no, or something that this device is short of while nothing was signed yet:
// asking again and again mends neither.
static bool is_hopeless(const struct link_request *request, enum failure failure)
{
    if (failure == FAILURE_NET_PROXY_PASSWORD || failure == FAILURE_NET_PROXY_REFUSED)
        return true;
    return request->message == MESSAGE_RESOLVE &&
           (failure == FAILURE_MEMORY || failure == FAILURE_DESCRIPTORS ||
            failure == FAILURE_INTERNAL);
}

enum link_end link_send(struct portal_link *link, const struct link_request *request,
                        struct fault *fault)
{
    const struct net_action *action = link->action;
    struct retry retry;

    link->sent = false;
    retry_start(&retry, request->counts_ms ? request->counts_ms : request->until_ms,
                request->until_ms);
    for (;;) {
        int64_t retry_after_s, wait;
        uint32_t random;
        enum link_end end = link_try(link, request, &retry_after_s, fault);
        if (end != LINK_AGAIN)
            return end;

        action_random(action, (uint8_t *)&random, sizeof(random));
        if (is_hopeless(request, fault->failure) ||
            !retry_next(&retry, action_boot_ms(action), random, retry_after_s, &wait))
            return LINK_NO_ANSWER;

        action->retrying(action->userdata, fault);
        if (!action->pause(action->userdata, wait)) {
            fault_set(fault, FAILURE_INTERRUPTED, "%s", message_name(request->message));
            return LINK_STOPPED;
        }
    }
}

bool link_heed_serial(struct portal_link *link, uint64_t serial, struct fault *fault)
{
    struct portal_facts *facts = &link->pairing->portal;
    if (serial <= facts->serial)
        return true;
    if (!metadata_refresh(link->action, facts, true, fault) || !save(link, fault))
        return false;
    if (facts->serial < serial)
        return fault_set(fault, FAILURE_NET_STALE_PORTAL, "serial %llu was announced, not %llu",
                         (unsigned long long)serial, (unsigned long long)facts->serial);
    return true;
}

// A rotation is signed by the key to come as well.
static bool seal(struct portal_link *link, enum message message, struct span body,
                 struct envelope_text *out, struct fault *fault)
{
    const struct pairing *pairing = link->pairing;
    struct envelope_signature signatures[PAIRING_KEYS_MAX];
    struct envelope_text journal;
    size_t count = message == MESSAGE_ROTATE ? 2 : 1;
    if (count > pairing->key_count)
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "the key in use is not there");
    if (!pairing_store_sign(link->action->pairings, pairing->id, message, body, pairing->key,
                            count, signatures, &journal, fault))
        return false;
    return (envelope_wrap(message, body, signatures, count, out) &&
            (journal.size == 0 || envelope_attach(out, ENVELOPE_JOURNAL, &journal))) ||
           fault_set(fault, FAILURE_INTERNAL, "%s: too long", message_name(message));
}

bool link_sign(struct portal_link *link, enum message message, const void *statement,
               struct statement_body *body, struct envelope_text *envelope, struct fault *fault)
{
    enum verdict verdict = statement_encode(message, statement, body);
    if (verdict != VERDICT_OK)
        return fault_set(fault, FAILURE_INTERNAL, "%s: %s", message_name(message),
                         verdict_word(verdict));
    return seal(link, message, statement_span(body), envelope, fault);
}
