// SPDX-License-Identifier: MIT
#include "tests/fuzz/fuzz_portal.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "portal/core/config.h"
#include "portal/core/policy.h"
#include "portal/core/sessions.h"
#include "portal/core/start.h"
#include "portal/web/listener.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_folder.h"

#define BASE_URL "https://portal.example.com/app"
#define BEGAN_S  1795000000
#define LOG_MAX  (1u << 20)
#define RUNNING  8u

static struct fuzz_portal *running[RUNNING];
static size_t running_count;

static int64_t wall_s(void *userdata)
{
    return BEGAN_S + ((const struct fuzz_portal *)userdata)->seconds;
}

static int64_t boot_ms(void *userdata)
{
    return (1000 + ((const struct fuzz_portal *)userdata)->seconds) * 1000;
}

// Any thread.
static void draw(void *userdata, uint8_t *out, size_t size)
{
    struct fuzz_portal *fuzz = userdata;
    uint8_t seed[randombytes_SEEDBYTES] = {0};
    uint64_t number = __atomic_add_fetch(&fuzz->drawn, 1, __ATOMIC_RELAXED);
    memcpy(seed, &number, sizeof(number));
    randombytes_buf_deterministic(out, size, seed);
}

static void set(struct fuzz_portal *fuzz, const char *name, const char *value)
{
    enum config_id id;
    struct fault fault = {0};
    FUZZ_MUST(config_find(name, &id));
    FUZZ_MUST(policy_set(&fuzz->portal.store, id, value, &fault));
}

// One password is tried in ten minutes: each takes the processor for a tenth of a second.
static void set_up(struct fuzz_portal *fuzz, const struct fuzz_portal_kind *kind)
{
    const struct user_new anna = {.name = "anna", .password = "not to be used", .admin = true};
    char otp[USER_OTP_TEXT + 1];
    struct user user;
    struct fault fault = {0};
    portal_begin(&fuzz->portal);
    FUZZ_MUST(
        users_add(&fuzz->portal.store, &fuzz->portal.environment, &anna, "none", otp, &fault));
    FUZZ_MUST(users_by_name(&fuzz->portal.store, anna.name, &user));
    fuzz->user = user.id;

    set(fuzz, "allow-qr", "on");
    set(fuzz, "limit.passwords", "1");
    set(fuzz, "limit.passwords-network", "1");
    set(fuzz, "limit.handshake", "600");
    set(fuzz, "limit.request", "600");
    set(fuzz, "metrics.from", "unix");
    if (kind->tells) {
        set(fuzz, "proxy.trusted", "unix");
        set(fuzz, "proxy.address", kind->tells);
    }
    FUZZ_MUST(portal_end(&fuzz->portal, true));
}

static void stop_all(void)
{
    for (size_t i = 0; i < running_count; i++) {
        server_stop(running[i]->server);
        portal_stop(&running[i]->portal);
    }
}

static void name_files(struct fuzz_portal *fuzz, const char *folder)
{
    snprintf(fuzz->folder, sizeof(fuzz->folder), "%s/%s", fuzz_folder(), folder);
    snprintf(fuzz->socket, sizeof(fuzz->socket), "%s/socket", fuzz->folder);
    snprintf(fuzz->log, sizeof(fuzz->log), "%s/requests.log", fuzz->folder);
}

void fuzz_portal_start(struct fuzz_portal *fuzz, const struct fuzz_portal_kind *kind)
{
    struct fault fault = {0};
    char listen[FUZZ_PORTAL_PATH + 8];
    unsigned port;
    FUZZ_MUST(sodium_init() >= 0 && running_count < RUNNING);
    name_files(fuzz, kind->folder); // first: what stops the portal at the end comes before rm
    fuzz->mode = mode_find(kind->mode);

    const struct portal_options options = {
        .directory = fuzz->folder,
        .base_url = BASE_URL,
        .mode = fuzz->mode->kind,
        .environment = {
            .wall_clock = wall_s, .boot_clock = boot_ms, .random = draw, .userdata = fuzz}};
    FUZZ_MUST(portal_start(&fuzz->portal, &options, &fault));
    set_up(fuzz, kind);

    snprintf(listen, sizeof(listen), "unix:%s", fuzz->socket);
    const struct server_options server = {.socket = listener_open(listen, &port, &fault),
                                          .mode = fuzz->mode,
                                          .request_log = fuzz->log};
    FUZZ_MUST(server.socket >= 0);
    fuzz->server = server_start(&fuzz->portal, &server, &fault);
    FUZZ_MUST(fuzz->server);

    running[running_count++] = fuzz;
    FUZZ_MUST(running_count > 1 || atexit(stop_all) == 0);
}

