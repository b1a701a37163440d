// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_JOURNAL_TOLD_H
#define QRCONFIRM_NET_PROTOCOL_JOURNAL_TOLD_H

// What the envelope of a statement says of the device's journal: docs/protocol, section 11.1.

#include "net/protocol/envelope.h"

// The journal-v1 that goes along in `text`, the envelope that was opened as `opened`. False if
// there is none, or if what is there is not signed by the same key, or is about another
// statement, portal or device: then nothing was said.
bool journal_told_read(struct span text, const struct envelope_opened *opened,
                       const uint8_t device_id[static DEVICE_ID_SIZE],
                       struct statement_journal *out);

#endif
