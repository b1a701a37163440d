// SPDX-License-Identifier: MIT
#include "portal/core/attempts.h"

#define MINUTE_MS 60000

const struct attempt_limit ATTEMPTS_PASSWORD_NAME = {"password-name", 10, 10 * MINUTE_MS};
const struct attempt_limit ATTEMPTS_PASSWORD_NETWORK = {"password-network", 60, 10 * MINUTE_MS};
const struct attempt_limit ATTEMPTS_ONE_TIME_CODE = {"one-time-code", 20, 10 * MINUTE_MS};
const struct attempt_limit ATTEMPTS_UNKNOWN_ID = {"unknown-id", 20, MINUTE_MS};
const struct attempt_limit ATTEMPTS_NEW_CHALLENGE = {"new-challenge", 60, MINUTE_MS};
const struct attempt_limit ATTEMPTS_NEW_CHALLENGES = {"new-challenges", 1200, MINUTE_MS};

void attempts_add(struct store *store, const struct attempt_limit *limit, struct span subject,
                  int64_t now)
{
    store_run(store, "DELETE FROM attempts WHERE kind = ? AND (at_boot <= ? OR at_boot > ?)",
              "tii", limit->kind, now - limit->window_ms, now);
    store_run(store, "INSERT INTO attempts (kind, subject, at_boot) VALUES (?, ?, ?)", "tbi",
              limit->kind, subject.p, subject.n, now);
}

bool attempts_exhausted(struct store *store, const struct attempt_limit *limit,
                        struct span subject, int64_t now)
{
    int64_t made =
        store_number(store, 0,
                     "SELECT count(*) FROM attempts WHERE kind = ? AND subject = ? "
                     "AND at_boot > ? AND at_boot <= ?",
                     "tbii", limit->kind, subject.p, subject.n, now - limit->window_ms, now);
    return made >= limit->count;
}

void attempts_forget(struct store *store, const struct attempt_limit *limit,
                     struct span subject)
{
    store_run(store, "DELETE FROM attempts WHERE kind = ? AND subject = ?", "tb", limit->kind,
              subject.p, subject.n);
}
