// SPDX-License-Identifier: MIT
#include "portal/base/metrics.h"

#include <string.h>

// The last part is all that the others are not. NULL: how long it takes says nothing.
static const struct {
    const char *route; // begins so
    const char *name;
} parts[] = {
    {"/qr-login/v1/challenge", "challenge"},
    {"/qr-login/v1/claim", "claim"},
    {"/qr-login/v1/resolve", "resolve"},
    {"/qr-login/v1/decision", "decision"},
    {"/qr-login/v1/", "device"},
    {"/login", "password"},
    {"/bitrix/sub/", NULL},
    {"", "page"},
};

static const int64_t steps_ms[METRICS_STEPS] = {1,   2,   5,    10,   20,   50,
                                                100, 200, 1000, 5000, 30000};
static const char *const steps_s[METRICS_STEPS] = {
    "0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "1", "5", "30"};

// METRICS_PARTS: none.
static size_t part_of(const char *route)
{
    size_t named = 0, at = 0;
    while (strncmp(route, parts[at].route, strlen(parts[at].route)) != 0)
        named += parts[at++].name != NULL;
    return parts[at].name ? named : METRICS_PARTS;
}

void metrics_sign_in(struct metrics *metrics, enum metrics_sign_in end)
{
    atomic_fetch_add(&metrics->sign_ins[end], 1);
}

void metrics_request(struct metrics *metrics, const char *route, enum outcome outcome,
                     int64_t milliseconds)
{
    size_t part = part_of(route), step = 0;
    if (outcome != OUTCOME_OK && (size_t)outcome < METRICS_OUTCOMES)
        atomic_fetch_add(&metrics->refusals[outcome], 1);
    if (milliseconds < 0 || part >= METRICS_PARTS)
        return;

    while (step < METRICS_STEPS && milliseconds >= steps_ms[step])
        step++;
    struct metrics_latency *latency = &metrics->latencies[part];
    atomic_fetch_add(&latency->steps[step], 1);
    atomic_fetch_add(&latency->milliseconds, (uint_fast64_t)milliseconds);
}

static void write_head(struct text *out, const char *name, const char *type, const char *help)
{
    text_format(out, "# HELP qrportal_%s %s\n# TYPE qrportal_%s %s\n", name, help, name, type);
}

static void write_number(struct text *out, const char *name, const char *type, const char *help,
                         unsigned long long number)
{
    write_head(out, name, type, help);
    text_format(out, "qrportal_%s %llu\n", name, number);
}

static void write_sign_ins(const struct metrics *metrics, struct text *out)
{
    static const struct {
        const char *by, *outcome;
    } ends[SIGN_IN_ENDS] = {
#define X(id, by, outcome) [SIGN_IN_##id] = {by, outcome},
        METRICS_SIGN_INS(X)
#undef X
    };
    write_head(out, "sign_ins_total", "counter", "Sign-ins by how they ended.");
    for (size_t i = SIGN_IN_GOES_ON + 1; i < SIGN_IN_ENDS; i++)
        text_format(out, "qrportal_sign_ins_total{by=\"%s\",outcome=\"%s\"} %llu\n", ends[i].by,
                    ends[i].outcome, (unsigned long long)atomic_load(&metrics->sign_ins[i]));
}

static void write_refusals(const struct metrics *metrics, struct text *out)
{
    write_head(out, "refusals_total", "counter", "Requests that were refused, by the code.");
    for (size_t i = OUTCOME_OK + 1; i < METRICS_OUTCOMES; i++)
        text_format(out, "qrportal_refusals_total{code=\"%s\"} %llu\n",
                    outcome_code((enum outcome)i),
                    (unsigned long long)atomic_load(&metrics->refusals[i]));
}

static void write_latency(const struct metrics_latency *latency, const char *part,
                          struct text *out)
{
    unsigned long long count = 0;
    for (size_t step = 0; step <= METRICS_STEPS; step++) {
        count += atomic_load(&latency->steps[step]);
        text_format(out, "qrportal_request_seconds_bucket{part=\"%s\",le=\"%s\"} %llu\n", part,
                    step < METRICS_STEPS ? steps_s[step] : "+Inf", count);
    }
    unsigned long long sum = atomic_load(&latency->milliseconds);
    text_format(out,
                "qrportal_request_seconds_sum{part=\"%s\"} %llu.%03llu\n"
                "qrportal_request_seconds_count{part=\"%s\"} %llu\n",
                part, sum / 1000, sum % 1000, part, count);
}

void metrics_write(const struct metrics *metrics, struct text *out)
{
    write_sign_ins(metrics, out);
    write_number(out, "codes_total", "counter", "Codes of login pages that were made.",
                 atomic_load(&metrics->codes));
    write_refusals(metrics, out);

    write_head(out, "request_seconds", "histogram",
               "From a whole request to its answer, without those that wait for news.");
    size_t named = 0;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i].name)
            write_latency(&metrics->latencies[named++], parts[i].name, out);
    }

    write_number(out, "connections", "gauge", "Connections that are open.",
                 atomic_load(&metrics->connections));
    write_number(out, "windows", "gauge", "Windows that wait for news.",
                 atomic_load(&metrics->windows));
    write_number(out, "password_queue", "gauge", "Requests that wait for a password check.",
                 atomic_load(&metrics->queue));
}
