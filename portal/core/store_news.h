// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_STORE_NEWS_H
#define QRCONFIRM_PORTAL_CORE_STORE_NEWS_H

// What other instances have written, told by PostgreSQL (LISTEN) on a connection and a thread
// of its own, so that a server that is away holds up nobody. After each later connection
// everything may have changed, and that is announced.

#include "base/failure.h"
#include "portal/base/changes.h"
#include "portal/core/database.h"

struct store_news;

// `database` is one of PostgreSQL and outlives it. It hears from here on, where the server
// answers: who waits after this misses nothing. NULL with INTERNAL.
struct store_news *store_news_start(struct database *database, struct changes *changes,
                                    struct fault *fault);
// Ends the thread and waits for it. NULL: nothing.
void store_news_stop(struct store_news *news);

#endif
