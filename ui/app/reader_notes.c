// SPDX-License-Identifier: MIT
#include "ui/app/reader_notes.h"

#include "ui/text/fault_line.h"

bool reader_notes_tell(struct reader_notes *notes, const struct fault *fault, FILE *err)
{
    bool told;
    if (fault->failure == FAILURE_READER_LOST) {
        notes->lost++;
        told = (notes->lost & (notes->lost - 1)) == 0;
    } else {
        told = !notes->openness_told;
        notes->openness_told = true;
    }

    if (told)
        fault_line_print(err, fault);
    return told;
}
