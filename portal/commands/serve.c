// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/shortage.h"
#include "net/protocol/typed_address.h"
#include "portal/base/address.h"
#include "portal/base/secret_file.h"
#include "portal/commands/command.h"
#include "portal/commands/command_line.h"
#include "portal/core/config.h"
#include "portal/core/folder.h"
#include "portal/core/portal.h"
#include "portal/core/proxy_settings.h"
#include "portal/core/start.h"
#include "portal/core/store_check.h"
#include "portal/core/store_place.h"
#include "portal/modes/modes.h"
#include "portal/requests/deployment.h"
#include "portal/requests/server.h"

struct serve {
    const char *directory, *listen, *base_url, *request_log, *mode;
    bool plain_http, check;
};

static bool parse(int count, char **arguments, struct serve *out)
{
    struct command_line line;
    if (command_line_read(READER_SERVE, count, arguments, 0, &line) != COMMAND_LINE_READ)
        return false;

    const char *listen = line.values[OPTION_LISTEN], *mode = line.values[OPTION_MODE];
    *out = (struct serve){
        .directory = line.values[OPTION_DATA],
        .listen = listen ? listen : "127.0.0.1:8443",
        .base_url = line.values[OPTION_BASE_URL],
        .request_log = line.values[OPTION_REQUEST_LOG],
        .mode = mode ? mode : "qr-login",
        .plain_http = line.given[OPTION_PLAIN_HTTP],
        .check = line.given[OPTION_CHECK],
    };
    return true;
}

// The host of a base URL, for the certificate.
static void host_of(const char *base_url, char *out, size_t size)
{
    const char *host = strstr(base_url, "://");
    host = host ? host + 3 : base_url;
    size_t n = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
    snprintf(out, size, "%.*s", (int)n, host);
}

static void held_signals(sigset_t *out)
{
    sigemptyset(out);
    sigaddset(out, SIGTERM);
    sigaddset(out, SIGINT);
    sigaddset(out, SIGHUP);
}

// SIGHUP opens the request log anew, as who moves logs away expects; the others end it.
static void wait_for_end(struct server *server)
{
    sigset_t signals;
    int signal = 0;
    struct fault fault;
    held_signals(&signals);
    while (sigwait(&signals, &signal) != 0 || signal == SIGHUP) {
        if (signal == SIGHUP && !server_reopen_log(server, &fault))
            command_failed(&fault);
    }
}

// Before any thread starts, so that all of them leave the signals to wait_for_end.
static void hold_signals(void)
{
    sigset_t signals;
    held_signals(&signals);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

// A waiting page is a descriptor. As many as the system lets this process have.
static void allow_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int run(struct portal *portal, const struct server_options *options,
               const char *directory)
{
    struct fault fault;
    struct server *server = server_start(portal, options, &fault);
    if (!server)
        return command_failed(&fault);
    printf("qrportal: listening on %s data %s\n", portal->base_url, directory);
    fflush(stdout);
    wait_for_end(server);
    server_stop(server);
    return EXIT_CODE_OK;
}

// Two servers on one folder would expire each other's challenges. The lock ends with the
// process.
static bool lock_directory(const char *directory, struct fault *fault)
{
    char path[SECRET_PATH_MAX];
    if (!secret_path(directory, "serve.lock", path))
        return fault_set(fault, FAILURE_USAGE, "%s: the path is too long", directory);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return fault_set(fault, FAILURE_INTERNAL, "%s: %s", path, strerror(errno));
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        close(file);
        return fault_set(fault, FAILURE_INTERNAL, "%s: another qrportal serves it", directory);
    }
    return true;
}

static bool read_settings(struct store *store, struct deployment *out, struct fault *fault)
{
    char pins[CONFIG_LIST_MAX + 1];
    config_list(store, CONFIG_PORTAL_PINS, pins);
    return proxy_settings(store, &out->proxies, fault) && pins_read(pins, &out->pins, fault);
}

// Before anything is made: without a store they are as they are without being set.
static bool find_settings(const char *directory, struct deployment *out, struct fault *fault)
{
    struct store store;
    if (!store_place_exists(directory))
        return true;

    if (!store_open_as_it_is(&store, directory, fault))
        return false;
    store_begin(&store);
    bool ok = read_settings(&store, out, fault);
    if (!store_end(&store, false))
        ok = store_fault(&store, directory, "its settings cannot be read", fault);
    store_close(&store);
    return ok;
}

// A public name at another port, or beyond this computer while only this computer is listened
// to: there must be another server between.
static bool stands_elsewhere(const struct deployment *deployment, unsigned port)
{
    const char *base_url = deployment->base_url;
    const char *host = strstr(base_url, "://");
    const char *from = host ? host + 3 : base_url;
    const char *colon = strchr(from[0] == '[' ? from + strcspn(from, "]") : from, ':');
    unsigned long named = colon                                  ? strtoul(colon + 1, NULL, 10)
                          : strncmp(base_url, "http://", 7) == 0 ? 80
                                                                 : 443;
    return named != port || (deployment->address.loopback && !origin_is_loopback(base_url));
}

static void notice_place(const struct deployment *deployment, unsigned port)
{
    if (proxies_none(&deployment->proxies) && stands_elsewhere(deployment, port))
        fprintf(stderr,
                "qrportal: %s is not where it listens; if another server stands before it: "
                "%s\n",
                deployment->base_url, SERVER_NO_PROXY);
}

