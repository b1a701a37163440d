// SPDX-License-Identifier: MIT
#include "ui/commands/commands.h"

#include <jansson.h>

#include "console/signals.h"
#include "net/begun_pairing.h"
#include "net/dialects/dialects.h"
#include "net/open_answer.h"
#include "net/pairings/pairing.h"
#include "net/signer/signer_store.h"
#include "ui/commands/command_cameras.h"
#include "ui/commands/command_config.h"
#include "ui/commands/command_conform.h"
#include "ui/commands/command_decode.h"
#include "ui/commands/command_doctor.h"
#include "ui/commands/command_forget.h"
#include "ui/commands/command_log.h"
#include "ui/commands/command_pin.h"
#include "ui/commands/command_provision.h"
#include "ui/commands/command_record.h"
#include "ui/commands/command_renew.h"
#include "ui/commands/command_seal.h"
#include "ui/commands/command_status.h"
#include "ui/terminal/terminal.h"
#include "ui/text/fault_line.h"
#include "ui/text/isolate.h"
#include "ui/text/json_line.h"
#include "ui/text/language.h"
#include "ui/text/shown_host.h"
#include "ui/text/wall_clock.h"
#include "ui/window/window.h"

static enum exit_code run_scan(const struct options *options, const struct paths *paths)
{
    if (options->face == FACE_WINDOW)
        return window_run(options, paths);
    return terminal_run(options, paths);
}

static void write_day(char out[static WALL_CLOCK_MAX], int64_t seconds)
{
    struct wall_clock clock = wall_clock_here();
    wall_clock_day(&clock, seconds, out);
    if (!*out)
        snprintf(out, WALL_CLOCK_MAX, "-");
}

// What a former run left open, if anything.
static json_t *open_answer_json(const struct open_answer *open)
{
    return json_pack("{s:s, s:s, s:I}", "decision", net_decision_name(open->decision),
                     "browser", open->browser, "answered_at", (json_int_t)open->answered_at);
}

static void print_open_answer(const struct open_answer *open)
{
    struct wall_clock clock = wall_clock_here();
    char answered[WALL_CLOCK_MAX];
    wall_clock_time(&clock, open->answered_at, answered);
    printf("  %s: %s%s%s%s%s\n", _("Open answer"),
           open->decision == NET_APPROVE ? _("Approve") : _("Deny"), *answered ? ", " : "",
           answered, *open->browser ? ", " : "", isolated(open->browser).text);
}

static void print_pairing(const struct options *options, const struct pairing_summary *pairing,
                          const struct open_answer *open)
{
    if (options->face == FACE_JSON) {
        json_t *object = json_pack(
            "{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "event", "portal", "id", pairing->id,
            "dialect", pairing->dialect->name, "origin", pairing->origin, "portal",
            pairing->portal_name, "account", pairing->account_name, "paired_at",
            (json_int_t)pairing->paired_at, "key_ends_at", (json_int_t)pairing->key_ends_at);
        if (pairing->session_key[0])
            json_line_add(&object, "session_key", json_string(pairing->session_key));
        if (open)
            json_line_add(&object, "open_answer", open_answer_json(open));
        json_line_print(stdout, object, JSON_COMPACT);
        return;
    }

    char paired[WALL_CLOCK_MAX], ends[WALL_CLOCK_MAX];
    write_day(paired, pairing->paired_at);
    write_day(ends, pairing->key_ends_at);
    printf("%s  %s\n", pairing->id, shown_host(pairing->origin).text);
    printf("  %s: %s\n  %s: %s\n  %s: %s\n  %s: %s\n", _("Portal"),
           isolated(pairing->portal_name).text, _("Account"),
           isolated(pairing->account_name).text, _("Paired"), paired, _("Key ends"), ends);
    if (open)
        print_open_answer(open);
}

