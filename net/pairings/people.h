// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PEOPLE_H
#define QRCONFIRM_NET_PAIRINGS_PEOPLE_H

// The people who share a kiosk. Each has a folder of his own, which holds for him what the
// device's folders hold for its owner: his pairing, his key under his own PIN, his wrong tries,
// and in `state` his outbox and journal. So whoever opens one folder sees nothing of another.
//
// people/NAME       a person. NAME is made of his badge, and tells nothing of it
// people/NAME.new   his first use, under way. It counts from the one rename that puts a
//                   pairing's record into it; one without is over with the program
// people/NAME.gone  what is being erased
// people/lock       one program at a time
//
// In a person's folder `badge.use` (JSON) counts the uses of all badges: whose number is lowest
// has not used this device for longest. Uses and not times, as a kiosk's clock may not be set.
//
// After a power cut people_open finds each person as before or as after, never between.
// One thread at a time.

#include <stdint.h>

#include "net/pairings/atomic_file.h"
#include "net/pairings/seal.h"

#define PEOPLE_MAX       200u  // that a kiosk may be told to keep
#define PEOPLE_PATH_MAX  1024u // bytes of the path of the folder
#define PERSON_NAME_SIZE 32u   // lower-case hex digits
#define PERSON_PATH_MAX  (PEOPLE_PATH_MAX + 64u)

struct person {
    char name[PERSON_NAME_SIZE + 1];
    uint64_t last_use;
};

struct people {
    int folder, lock;
    char path[PEOPLE_PATH_MAX];
    size_t limit; // 1 to PEOPLE_MAX
    size_t count; // at most `limit`
    struct person person[PEOPLE_MAX + 1];
};

// Opens the folder `people` in `data_dir`, ends what was cut short, and keeps the `limit`
// people who used it last. DEVICE_BUSY if another program has it; else as a read or a write
// fails (storage_fault.h).
bool people_open(struct people *people, const char *data_dir, size_t limit,
                 struct fault *fault);
void people_close(struct people *people);

// The name of whoever has the badge with this secret, which nobody can guess: so a quick hash
// does. False if it cannot be had: then it is nobody's.
__attribute__((warn_unused_result)) bool
people_name(const uint8_t badge[static SEAL_BADGE_SIZE], char out[static PERSON_NAME_SIZE + 1]);

bool people_has(const struct people *people, const char *name);

// Where the person's folder is, or that of his first use; and, in it, that of his state.
enum person_stage { PERSON_KEPT, PERSON_BEGUN };
void people_path(const struct people *people, const char *name, enum person_stage stage,
                 char out[static PERSON_PATH_MAX]);
void people_state_path(const struct people *people, const char *name, enum person_stage stage,
                       char out[static PERSON_PATH_MAX]);

// He has shown his badge: nobody has used it more lately. The others are as before.
bool people_use(struct people *people, const char *name, struct fault *fault);

// Makes an empty folder for his first use; what was begun before is erased. A person of that
// name stays as he is until people_keep.
bool people_begin(struct people *people, const char *name, struct fault *fault);

// The first use is over and a record was put into its folder: that is the person now, and what
// was kept of him before is erased. Whoever is one too many then leaves, the longest unused
// first. Nobody may have the folders open.
bool people_keep(struct people *people, const char *name, struct fault *fault);

// The first use comes to nothing: erased.
bool people_give_up(struct people *people, const char *name, struct fault *fault);

// Erases the person. He who is not there is erased already.
bool people_remove(struct people *people, const char *name, struct fault *fault);

#endif
