// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_AGENT_H
#define QRCONFIRM_PORTAL_AGENT_H

// What a User-Agent header says, in a few words people know: "Chromium on Linux". Only words of
// our own come out, never a byte of the header.

#define AGENT_MAX 64u // bytes

// `header` may be NULL. Nothing known gives "Unknown browser".
void agent_label(const char *header, char out[static AGENT_MAX + 1]);

#endif