static void print_begun(const struct options *options, const struct begun_pairing *begun)
{
    if (options->face == FACE_JSON) {
        json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:I}", "event", "begun-pairing", "id",
                                   begun->id, "origin", begun->origin, "portal",
                                   begun->portal_name, "begun_at", (json_int_t)begun->begun_at);
        json_line_print(stdout, object, JSON_COMPACT);
        return;
    }

    char day[WALL_CLOCK_MAX];
    write_day(day, begun->begun_at);
    printf("%s  %s\n  %s: %s\n  %s: %s\n", begun->id, shown_host(begun->origin).text,
           _("Portal"), isolated(begun->portal_name).text, _("Begun, and not finished"), day);
}

static enum exit_code run_portals(const struct options *options, const struct paths *paths)
{
    struct fault fault = {0};
    struct pairing_store *store =
        signer_store_open(paths->data, dialects, fault_line_tell, NULL, &fault);
    if (!store)
        return terminal_tell_fault(options, &fault);

    size_t count = pairing_store_count(store);
    for (size_t i = 0; i < count; i++) {
        struct pairing_summary summary;
        pairing_store_summary(store, i, &summary);
        struct open_answer open;
        bool is_open = open_answer_of(store, paths->state, summary.id, &open);
        print_pairing(options, &summary, is_open ? &open : NULL);
    }

    struct begun_pairing begun;
    bool is_begun = begun_pairing_find(store, &begun, NULL);
    if (is_begun)
        print_begun(options, &begun);

    struct pairing_unusable unusable;
    size_t named = 0;
    enum exit_code result = EXIT_CODE_OK;
    for (; pairing_store_unusable(store, named, &unusable); named++)
        result = terminal_tell_fault(options, &unusable.why);

    if (count == 0 && named == 0 && !is_begun && options->face != FACE_JSON)
        printf("%s\n", _(failure_text(FAILURE_PAIRING_NONE)));
    pairing_store_close(store);
    return result;
}

static enum exit_code run_doctor(const struct options *options, const struct paths *paths,
                                 const struct fault *unread)
{
    struct net_environment environment;
    net_environment_system(&environment, paths->state);
    environment.allow_plain_http = options->allow_plain_http;
    return command_doctor(options, paths, &environment, unread);
}

static enum exit_code run_status(const struct options *options, const struct paths *paths)
{
    struct net_environment environment;
    net_environment_system(&environment, paths->state);
    environment.allow_plain_http = options->allow_plain_http;
    return command_status(options, paths, &environment);
}

static enum exit_code run_conform(const struct options *options, const struct paths *paths)
{
    struct net_environment environment;
    net_environment_system(&environment, paths->state);
    environment.allow_plain_http = options->allow_plain_http;
    return command_conform(options, &environment);
}

enum exit_code commands_run(const struct options *options, const struct paths *paths,
                            const struct fault *unread)
{
    if (options->version) {
        printf("qrconfirm %s\n", QRCONFIRM_VERSION);
        return EXIT_CODE_OK;
    }
    if (options->help) {
        options_print_help(stdout, options->command, !options->names_command);
        return EXIT_CODE_OK;
    }

    switch (options->command) {
    case COMMAND_SCAN:
    case COMMAND_PAIR:
        return run_scan(options, paths);
    case COMMAND_PROVISION:
        return command_provision(options, paths);
    case COMMAND_CONFIG:
        signals_end_at_once();
        return command_config(options, paths, unread);
    case COMMAND_PORTALS:
        signals_end_at_once();
        return run_portals(options, paths);
    case COMMAND_FORGET:
        return command_forget(options, paths);
    case COMMAND_DECODE:
        return command_decode(options, stdout, stderr);
    case COMMAND_CAMERAS:
        return command_cameras(options);
    case COMMAND_RECORD:
        return command_record(options);
    case COMMAND_DOCTOR:
        return run_doctor(options, paths, unread);
    case COMMAND_LOG:
        signals_end_at_once();
        return command_log(options, paths);
    case COMMAND_STATUS:
        return run_status(options, paths);
    case COMMAND_PIN:
        return command_pin(options, paths);
    case COMMAND_SEAL:
        return command_seal(options, paths);
    case COMMAND_RENEW_KEYS:
        return command_renew(options, paths);
    case COMMAND_CONFORM:
        return run_conform(options, paths);
    case COMMANDS:
        break;
    }
    return EXIT_CODE_INTERNAL;
}
