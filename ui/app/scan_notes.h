// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_APP_SCAN_NOTES_H
#define QRCONFIRM_UI_APP_SCAN_NOTES_H

// What of a frame's codes the main thread is told. A sheet may hold hundreds; all that matters
// is which of them are a sign-in or a pairing, and what else is in view. Pure.

#include "scanner/pipeline.h"
#include "ui/app/inbox.h"

#define SCAN_NOTES_OTHERS 6u // codes that are none of ours, the largest ones
#define SCAN_NOTES_OURS   6u
#define SCAN_NOTES_MAX    (SCAN_NOTES_OTHERS + SCAN_NOTES_OURS)

// Fills `out` in and returns how many there are: what is none of ours first. Codes that say the
// same are one. `more` is set where another one of ours follows.
size_t scan_notes_from(const struct pipeline_codes *found,
                       struct scan_note out[static SCAN_NOTES_MAX]);

#endif
