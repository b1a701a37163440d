// SPDX-License-Identifier: MIT
#include "ui/commands/command_status.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "console/signals.h"
#include "ui/commands/status.h"
#include "ui/commands/status_metrics.h"
#include "ui/terminal/terminal.h"
#include "ui/text/json_line.h"
#include "ui/text/language.h"
#include "ui/text/shown_host.h"
#include "ui/text/wall_clock.h"

// ---- as JSON -----------------------------------------------------------------------------

static json_t *time_or_null(int64_t seconds)
{
    return seconds > 0 ? json_integer(seconds) : json_null();
}

static json_t *pairing_json(const struct status_pairing *pairing)
{
    json_t *object =
        json_pack("{s:s, s:s, s:I, s:o}", "id", pairing->is.id, "origin", pairing->is.origin,
                  "paired_at", (json_int_t)pairing->is.paired_at, "key_ends_at",
                  time_or_null(pairing->is.key_ends_at));
    if (pairing->asked)
        json_line_add(&object, "portal", json_string(failure_code(pairing->silence.failure)));
    return object;
}

static json_t *failures_json(const struct health *health)
{
    json_t *object = json_object();
    for (size_t i = FAILURE_NONE + 1; i < FAILURE_COUNT; i++)
        if (health->failures[i] > 0)
            json_line_add(&object, failure_code((enum failure)i),
                          json_integer((json_int_t)health->failures[i]));
    return object;
}

// A code with the time since when, or of when, it is known; null where it never was.
static json_t *code_json(enum failure failure, int64_t at)
{
    return at > 0 ? json_pack("{s:s, s:I}", "code", failure_code(failure), "at", (json_int_t)at)
                  : json_null();
}

static json_t *health_json(const struct health *health)
{
    return json_pack("{s:I, s:o, s:I, s:o, s:o, s:o, s:o}", "starts",
                     (json_int_t)health->starts, "started_at", time_or_null(health->started_at),
                     "approved", (json_int_t)health->approved, "last_approved_at",
                     time_or_null(health->last_approved), "failures", failures_json(health),
                     "last_failure", code_json(health->last_failure, health->last_failure_at),
                     "camera", code_json(health->camera, health->camera_at));
}

static json_t *provision_json(const struct status *status)
{
    char hash[2 * HASH_SIZE + 1];
    if (!status->provisioned)
        return json_null();
    sodium_bin2hex(hash, sizeof(hash), status->provision.file_hash, HASH_SIZE);
    return json_pack("{s:o, s:s, s:s}", "at", time_or_null(status->provision.time), "file",
                     hash, "pairing", status->provision.pairing);
}

static void print_json(const struct status *status)
{
    json_t *pairings = json_array();
    for (size_t i = 0; i < status->count; i++)
        json_line_append(&pairings, pairing_json(&status->pairings[i]));

    json_t *object = json_pack(
        "{s:s, s:s, s:I, s:s, s:o, s:I, s:b, s:s, s:b, s:o, s:o, s:o}", "event", "status",
        "version", QRCONFIRM_VERSION, "time", (json_int_t)status->time, "configuration",
        status->configuration, "pairings", pairings, "unusable_pairings",
        (json_int_t)status->unusable, "pin", status->has_pin, "seal",
        seal_part_name(status->part), "administrator_pin", status->has_administrator_pin,
        "provisioned", provision_json(status), "clock_ahead_s",
        status->clock ? json_integer(status->clock->ahead_s) : json_null(), "health",
        health_json(&status->health));
    json_line_print(stdout, object, JSON_COMPACT);
}

// ---- as text -----------------------------------------------------------------------------

static void print_when(const char *label, int64_t seconds)
{
    struct wall_clock clock = wall_clock_here();
    char text[WALL_CLOCK_MAX];
    wall_clock_time(&clock, seconds, text);
    printf("%s: %s\n", label, *text ? text : "-");
}

static void print_pairing(const struct status_pairing *pairing)
{
    struct wall_clock clock = wall_clock_here();
    char ends[WALL_CLOCK_MAX];
    wall_clock_day(&clock, pairing->is.key_ends_at, ends);
    printf("%s  %s\n  %s: %s\n", pairing->is.id, shown_host(pairing->is.origin).text,
           _("Key ends"), *ends ? ends : "-");
    if (pairing->asked)
        printf("  %s: %s\n", _("Portal"),
               pairing->silence.failure == FAILURE_NONE
                   ? _("it answers")
                   : _(failure_text(pairing->silence.failure)));
}

static void print_text(const struct status *status)
{
    const struct health *health = &status->health;
    printf("qrconfirm %s\n%s: %.16s\n", QRCONFIRM_VERSION, _("Configuration"),
           status->configuration);
    for (size_t i = 0; i < status->count; i++)
        print_pairing(&status->pairings[i]);
    if (status->count == 0)
        printf("%s\n", _(failure_text(FAILURE_PAIRING_NONE)));
    if (status->clock)
        printf("%s: %lld s\n", _("Clock ahead of the portal's"),
               (long long)status->clock->ahead_s);

    print_when(_("Started"), health->started_at);
    print_when(_("Last sign-in"), health->last_approved);
    print_when(_("Last failure"), health->last_failure_at);
    if (health->last_failure_at > 0)
        printf("  %s: %s\n", failure_code(health->last_failure),
               _(failure_text(health->last_failure)));
    if (health->camera_at > 0)
        printf("%s: %s\n", _("Camera"),
               health->camera == FAILURE_NONE ? _("works") : _(failure_text(health->camera)));
}

// ---- the command -------------------------------------------------------------------------

static bool is_stopped(void *userdata)
{
    (void)userdata;
    return signals_came();
}

static bool write_metrics(const char *path, const struct status *status, struct fault *fault)
{
    char *text = status_metrics(status);
    bool ok = text ? status_metrics_write(path, text, fault)
                   : fault_set(fault, FAILURE_MEMORY, "metrics");
    free(text);
    return ok;
}

static bool run(const struct options *options, const struct paths *paths,
                const struct net_environment *environment, struct status *status,
                struct fault *fault)
{
    int signals_fd = signals_open(fault);
    if (signals_fd < 0)
        return false;
    const struct http_stop stop = {.asked = is_stopped, .fd = signals_fd};
    bool ok = status_look(options, paths, environment, &stop, status, fault);
    close(signals_fd);

    if (ok && options->textfile)
        ok = write_metrics(options->textfile, status, fault);
    if (ok && options->face == FACE_JSON)
        print_json(status);
    else if (ok && !options->textfile)
        print_text(status);
    return ok;
}

enum exit_code command_status(const struct options *options, const struct paths *paths,
                              const struct net_environment *environment)
{
    struct fault fault = {0};
    struct status *status = malloc(sizeof(*status));
    bool done = status ? run(options, paths, environment, status, &fault)
                       : fault_set(&fault, FAILURE_MEMORY, "status");
    free(status);
    return done ? EXIT_CODE_OK : terminal_tell_fault(options, &fault);
}
