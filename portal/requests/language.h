// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_REQUESTS_LANGUAGE_H
#define QRCONFIRM_PORTAL_REQUESTS_LANGUAGE_H

// In which language a request wants its page. Several people are served at once: each request
// carries its own.

#include "po/languages.h"

// The language of an Accept-Language header (RFC 9110, 12.5.4; weights count). NULL, and
// languages not spoken here, give English.
const struct language *language_accepted(const char *header);

// A code as a cookie or a query gives it; `otherwise` if it is none.
const struct language *language_chosen(const char *code, const struct language *otherwise);

#endif
