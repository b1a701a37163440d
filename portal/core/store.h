// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_STORE_H
#define QRCONFIRM_PORTAL_CORE_STORE_H

// What the portal remembers, and the one way to it: a transaction. Between store_begin and
// store_end the calling thread holds the store's lock, and no other process writes; a request
// is decided and recorded in one of them. The first thing that goes wrong inside makes the rest
// do nothing and store_end return false, so callers need not check each step.
//
// Threads: any, one transaction at a time.

#include <pthread.h>
#include <stdatomic.h>

#include "base/failure.h"
#include "base/span.h"
#include "portal/base/changes.h"
#include "portal/base/list.h"
#include "portal/base/subject.h"
#include "portal/core/database.h"
#include "portal/core/settings_cache.h"

#define STORE_SHARE_MAX  16u  // transactions that share a commit
#define STORE_STATEMENTS 512u // places for those that are kept, so that each is compiled once

struct store_statement {
    void *compiled; // NULL: none is kept here
    bool taken;     // it runs now
};

// Transactions that come close together share one commit. Then what was written has to come
// onto the disk, which is what takes long: one of those that wait does it for all, while others
// go on with the next. Each ends once what it wrote, and what it may have read, is there.
// Nobody waits for others to come.
struct store {
    unsigned shortages; // of this thread when the transaction began
    struct database *database;
    pthread_mutex_t lock;
    atomic_size_t coming; // transactions that wait for the lock
    bool shared;          // a commit is open
    size_t members;       // transactions in it that have ended
    int64_t written;      // rows, when it was opened
    struct list sharers;  // of them, who waits for it
    pthread_cond_t committed;
    uint64_t commits, lasting; // that wrote something; of them, those that are on the disk
    bool syncing;              // somebody brings them there
    pthread_key_t trouble;     // of each thread: its database was away
    bool failed, fleeting;     // of the transaction that runs
    bool away;                 // none could begin, since the last that did
    bool damaged;              // what lies on the disk was seen not to be whole
    int64_t begun;             // rows written before it
    struct subjects changed;   // in the transaction that runs
    int64_t seen;              // the database's version, as store_changed_elsewhere read it
    struct store_statement statements[STORE_STATEMENTS]; // by a hash of their text
    struct store_news *news;                             // NULL: nobody listens
    struct settings_cache settings;
    int64_t settings_seen; // the database's version when that was read
};

// Opens the store of a data folder (store_place.h) and brings its tables up to date. Fails with
// INTERNAL or STORE_DAMAGED; `fault` says what is wrong with it.
bool store_open(struct store *store, const char *directory, struct fault *fault);
// The same, but nothing is changed: tables of an older version stay as they are, and where
// there are none all settings have their defaults. For who reads settings only, perhaps while a
// program of that version serves it.
bool store_open_as_it_is(struct store *store, const char *directory, struct fault *fault);
void store_close(struct store *store);

void store_begin(struct store *store);
// Ends the transaction: keeps what was written if `keep`. False if something failed: then
// nothing was written, or the disk failed, which nothing mends but to open the store anew.
bool store_end(struct store *store, bool keep);
// The same; `changed` gets what was written about, nothing where it was not kept.
bool store_end_telling(struct store *store, bool keep, struct subjects *changed);

// What the transaction that runs needs cannot be had, as `what` says: it fails at its end, and
// until then nothing is found and nothing written any more.
void store_give_up(struct store *store, const char *what);

// Something in the transaction that runs went wrong: what store_run told since means nothing.
bool store_has_failed(const struct store *store);
// A transaction on the store of this folder failed: STORE_DAMAGED where that is why, else what
// `otherwise` says. Always false.
bool store_fault(const struct store *store, const char *directory, const char *otherwise,
                 struct fault *fault);

// What this transaction writes ends with this run of the machine anyway, so it does not wait
// for the disk.
void store_is_fleeting(struct store *store);

// Something about this subject has changed that is in no table. In a transaction; told like
// what was written.
void store_tell(struct store *store, uint64_t subject);

// Whether a transaction of this thread failed, since this was asked last, because the database
// could not be reached or did not answer: then the same request may succeed soon.
bool store_was_away(struct store *store);

// Other processes, on other machines too, write in the same store.
bool store_is_shared(const struct store *store);
// Milliseconds of a clock that all of them share. False: the store has none, or is away.
bool store_clock(struct store *store, int64_t *ms);
// The same clock, as this transaction's beginning brought it along. False too where the
// transaction shares a commit that was begun before.
bool store_clock_told(struct store *store, int64_t *ms);
// From now on `changes` hears what others have written, until store_close. Nothing where the
// store is not shared: then store_changed_elsewhere has to be asked.
bool store_listen(struct store *store, struct changes *changes, struct fault *fault);

// True if another process has written since this was asked last. Outside a transaction.
bool store_changed_elsewhere(struct store *store);

// Runs one statement. `types` has a letter for each argument bound: i (int64_t), t (const char
// *, NULL allowed), b (const uint8_t *, size_t; NULL allowed). Returns the number of rows
// changed.
int store_run(struct store *store, const char *sql, const char *types, ...);

struct rows {
    struct store *store;
    void *statement;               // NULL: there are no more rows
    struct store_statement *place; // where it is kept; NULL: nowhere
};

void rows_open(struct rows *rows, struct store *store, const char *sql, const char *types, ...);
// True if there is another row; false at the end, which closes the rows.
bool rows_next(struct rows *rows);
// Closes early; harmless after the end.
void rows_close(struct rows *rows);

int64_t rows_int(const struct rows *rows, int column);
// Copies text, cut to `size` with its NUL; NULL gives "".
void rows_text(const struct rows *rows, int column, char *out, size_t size);
// True and exactly `size` bytes, or false where the column is NULL or of another size.
bool rows_blob(const struct rows *rows, int column, uint8_t *out, size_t size);
// A copy that the caller frees; NULL if the column is NULL.
char *rows_text_copy(const struct rows *rows, int column);

// The first column of the first row; `otherwise` where there is none.
int64_t store_number(struct store *store, int64_t otherwise, const char *sql, const char *types,
                     ...);

// A small value of the table `settings`; NULL if there is none. Good until the next call that
// writes one, or the end of the transaction.
const char *store_find_setting(struct store *store, const char *name);
// The same, copied; "" if there is none.
void store_copy_setting(struct store *store, const char *name, char *out, size_t size);
void store_set_setting(struct store *store, const char *name, const char *value);

#endif
