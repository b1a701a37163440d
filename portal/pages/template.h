// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_PAGES_TEMPLATE_H
#define QRCONFIRM_PORTAL_PAGES_TEMPLATE_H

// HTML out of the files in portal/pages/assets/. Everything that is put into a page is escaped:
// the templates know no way to put it in otherwise.
//
//   {{name}}                     a value of the page: text or whole number
//   {{t text}}                   a text, written in English, in the page's language
//   {{t context|text}}           the same where that English has other translations elsewhere
//   {{if name}} {{else}} {{end}} name is there, and not false, empty or zero
//   {{each name}} {{end}}        once for each object of the list, whose values come first
//   {{include file.html}}
//
// A template that names what is not there is a fault and gives no page.

#include <jansson.h>
#include <stdbool.h>

#include "po/languages.h"
#include "portal/base/text.h"

// Renders the file of that name with `values`, a JSON object (borrowed). False, with a line on
// standard error, if the template or its values are faulty.
bool template_render(const char *name, const json_t *values, const struct language *language,
                     struct text *out);

#endif
