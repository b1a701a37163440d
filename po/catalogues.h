// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PO_CATALOGUES_H
#define QRCONFIRM_PO_CATALOGUES_H

// The compiled catalogues of all languages but English, as parts of the program. Constant, for
// any thread; po/catalogue.h reads them.

#include <stddef.h>

#define X(id, code, label, name, plural)                                                       \
    extern const unsigned char catalogue_##id[];                                               \
    extern const size_t catalogue_##id##_size; // bytes
#include "languages.def" // of cmake/Languages.cmake: one row a file in po/
#undef X

#endif
