// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PO_CATALOGUE_H
#define QRCONFIRM_PO_CATALOGUE_H

// A compiled catalogue of translations, as msgfmt writes it (GNU gettext manual, "The Format of
// GNU MO Files"), read without any help of the C library: what the library's own reader does
// depends on its version, on installed locales and on the environment. Its bytes are not
// trusted. No state but the caller's; any thread.

#include "base/span.h"

struct catalogue {
    struct span file; // not owned
    size_t count;     // texts
    size_t keys;      // offset in bytes of the table of English texts, sorted
    size_t texts;     // of the table of translations, in the same order
};

// False: these bytes are no catalogue of little-endian words.
bool catalogue_open(struct span file, struct catalogue *out);

// The translation of an English text, in form `form` (0: the first) where it counts something.
// NULL: the catalogue has none. It lies in the file's bytes and ends with a NUL.
const char *catalogue_find(const struct catalogue *catalogue, const char *english, size_t form);

#endif