int fuzz_portal_connect(const struct fuzz_portal *fuzz)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", fuzz->socket);
    int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    FUZZ_MUST(client >= 0);
    while (connect(client, (const struct sockaddr *)&address, sizeof(address)) != 0)
        FUZZ_MUST(errno == EINTR); // libFuzzer's clock ticks
    return client;
}

void fuzz_portal_next(struct fuzz_portal *fuzz, struct token *token)
{
    const struct signin signin = {.user = fuzz->user, .how = SIGNIN_BY_PASSWORD};
    const struct client client = {"", "Chromium, Linux"};
    struct store *store = &fuzz->portal.store;
    fuzz->seconds++;
    if (!token)
        return;

    portal_begin(&fuzz->portal);
    store_run(store, "DELETE FROM sessions", "");
    store_run(store, "DELETE FROM enrolments", "");
    set(fuzz, "allow-qr", "on");
    sessions_open(&fuzz->portal, &signin, &client, token);
    FUZZ_MUST(portal_end(&fuzz->portal, true));
}

void fuzz_portal_check_store(struct fuzz_portal *fuzz, bool signed_in)
{
    static const char counted[] =
        "SELECT (SELECT count(*) FROM devices) + (SELECT count(*) FROM session_keys) + "
        "(SELECT count(*) FROM pending) + (SELECT count(*) FROM app_passwords) + "
        "(SELECT count(*) FROM stored_auth) + (SELECT count(*) FROM hit_auth) + "
        "(SELECT count(*) FROM statements)";
    portal_begin(&fuzz->portal);
    int64_t others = store_number(&fuzz->portal.store, -1, counted, "");
    int64_t sessions =
        store_number(&fuzz->portal.store, -1, "SELECT count(*) FROM sessions", "");
    FUZZ_MUST(portal_end(&fuzz->portal, false));

    FUZZ_MUST(others == 0);
    FUZZ_MUST(sessions == 0 || (signed_in && sessions == 1));
}

// ---- the log ----

static bool is_of(const char *text, const char *letters)
{
    return text && text[strspn(text, letters)] == '\0';
}

static bool is_route(const struct mode *mode, const char *path)
{
    for (const struct route *const *table = mode->tables; *table; table++) {
        for (const struct route *at = *table; at->path; at++) {
            if (strcmp(at->path, path) == 0)
                return true;
        }
    }
    return strcmp(path, "unknown") == 0;
}

static void check_line(const struct fuzz_portal *fuzz, const char *text)
{
    static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.-";
    const char *address, *method, *path, *code, *action;
    json_int_t time, status, ms;
    json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    FUZZ_MUST(json_unpack(line, "{s:I, s:s, s:s, s:s, s:I, s:s, s:s, s:I !}", "time", &time,
                          "address", &address, "method", &method, "path", &path, "status",
                          &status, "code", &code, "action", &action, "ms", &ms) == 0);

    FUZZ_MUST(is_of(address, "0123456789abcdef:."));
    FUZZ_MUST(strcmp(method, "GET") == 0 || strcmp(method, "POST") == 0 ||
              strcmp(method, "other") == 0);
    FUZZ_MUST(is_route(fuzz->mode, path));
    FUZZ_MUST(is_of(code, word) && is_of(action, word));
    FUZZ_MUST(status >= 200 && status < 600);
    json_decref(line);
}

void fuzz_portal_check_log(struct fuzz_portal *fuzz, const char *const *secrets, size_t count)
{
    static char text[LOG_MAX];
    int file = open(fuzz->log, O_RDWR | O_CLOEXEC);
    FUZZ_MUST(file >= 0);
    ssize_t size = read(file, text, sizeof(text) - 1);
    FUZZ_MUST(size >= 0 && (size_t)size < sizeof(text) - 1 && ftruncate(file, 0) == 0);
    close(file);
    text[size] = '\0';
    FUZZ_MUST(strlen(text) == (size_t)size);

    for (size_t i = 0; i < count; i++)
        FUZZ_MUST(!strstr(text, secrets[i]));
    for (char *at = text; *at;) {
        char *end = strchr(at, '\n');
        FUZZ_MUST(end);
        *end = '\0';
        check_line(fuzz, at);
        at = end + 1;
    }
}