static bool check_store(const char *directory, struct fault *fault)
{
    bool skipped;
    if (!store_check_at_start(directory, &skipped, fault))
        return false;
    if (skipped)
        fprintf(stderr,
                "qrportal: the last stop was not orderly, and the store is too large to be "
                "looked through at a start: run qrportal check\n");
    return true;
}

static bool look(const struct serve *serve, struct deployment *deployment, struct fault *fault)
{
    return folder_check(serve->directory, !serve->plain_http, fault) &&
           check_store(serve->directory, fault) &&
           find_settings(serve->directory, deployment, fault) &&
           deployment_check(deployment, fault);
}

static bool take_folder(const char *directory, struct fault *fault)
{
    if (mkdir(directory, 0700) != 0 && errno != EEXIST)
        return fault_set(fault, FAILURE_INTERNAL, "%s: %s", directory, strerror(errno));
    return lock_directory(directory, fault);
}

// The folder is looked at whole before anything is made in it.
static int serve(const struct serve *serve, int listener, unsigned port,
                 struct deployment *deployment)
{
    const char *base_url = deployment->base_url;
    struct fault fault;
    struct portal portal;
    struct tls_identity tls;
    char host[ORIGIN_MAX + 1];
    char log[SECRET_PATH_MAX];
    const struct mode *mode = mode_find(serve->mode);
    struct portal_options options = {
        .directory = serve->directory, .base_url = base_url, .mode = mode->kind};

    portal_environment_system(&options.environment);
    host_of(base_url, host, sizeof(host));

    bool ok = look(serve, deployment, &fault) && take_folder(serve->directory, &fault);

    if (ok && !serve->plain_http) {
        ok = tls_load(&tls, serve->directory, host, environment_wall_s(&options.environment),
                      &fault);
        options.pin = tls.pin;
    }

    if (ok) {
        notice_place(deployment, port);
        ok = secret_path(serve->directory, "requests.log", log) ||
             fault_set(&fault, FAILURE_USAGE, "%s: the path is too long", serve->directory);
    }

    if (!ok || !portal_start(&portal, &options, &fault)) {
        close(listener);
        return command_failed(&fault);
    }

    const struct server_options server = {.socket = listener,
                                          .tls = serve->plain_http ? NULL : &tls,
                                          .mode = mode,
                                          .request_log =
                                              serve->request_log ? serve->request_log : log};

    int code = run(&portal, &server, serve->directory);
    portal_stop(&portal);
    return code;
}

static bool find_base_url(const struct serve *serve, unsigned port,
                          char out[static BASE_URL_MAX + 1], struct fault *fault)
{
    char own[BASE_URL_MAX + 1];
    if (!serve->base_url && port == 0)
        return fault_set(fault, FAILURE_USAGE,
                         "serve: the portal's address is not known: name "
                         "it by --base-url");

    snprintf(own, sizeof(own), "%s://localhost:%u", serve->plain_http ? "http" : "https", port);
    if (port == (serve->plain_http ? 80 : 443))
        *strrchr(own, ':') = '\0';
    return typed_address_base_url(serve->base_url ? serve->base_url : own, out, fault);
}

static unsigned port_of(const struct listen_address *address)
{
    // It stands at the same place in both.
    return address->local ? 0 : ntohs(((const struct sockaddr_in *)&address->socket)->sin_port);
}

// As `nginx -t` does: looks at everything, opens and makes nothing.
static int check(const struct serve *serve, struct deployment *deployment)
{
    struct fault fault;
    struct text text = {0};
    char base_url[BASE_URL_MAX + 1];
    if (!find_base_url(serve, port_of(&deployment->address), base_url, &fault))
        return command_failed(&fault);

    deployment->base_url = base_url;
    if (!look(serve, deployment, &fault))
        return command_failed(&fault);

    const unsigned shortages = shortage_count();
    deployment_describe(deployment, &text);
    bool whole = shortage_count() == shortages;
    if (whole)
        fputs(text.p, stdout);
    else
        fault_set(&fault, FAILURE_MEMORY, "the check");
    text_free(&text);
    return whole ? EXIT_CODE_OK : command_failed(&fault);
}

static int listen_and_serve(const struct serve *options, struct deployment *deployment)
{
    struct fault fault;
    char base_url[BASE_URL_MAX + 1];
    unsigned port;
    int listener = listener_open(options->listen, &port, &fault);
    if (listener < 0)
        return command_failed(&fault);

    if (!find_base_url(options, port, base_url, &fault)) {
        close(listener);
        return command_failed(&fault);
    }
    if (options->base_url && strcmp(options->base_url, base_url) != 0)
        fprintf(stderr, "qrportal: \"%s\" is %s\n", options->base_url, base_url);

    deployment->base_url = base_url;
    return serve(options, listener, port, deployment);
}

int command_serve(int count, char **arguments)
{
    struct serve options;
    struct fault fault;
    if (!parse(count, arguments, &options))
        return command_usage("serve: an option is not known or lacks its value");
    if (!mode_find(options.mode))
        return command_usage("serve: this mode is not known");

    struct deployment deployment = {.listen = options.listen, .plain_http = options.plain_http};
    if (!listener_read(options.listen, &deployment.address, &fault))
        return command_failed(&fault);
    if (options.check)
        return check(&options, &deployment);

    hold_signals();
    allow_descriptors();
    return listen_and_serve(&options, &deployment);
}
