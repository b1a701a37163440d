// SPDX-License-Identifier: MIT
#include "portal/commands/listing.h"

#include <stdlib.h>

bool listing_begin(struct listing *listing, struct fault *fault)
{
    *listing = (struct listing){0};
    listing->out = open_memstream(&listing->text, &listing->size);
    return listing->out || fault_set(fault, FAILURE_MEMORY, "out of memory");
}

void listing_print(struct listing *listing)
{
    if (fclose(listing->out) == 0)
        fwrite(listing->text, 1, listing->size, stdout);
    free(listing->text);
    *listing = (struct listing){0};
}
