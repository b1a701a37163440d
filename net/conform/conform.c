// SPDX-License-Identifier: MIT
#include "net/conform/conform.h"

#include "net/conform/attacks.h"
#include "net/conform/endings.h"
#include "net/conform/malformed.h"
#include "net/conform/pages.h"

// The metadata once more: of one serial there is one text.
static void check_metadata(struct lab *lab, const struct pairing_code *code)
{
    uint64_t serial = lab->portal.serial;
    struct statement_body first = lab->opened.body;

    lab_judge(lab, 12, "metadata-are-signed", "5", true, "%s", "");
    lab_meet(lab, code);
    bool same = span_equal(statement_span(&first), statement_span(&lab->opened.body));
    lab_judge(lab, 12, "metadata-have-a-serial", "5",
              lab->portal.serial > serial || (lab->portal.serial == serial && same),
              "serial %llu, then %llu with other bytes", (unsigned long long)serial,
              (unsigned long long)lab->portal.serial);
}

static void run(struct lab *lab)
{
    struct impostor devices[2] = {{.number = 1}, {.number = 2}};
    const struct conform_task *task = lab->task;
    struct impostor *other = task->code_count > 1 ? &devices[1] : NULL;

    lab_meet(lab, &task->codes[0]);
    if (!lab_goes_on(lab))
        return;
    check_metadata(lab, &task->codes[0]);
    if (!impostor_pair(lab, &devices[0], &task->codes[0]) ||
        (other && !impostor_pair(lab, other, &task->codes[1])))
        return;

    pages_check(lab, &devices[0]);
    attacks_check(lab, &devices[0], other);
    malformed_check(lab, &devices[0]);
    endings_check(lab, &devices[0], other);
}

bool conform_run(const struct conform_task *task, struct conform_report *out,
                 struct fault *fault)
{
    *out = (struct conform_report){0};
    struct lab *lab = lab_open(task, out, fault);
    if (!lab)
        return false;

    run(lab);
    bool whole = lab_goes_on(lab);
    if (!whole)
        *fault = lab->fault;
    lab_close(lab);
    return whole;
}
