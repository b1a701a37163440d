// SPDX-License-Identifier: MIT
#include "portal/core/attempts.h"

#define MINUTE_MS 60000
#define PARTS     60 // of the window: a row each

const struct attempt_limit ATTEMPTS_PASSWORD_NAME = {"password-name", CONFIG_LIMIT_PASSWORDS,
                                                     10 * MINUTE_MS};
const struct attempt_limit ATTEMPTS_PASSWORD_NETWORK = {
    "password-network", CONFIG_LIMIT_PASSWORDS_NETWORK, 10 * MINUTE_MS};
const struct attempt_limit ATTEMPTS_PASSWORD_ACCOUNT = {
    "password-account", CONFIG_LIMIT_PASSWORDS_ACCOUNT, 10 * MINUTE_MS};
const struct attempt_limit ATTEMPTS_ONE_TIME_CODE = {
    "one-time-code", CONFIG_LIMIT_ONE_TIME_CODES, 10 * MINUTE_MS};
const struct attempt_limit ATTEMPTS_UNKNOWN_ID = {"unknown-id", CONFIG_LIMIT_UNKNOWN_CODES,
                                                  MINUTE_MS};

// When the part of the window began that `now` falls into.
static int64_t part_of(const struct attempt_limit *limit, int64_t now)
{
    return now - now % (limit->window_ms / PARTS);
}

void attempts_add(struct store *store, const struct attempt_limit *limit, struct span subject,
                  int64_t now)
{
    store_run(store, "DELETE FROM attempts WHERE kind = ? AND at_boot <= ?", "ti", limit->kind,
              now - limit->window_ms);
    store_run(store,
              "INSERT INTO attempts (kind, subject, at_boot, made) VALUES (?, ?, ?, 1) "
              "ON CONFLICT (kind, subject, at_boot) DO UPDATE SET made = attempts.made + 1",
              "tbi", limit->kind, subject.p, subject.n, part_of(limit, now));
}

void attempts_take_back(struct store *store, const struct attempt_limit *limit,
                        struct span subject, int64_t now)
{
    store_run(store,
              "UPDATE attempts SET made = made - 1 "
              "WHERE kind = ? AND subject = ? AND at_boot = ? AND made > 0",
              "tbi", limit->kind, subject.p, subject.n, part_of(limit, now));
}

bool attempts_exhausted(struct store *store, const struct attempt_limit *limit,
                        struct span subject, int64_t now)
{
    int64_t made =
        store_number(store, 0,
                     "SELECT sum(made) FROM attempts WHERE kind = ? AND subject = ? "
                     "AND at_boot > ? AND at_boot <= ?",
                     "tbii", limit->kind, subject.p, subject.n, now - limit->window_ms, now);
    return made >= config_number(store, limit->count);
}

void attempts_forget(struct store *store, const struct attempt_limit *limit,
                     struct span subject)
{
    store_run(store, "DELETE FROM attempts WHERE kind = ? AND subject = ?", "tb", limit->kind,
              subject.p, subject.n);
}
