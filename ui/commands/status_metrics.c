// SPDX-License-Identifier: MIT
#include "ui/commands/status_metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Values of labels here are origins, hexadecimal digits, codes and the version: none of them
// has a character that would have to be escaped.

static void head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP qrconfirm_%s %s\n# TYPE qrconfirm_%s %s\n", name, help, name, type);
}

static void gauge(FILE *out, const char *name, const char *help, int64_t value)
{
    head(out, name, "gauge", help);
    fprintf(out, "qrconfirm_%s %lld\n", name, (long long)value);
}

static void counter(FILE *out, const char *name, const char *help, uint64_t value)
{
    head(out, name, "counter", help);
    fprintf(out, "qrconfirm_%s %llu\n", name, (unsigned long long)value);
}

// What is not known has no sample: a zero would be a time.
static void time_gauge(FILE *out, const char *name, const char *help, int64_t seconds)
{
    if (seconds > 0)
        gauge(out, name, help, seconds);
}

static void print_failures(FILE *out, const struct health *health)
{
    head(out, "failures_total", "counter", "What a scan or a pairing failed by.");
    for (size_t i = FAILURE_NONE + 1; i < FAILURE_COUNT; i++)
        if (health->failures[i] > 0)
            fprintf(out, "qrconfirm_failures_total{code=\"%s\"} %llu\n",
                    failure_code((enum failure)i), (unsigned long long)health->failures[i]);
}

static void print_health(FILE *out, const struct health *health)
{
    counter(out, "starts_total", "Starts of a program that scans.", health->starts);
    time_gauge(out, "start_timestamp_seconds", "The last of these starts.", health->started_at);
    counter(out, "approved_total", "Sign-ins that were approved.", health->approved);
    time_gauge(out, "approved_timestamp_seconds", "The last of these sign-ins.",
               health->last_approved);
    time_gauge(out, "failure_timestamp_seconds", "The last failure.", health->last_failure_at);
    print_failures(out, health);
    if (health->camera_at > 0) {
        head(out, "camera_up", "gauge", "Whether the camera gave pictures when last used.");
        fprintf(out, "qrconfirm_camera_up{code=\"%s\"} %d\n", failure_code(health->camera),
                health->camera == FAILURE_NONE);
    }
}

static void print_pairings(FILE *out, const struct status *status)
{
    head(out, "key_end_timestamp_seconds", "gauge", "When the key of a pairing ends.");
    for (size_t i = 0; i < status->count; i++)
        if (status->pairings[i].is.key_ends_at > 0)
            fprintf(out,
                    "qrconfirm_key_end_timestamp_seconds{pairing=\"%s\",portal=\"%s\"} %lld\n",
                    status->pairings[i].is.id, status->pairings[i].is.origin,
                    (long long)status->pairings[i].is.key_ends_at);

    head(out, "paired_timestamp_seconds", "gauge", "When a pairing was kept.");
    for (size_t i = 0; i < status->count; i++)
        fprintf(out, "qrconfirm_paired_timestamp_seconds{pairing=\"%s\",portal=\"%s\"} %lld\n",
                status->pairings[i].is.id, status->pairings[i].is.origin,
                (long long)status->pairings[i].is.paired_at);

    head(out, "portal_up", "gauge", "Whether the portal of a pairing answers.");
    for (size_t i = 0; i < status->count; i++)
        if (status->pairings[i].asked)
            fprintf(out, "qrconfirm_portal_up{pairing=\"%s\",portal=\"%s\",code=\"%s\"} %d\n",
                    status->pairings[i].is.id, status->pairings[i].is.origin,
                    failure_code(status->pairings[i].silence.failure),
                    status->pairings[i].silence.failure == FAILURE_NONE);
}

char *status_metrics(const struct status *status)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;

    head(out, "info", "gauge", "The program, and the SHA-256 of its configuration file.");
    fprintf(out, "qrconfirm_info{version=\"%s\",configuration=\"%s\"} 1\n", QRCONFIRM_VERSION,
            status->configuration);
    gauge(out, "status_timestamp_seconds", "When all of this was looked at.", status->time);
    gauge(out, "pairings", "Pairings that can be used.", (int64_t)status->count);
    gauge(out, "unusable_pairings", "Pairings that cannot be used.", (int64_t)status->unusable);
    gauge(out, "pin", "Whether a PIN seals the keys.", status->has_pin);
    head(out, "seal", "gauge", "What seals the keys beside the PIN.");
    fprintf(out, "qrconfirm_seal{by=\"%s\"} 1\n", seal_part_name(status->part));
    gauge(out, "administrator_pin", "Whether the administrator PIN is set.",
          status->has_administrator_pin);
    if (status->provisioned)
        time_gauge(out, "provisioned_timestamp_seconds", "When a file provisioned this device.",
                   status->provision.time);
    if (status->clock)
        gauge(out, "clock_ahead_seconds", "This device's clock before that of a portal.",
              status->clock->ahead_s);
    print_pairings(out, status);
    print_health(out, &status->health);

    bool whole = !ferror(out);
    if (fclose(out) == 0 && whole)
        return text;
    free(text);
    return NULL;
}

static bool put(int file, const char *text)
{
    size_t size = strlen(text);
    for (size_t done = 0; done < size;) {
        ssize_t wrote = write(file, text + done, size - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        done += (size_t)wrote;
    }
    return fchmod(file, 0644) == 0 && fsync(file) == 0;
}

bool status_metrics_write(const char *path, const char *text, struct fault *fault)
{
    // The collector reads what ends in ".prom": not this.
    char temporary[PATH_MAX];
    int size = snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
    if (size < 0 || (size_t)size >= sizeof(temporary))
        return fault_set(fault, FAILURE_OUTPUT, "%.100s: a very long name", path);
    int file = mkostemp(temporary, O_CLOEXEC);
    if (file < 0)
        return fault_set(fault, FAILURE_OUTPUT, "%.150s: %s", path, strerror(errno));

    bool ok = put(file, text) && rename(temporary, path) == 0;
    int error = errno;
    close(file);
    if (ok)
        return true;
    (void)unlink(temporary);
    return fault_set(fault, FAILURE_OUTPUT, "%.150s: %s", path, strerror(error));
}
