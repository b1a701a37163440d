// SPDX-License-Identifier: MIT
// Whole requests as qrportal gets them: heads and bodies, several on a connection, cut at any
// place. No request has more than one answer, also where it is in doubt where it ends; no
// answer has a field that the portal does not have; nobody comes to a session or a device
// without credentials; and the log has the portal's own words alone.
//
// The first byte says which portal is asked. In the rest a few bytes are the client's: see
// below.
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <linux/sockios.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "portal/proxies/proxy_protocol.h"
#include "tests/fuzz/fuzz_http1.h"
#include "tests/fuzz/fuzz_portal.h"

#define CUT     0x1e // what stands before it is sent, and answered if it is whole
#define COOKIES 0x1d // in its place: all cookies that were set

#define SEND_MAX   65536u
#define WAIT_MS    10    // for an answer that may wait itself
#define END_MS     60000 // until a connection is over whose client has said all
#define READ_TRIES 50

#define JAR_MAX  8u
#define PAIR_MAX 160u

static const struct kind {
    char name;
    struct fuzz_portal_kind portal;
    bool signed_in;
} kinds[] = {
    {'q', {"qr-login", "qr-login", NULL}, false},
    {'b', {"bitrix24", "bitrix24", NULL}, false},
    {'x', {"x-forwarded-for", "qr-login", "x-forwarded-for"}, false},
    {'f', {"forwarded", "qr-login", "forwarded"}, false},
    {'p', {"proxy-protocol", "qr-login", "proxy-protocol"}, false},
    {'s', {"signed-in", "qr-login", NULL}, true},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct jar {
    char at[JAR_MAX][PAIR_MAX]; // name=value
    size_t count;
};

struct visit {
    int socket;
    bool over; // the portal has ended it
    struct text sent, got;
    size_t prelude; // bytes of what a proxy said first, which are no request
    bool begun;     // that is known
    bool framed;    // by a proxy that has to say something first
    struct jar jar;
    struct fuzz_requests asked;
    struct fuzz_answers answers;
    size_t given_up; // the number of the answer that did not come in time
};

// ---- cookies ----

static void put_cookie(struct jar *jar, const char *pair, size_t size)
{
    const char *equal = memchr(pair, '=', size);
    size_t i = 0;
    if (!equal || size >= PAIR_MAX)
        return;
    while (i < jar->count && strncmp(jar->at[i], pair, (size_t)(equal - pair) + 1) != 0)
        i++;
    if (i == JAR_MAX)
        return;

    memcpy(jar->at[i], pair, size);
    jar->at[i][size] = '\0';
    if (i == jar->count)
        jar->count++;
}

// What the portal and evhttp put into answers.
static bool is_a_field(struct span name)
{
    static const char *const names[] = {
        "BX-Mobile-Action",
        "Cache-Control",
        "Connection",
        "Content-Length",
        "Content-Security-Policy",
        "Content-Type",
        "Cross-Origin-Opener-Policy",
        "Cross-Origin-Resource-Policy",
        "Date",
        "Location",
        "Referrer-Policy",
        "Retry-After",
        "Set-Cookie",
        "Strict-Transport-Security",
        "Transfer-Encoding",
        "X-Accel-Buffering",
        "X-Bitrix-Csrf-Token",
        "X-Content-Type-Options",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (span_equal(name, span_str(names[i])))
            return true;
    }
    return false;
}

static void on_field(void *userdata, struct span name, struct span value)
{
    static const char set_cookie[] = "Set-Cookie";
    const uint8_t *end = value.n > 0 ? memchr(value.p, ';', value.n) : NULL;
    FUZZ_MUST(is_a_field(name));
    if (name.n == sizeof(set_cookie) - 1 && memcmp(name.p, set_cookie, name.n) == 0 && end)
        put_cookie(userdata, (const char *)value.p, (size_t)(end - value.p));
}

// ---- a connection ----

static struct span of(const struct text *text)
{
    return span_of((const uint8_t *)text->p, text->n);
}

// What a proxy says first is no request; whether it is whole may be seen only later.
static void find_prelude(struct visit *visit)
{
    struct proxy_protocol header;
    if (visit->begun || !visit->framed)
        return;
    if (proxy_protocol_read(of(&visit->sent), &header) != PROXY_PROTOCOL_WHOLE)
        return;
    visit->prelude = header.size;
    visit->begun = true;
}

static void look(struct visit *visit)
{
    struct span sent = of(&visit->sent);
    find_prelude(visit);
    bool waits = (visit->framed && !visit->begun) || sent.n <= visit->prelude;
    fuzz_requests_read(waits ? (struct span){0}
                             : span_of(sent.p + visit->prelude, sent.n - visit->prelude),
                       &visit->asked);
    fuzz_answers_read(of(&visit->got), &visit->asked, visit->over, &visit->answers);
}

// Takes what comes within this time. False: nothing did.
static bool hear(struct visit *visit, int ms)
{
    char bytes[16384];
    struct pollfd fd = {.fd = visit->socket, .events = POLLIN};
    int ready = poll(&fd, 1, ms);
    while (ready < 0 && errno == EINTR) // libFuzzer's clock ticks
        ready = poll(&fd, 1, ms);
    if (ready <= 0)
        return false;

    ssize_t size = recv(visit->socket, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (size > 0)
        text_add(&visit->got, bytes, (size_t)size);
    visit->over = size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR);
    return true;
}

// One that does not come in time is waited for once.
static void await_answers(struct visit *visit)
{
    for (look(visit); visit->answers.count < visit->asked.whole; look(visit)) {
        if (visit->over || visit->answers.last || visit->given_up > visit->answers.count)
            return;
        if (!hear(visit, WAIT_MS))
            visit->given_up = visit->answers.count + 1;
    }
}

static void say(struct visit *visit, const char *bytes, size_t size)
{
    text_add(&visit->sent, bytes, size);
    for (size_t sent = 0; sent < size && !visit->over;) {
        ssize_t n = send(visit->socket, bytes + sent, size - sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return; // the portal's last words are still to be heard
        sent += (size_t)n;
    }
}

// Until what was sent has been read, so that the portal meets the cut; it need not read.
static void await_reader(const struct visit *visit)
{
    static const struct timespec moment = {.tv_nsec = 20000};
    int unread = 1;
    for (int i = 0; i < READ_TRIES && unread > 0; i++) {
        if (ioctl(visit->socket, SIOCOUTQ, &unread) != 0)
            return;
        if (unread > 0)
            nanosleep(&moment, NULL);
    }
}

static void flush(struct visit *visit, struct text *part)
{
    if (part->n > 0)
        say(visit, part->p, part->n);
    text_free(part);
}

static void add_cookies(const struct jar *jar, struct text *part)
{
    for (size_t i = 0; i < jar->count; i++)
        text_format(part, "%s%s", i > 0 ? "; " : "", jar->at[i]);
}

static void talk(struct visit *visit, struct span input)
{
    struct text part = {0};

    for (size_t i = 0; i < input.n && !visit->over; i++) {
        const char c = (char)input.p[i];
        if (c == CUT) {
            flush(visit, &part);
            await_answers(visit);
            await_reader(visit);
        } else if (c == COOKIES) {
            add_cookies(&visit->jar, &part);
        } else {
            text_add(&part, &c, 1);
        }
    }

    flush(visit, &part);
    await_answers(visit);
}

// Its client has said all: the portal ends it too.
static void finish(struct visit *visit)
{
    shutdown(visit->socket, SHUT_WR);
    while (!visit->over)
        FUZZ_MUST(hear(visit, END_MS));
    look(visit);
    close(visit->socket);
}

static void check(struct fuzz_portal *fuzz, const struct jar *jar, bool signed_in)
{
    const char *secrets[JAR_MAX];
    size_t count = 0;
    for (size_t i = 0; i < jar->count; i++) {
        const char *value = strchr(jar->at[i], '=') + 1;
        if (strlen(value) > 16)
            secrets[count++] = value;
    }
    fuzz_portal_check_log(fuzz, secrets, count);
    fuzz_portal_check_store(fuzz, signed_in);
}

static size_t kind_of(uint8_t name)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (kinds[i].name == name)
            return i;
    }
    return name % KINDS;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct fuzz_portal portals[KINDS];
    static struct visit visit;
    if (size == 0 || size > SEND_MAX)
        return 0;
    const struct kind *kind = &kinds[kind_of(bytes[0])];
    struct fuzz_portal *fuzz = &portals[kind - kinds];
    if (!fuzz->server)
        fuzz_portal_start(fuzz, &kind->portal);

    struct token token;
    char session[PAIR_MAX];
    visit = (struct visit){.framed = kind->name == 'p'};
    fuzz_portal_next(fuzz, kind->signed_in ? &token : NULL);
    if (kind->signed_in) {
        snprintf(session, sizeof(session), "__Host-qrs=%s", token.text);
        put_cookie(&visit.jar, session, strlen(session));
    }

    visit.answers.on_field = on_field;
    visit.answers.userdata = &visit.jar;
    visit.socket = fuzz_portal_connect(fuzz);
    talk(&visit, span_of(bytes + 1, size - 1));
    finish(&visit);
    check(fuzz, &visit.jar, kind->signed_in);
    text_free(&visit.sent);
    text_free(&visit.got);
    return 0;
}
