// SPDX-License-Identifier: MIT
#include "scanner/eye/eye_losses.h"

#include "scanner/eye/eye.h"

bool eye_losses_count(struct eye_losses *losses, const struct source *source,
                      const struct fault *fault)
{
    bool lost = source->live && fault->failure == FAILURE_READER_LOST;
    if (lost)
        losses->in_a_row++;
    return lost;
}

void eye_losses_over(struct eye_losses *losses)
{
    losses->in_a_row = 0;
}

bool eye_losses_allow(const struct eye_losses *losses)
{
    return losses->in_a_row < EYE_STARTS;
}
