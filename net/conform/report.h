// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_CONFORM_REPORT_H
#define QRCONFIRM_NET_CONFORM_REPORT_H

// What was found out about a portal: named checks, each of one of the 18 properties of
// docs/protocol, section 12. A check that is made several times has one finding, the worst.

#include <stdbool.h>
#include <stddef.h>

#define CONFORM_POINTS       18u
#define CONFORM_FINDINGS_MAX 96u
#define CONFORM_SEEN_MAX     160u // bytes, with the NUL

enum conform_result {
    CONFORM_UNSEEN, // this run could not see it; `seen` says what it would take
    CONFORM_HELD,
    CONFORM_BROKEN
};

struct conform_finding {
    unsigned point;      // 1 to CONFORM_POINTS
    const char *name;    // stable, for scripts: "claimed-once"
    const char *section; // of docs/protocol/qr-login-v1.md
    enum conform_result result;
    char seen[CONFORM_SEEN_MAX]; // English, for developers; empty where it held
};

struct conform_report {
    struct conform_finding findings[CONFORM_FINDINGS_MAX];
    size_t count;
};

// Adds a finding, or makes the one of this point and name worse. `name` and `section` are
// constants.
void report_add(struct conform_report *report, const struct conform_finding *finding);

// Of all checks of a point: broken if one is, held if one held and none is broken.
enum conform_result report_point(const struct conform_report *report, unsigned point);

const char *conform_result_name(enum conform_result result); // "held", "broken", "unseen"

#endif
