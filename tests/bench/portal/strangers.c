// SPDX-License-Identifier: MIT
#include "tests/bench/portal/strangers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/bench/portal/clock.h"

#define SLOW_ADDRESS     3000u
#define GUESSING_ADDRESS 3100u
#define HONEST_ADDRESS   3200u
#define DRIP_S           1.0
#define FORM             "application/x-www-form-urlencoded"
#define BODY_MAX         128u

static const char drip[] = "GET /login HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
                           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

static bool is_gone(const struct client *client)
{
    char byte;
    if (client->socket < 0)
        return true;
    ssize_t got = recv(client->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

static void come(struct slow_strangers *strangers, size_t i)
{
    struct client *client = &strangers->clients[i];
    in_addr_t address = client_address(SLOW_ADDRESS + (unsigned)(i % STRANGERS_SLOW));
    client_close(client);
    strangers->said[i] = 0;
    strangers->came++;

    // 0x16 is the first byte of a handshake.
    if (i / STRANGERS_SLOW % 2 == 0) {
        if (client_open_plain(client, &strangers->stage->target, address) &&
            send(client->socket, "\x16", 1, MSG_NOSIGNAL) != 1)
            client_close(client);
    } else {
        client_open(client, &strangers->stage->target, address, NULL);
    }
}

static void say_a_byte(struct slow_strangers *strangers, size_t i)
{
    struct client *client = &strangers->clients[i];
    if (client->ssl && strangers->said[i] < sizeof(drip) - 1 &&
        SSL_write(client->ssl, drip + strangers->said[i]++, 1) != 1)
        client_close(client);
}

static void *be_slow(void *userdata)
{
    struct slow_strangers *strangers = userdata;
    while (!atomic_load(&strangers->ending)) {
        double begun = clock_now();
        for (size_t i = 0; i < strangers->count; i++) {
            if (is_gone(&strangers->clients[i]))
                come(strangers, i);
            else
                say_a_byte(strangers, i);
        }
        clock_sleep(begun + DRIP_S - clock_now());
    }
    return NULL;
}

bool slow_strangers_start(struct slow_strangers *strangers, const struct stage *stage,
                          size_t count)
{
    *strangers = (struct slow_strangers){.stage = stage,
                                         .clients = calloc(count, sizeof(struct client)),
                                         .said = calloc(count, sizeof(size_t)),
                                         .count = count};
    atomic_init(&strangers->ending, false);
    if (!strangers->clients || !strangers->said)
        return false;
    for (size_t i = 0; i < count; i++) {
        strangers->clients[i].socket = -1;
        come(strangers, i);
    }
    strangers->running = pthread_create(&strangers->thread, NULL, be_slow, strangers) == 0;
    return strangers->running;
}

void slow_strangers_stop(struct slow_strangers *strangers)
{
    atomic_store(&strangers->ending, true);
    if (strangers->running)
        pthread_join(strangers->thread, NULL);
    for (size_t i = 0; strangers->clients && i < strangers->count; i++)
        client_close(&strangers->clients[i]);
    free(strangers->clients);
    free(strangers->said);
}

double stranger_gets_login(const struct stage *stage, struct client_reply *reply)
{
    const struct client_call call = {.path = "/login"};
    struct client client;
    double begun = clock_now();
    bool got = client_open(&client, &stage->target, client_address(HONEST_ADDRESS), NULL) &&
               client_ask(&client, &call, reply) && reply->status == 200;
    double took = clock_now() - begun;
    client_close(&client);
    return got ? took : -1;
}

static bool guess(const struct stage *stage, size_t i, struct client *client)
{
    char body[BODY_MAX];
    snprintf(body, sizeof(body), "name=stranger%zu&password=not+the+password", i);
    const struct client_call call = {
        .path = "/login", .body = body, .type = FORM, .origin = stage->origin};
    unsigned network = (unsigned)(i % STRANGERS_GUESSING);
    return client_open(client, &stage->target, client_address(GUESSING_ADDRESS + network),
                       NULL) &&
           client_say(client, &call);
}

static double sign_in(const struct stage *stage, struct client_reply *reply)
{
    const struct client_call call = {.path = "/login",
                                     .body =
                                         "name=" STAGE_ACCOUNT "&password=an+honest+password",
                                     .type = FORM,
                                     .origin = stage->origin};
    char session[CLIENT_COOKIE_MAX + 1];
    struct client client;
    double begun = clock_now();
    bool done = client_open(&client, &stage->target, client_address(HONEST_ADDRESS), NULL) &&
                client_ask(&client, &call, reply) &&
                client_cookie(reply, "__Host-qrs", session);
    double took = clock_now() - begun;
    client_close(&client);
    return done ? took : -1;
}

double strangers_guess(const struct stage *stage, size_t guesses, struct client_reply *reply)
{
    struct client *clients = calloc(guesses, sizeof(*clients));
    bool said = clients != NULL;
    size_t begun = 0;
    for (; said && begun < guesses; begun++)
        said = guess(stage, begun, &clients[begun]);

    double took = said ? sign_in(stage, reply) : -1;
    for (size_t i = 0; i < begun; i++)
        client_close(&clients[i]);
    free(clients);
    return took;
}
