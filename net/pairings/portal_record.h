// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PORTAL_RECORD_H
#define QRCONFIRM_NET_PAIRINGS_PORTAL_RECORD_H

// What a portal has kept of a device's answers, as `qrportal devices journal --json` prints it,
// and the device's journal beside it: which answers are missing in one of them, and whether the
// journal is the one that the portal was told of.
//
// The record is believed: whoever hands it over administers the portal.

#include "net/pairings/journal_read.h"

#define PORTAL_RECORD_MAX      100000u // answers
#define PORTAL_RECORD_WORD_MAX 31u     // bytes: the name of a statement

struct portal_record_row {
    char statement[PORTAL_RECORD_WORD_MAX + 1]; // "decision"
    uint8_t hash[HASH_SIZE];                    // SHA-256 of its body
    int64_t received;                           // seconds since 1970, by the portal's clock
    struct journal_place end;                   // of the journal; count 0: not told
    bool is_here, end_is_here;
};

struct portal_record {
    bool begun;
    int64_t since; // seconds since 1970: nothing older is in it
    size_t count, room;
    struct portal_record_row *row;
};

void portal_record_init(struct portal_record *record);
void portal_record_destroy(struct portal_record *record);

// Takes the next line. JOURNAL_RECORD says what is wrong with it.
bool portal_record_take(struct portal_record *record, struct span line, struct fault *fault);

enum record_difference {
    RECORD_NOT_HERE,  // the portal has an answer that is not in the journal
    RECORD_NOT_THERE, // the journal has an accepted answer that the portal does not have
    RECORD_OTHER_END  // with this answer the portal was told of another line in that place
};

struct record_finding {
    enum record_difference kind;
    char statement[PORTAL_RECORD_WORD_MAX + 1];
    uint8_t hash[HASH_SIZE];
    int64_t time;  // seconds since 1970, by the clock of whoever has it
    uint64_t line; // of the journal; 0: of none
};

// Tells each difference; `common` becomes the number of answers that are in both, `differences`
// that of those that were told. Of the journal only pairings that the record knows an answer of
// are looked at, and nothing older than the record. Fails if the journal cannot be read.
bool portal_record_compare(struct portal_record *record, const char *state_dir,
                           void (*each)(void *userdata, const struct record_finding *finding),
                           void *userdata, size_t *common, size_t *differences,
                           struct fault *fault);

#endif
