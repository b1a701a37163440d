// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_AGENT_H
#define QRCONFIRM_PORTAL_BASE_AGENT_H

// What a User-Agent header says, in names that are the same in every language: "Chromium,
// Linux". Only words of our own come out, never a byte of the header.

#include "po/languages.h"

#define AGENT_MAX 64u // bytes

// `header` may be NULL. Nothing known gives "".
void agent_label(const char *header, char out[static AGENT_MAX + 1]);

// The label as people read it: "Unknown browser" for the empty one.
const char *agent_words(const char *label, const struct language *language);

#endif
