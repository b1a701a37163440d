// SPDX-License-Identifier: MIT
#include "tests/bench/portal/page.h"

#include <errno.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "net/protocol/challenge.h"
#include "tests/bench/portal/clock.h"

#define COOKIE       "__Host-qrl"
#define SESSION      "__Host-qrs"
#define PATH         "/qr-login/v1/challenge"
#define AGAIN_S      0.05
#define ATTEMPT_SIZE 16u

void page_init(struct page *page, const struct stage *stage, in_addr_t address)
{
    *page = (struct page){.stage = stage, .address = address, .client = {.socket = -1}};
}

void page_destroy(struct page *page)
{
    client_close(&page->client);
    SSL_SESSION_free(page->ticket);
    page->ticket = NULL;
}

static bool connect_page(struct page *page)
{
    return page->client.socket >= 0 ||
           client_open(&page->client, &page->stage->target, page->address, page->ticket);
}

static void keep_ticket(struct page *page)
{
    SSL_SESSION *ticket = client_session(&page->client);
    if (!ticket)
        return;
    SSL_SESSION_free(page->ticket);
    page->ticket = ticket;
}

// The page knows its challenge by the code alone, as a device does.
static bool read_code(struct page *page, const struct client_reply *reply)
{
    struct challenge code = {0};
    json_t *state = json_loadb(reply->body, reply->size, 0, NULL);
    const char *text = json_string_value(json_object_get(state, "qr"));
    if (text)
        challenge_parse(span_str(text), &code);
    bool found = text && code.kind == PAYLOAD_LOGIN;
    if (found)
        memcpy(page->challenge, code.login.id, sizeof(page->challenge));
    json_decref(state);
    return found;
}

bool page_ask(struct page *page, bool anew, struct client_reply *reply)
{
    char value[CLIENT_COOKIE_MAX + 1];
    const struct client_call call = {.path = PATH,
                                     .body = anew ? "{\"new\":true}" : "{}",
                                     .type = "application/json",
                                     .origin = page->stage->origin,
                                     .cookie = page->cookie[0] ? page->cookie : NULL};
    reply->status = 0;
    if (!connect_page(page) || !client_ask(&page->client, &call, reply)) {
        client_close(&page->client);
        return false;
    }

    keep_ticket(page);
    if (reply->status != 201 || !client_cookie(reply, COOKIE, value) || !read_code(page, reply))
        return false;
    snprintf(page->cookie, sizeof(page->cookie), COOKIE "=%s", value);
    return true;
}

bool page_listen(struct page *page, struct client_reply *reply)
{
    const struct client_call call = {
        .path = PATH, .accept = "text/event-stream", .cookie = page->cookie};
    bool open = connect_page(page) && client_listen(&page->client, &call, reply);
    while (open && reply->status == 200 && !strstr(reply->body, "data: "))
        open = client_hear(&page->client, reply);
    if (open && reply->status == 200)
        return true;

    client_close(&page->client);
    *reply->text = '\0';
    reply->body = reply->text;
    reply->size = 0;
    return false;
}

void page_come_back(struct page *page, struct client_reply *reply)
{
    char byte;
    ssize_t got = page->client.socket < 0
                      ? 0
                      : recv(page->client.socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got > 0 || (got < 0 && errno == EAGAIN))
        return;
    client_close(&page->client);
    page_listen(page, reply);
}

// An event of this connection has told this state.
static bool tells(const struct client_reply *reply, const char *state)
{
    char part[48];
    snprintf(part, sizeof(part), "\"state\":\"%s\"", state);
    return strstr(reply->body, part) != NULL;
}

bool page_hear(struct page *page, const char *state, struct client_reply *reply)
{
    double until = clock_now() + STAGE_PATIENCE_S;
    while (!tells(reply, state)) {
        if (tells(reply, "expired") || tells(reply, "denied") || clock_now() > until)
            return false;
        if (page->client.socket >= 0 && client_hear(&page->client, reply))
            continue;

        // The portal has gone; a browser comes back by itself.
        client_close(&page->client);
        page->repeats++;
        clock_sleep(AGAIN_S);
        page_listen(page, reply);
    }
    return true;
}

bool page_claim(struct page *page, const char *code, struct client_reply *reply)
{
    uint8_t random[ATTEMPT_SIZE];
    char attempt[2 * ATTEMPT_SIZE + 1], body[128], session[CLIENT_COOKIE_MAX + 1];
    randombytes_buf(random, sizeof(random));
    sodium_bin2hex(attempt, sizeof(attempt), random, sizeof(random));
    snprintf(body, sizeof(body), "{\"code\":\"%s\",\"attempt\":\"%s\"}", code, attempt);

    const struct client_call call = {.path = "/qr-login/v1/claim",
                                     .body = body,
                                     .type = "application/json",
                                     .origin = page->stage->origin,
                                     .cookie = page->cookie};
    double until = clock_now() + STAGE_PATIENCE_S;
    client_close(&page->client);
    while (!connect_page(page) || !client_ask(&page->client, &call, reply)) {
        client_close(&page->client);
        if (clock_now() > until)
            return false;
        page->repeats++;
        clock_sleep(AGAIN_S);
    }
    client_close(&page->client);
    return reply->status == 200 && client_cookie(reply, SESSION, session);
}
