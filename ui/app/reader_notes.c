// SPDX-License-Identifier: MIT
#include "ui/app/reader_notes.h"

#include <string.h>

#include "ui/text/fault_line.h"

// Whether the same was said before; from now on it was.
static bool was_told(struct reader_notes *notes, const struct fault *fault)
{
    for (size_t i = 0; i < notes->count; i++) {
        if (notes->told[i].failure == fault->failure &&
            strcmp(notes->told[i].detail, fault->detail) == 0)
            return true;
    }
    if (notes->count < READER_NOTES_MAX)
        notes->told[notes->count++] = *fault;
    return false;
}

bool reader_notes_tell(struct reader_notes *notes, const struct fault *fault, FILE *err)
{
    bool told;
    if (fault->failure == FAILURE_READER_LOST) {
        notes->lost++;
        told = (notes->lost & (notes->lost - 1)) == 0;
    } else {
        told = !was_told(notes, fault);
    }

    if (told)
        fault_line_print(err, fault);
    return told;
}
