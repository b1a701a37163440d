// SPDX-License-Identifier: MIT
#include "net/conform/report.h"

#include <string.h>

static struct conform_finding *find(struct conform_report *report, unsigned point,
                                    const char *name)
{
    for (size_t i = 0; i < report->count; i++) {
        struct conform_finding *held = &report->findings[i];
        if (held->point == point && strcmp(held->name, name) == 0)
            return held;
    }
    return NULL;
}

void report_add(struct conform_report *report, const struct conform_finding *finding)
{
    struct conform_finding *held = find(report, finding->point, finding->name);

    if (held && finding->result > held->result)
        *held = *finding;
    if (!held && report->count < CONFORM_FINDINGS_MAX)
        report->findings[report->count++] = *finding;
}

enum conform_result report_point(const struct conform_report *report, unsigned point)
{
    enum conform_result worst = CONFORM_UNSEEN;
    for (size_t i = 0; i < report->count; i++) {
        const struct conform_finding *finding = &report->findings[i];
        if (finding->point == point && finding->result > worst)
            worst = finding->result;
    }
    return worst;
}

const char *conform_result_name(enum conform_result result)
{
    static const char *const names[] = {
        [CONFORM_UNSEEN] = "unseen", [CONFORM_HELD] = "held", [CONFORM_BROKEN] = "broken"};
    return names[result];
}
