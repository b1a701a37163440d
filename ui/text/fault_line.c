// SPDX-License-Identifier: MIT
#include "ui/text/fault_line.h"

#include "ui/text/language.h"
#include "ui/text/safe_text.h"

void fault_line_print(FILE *err, const struct fault *fault)
{
    fprintf(err, "qrconfirm: %s: %s", failure_code(fault->failure),
            _(failure_text(fault->failure)));
    if (fault->detail[0]) {
        fputs(" (", err);
        safe_text_print(err, span_str(fault->detail));
        fputc(')', err);
    }
    fprintf(err, " %s\n", _(failure_next(fault->failure)));
}

void fault_line_tell(void *nothing, const struct fault *fault)
{
    (void)nothing;
    fault_line_print(stderr, fault);
}
