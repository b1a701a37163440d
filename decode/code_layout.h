// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_CODE_LAYOUT_H
#define QRCONFIRM_DECODE_CODE_LAYOUT_H

// What is known of a code before it is read: the function patterns of its version, in which
// each module is dark or light for certain (ISO/IEC 18004, 6.3 and annex E), and which modules
// carry format, version and data. The grid is fitted to them, the equaliser is trained on
// them, and in the clean picture they are drawn as they must be.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QR_VERSION_MAX   40u
#define QR_SIZE_MAX      177u // modules a side, version 40
#define QR_MODULES_MAX   (QR_SIZE_MAX * QR_SIZE_MAX)
#define QR_ALIGNMENT_MAX 7u // alignment patterns a side, version 40

enum module_kind {
    MODULE_DATA,
    MODULE_DARK,    // function pattern
    MODULE_LIGHT,   // function pattern
    MODULE_FORMAT,  // two copies of 15 bits
    MODULE_VERSION, // two copies of 18 bits, from version 7
};

struct layout {
    unsigned version;
    size_t size;       // modules a side: 17 + 4 * version
    size_t alignments; // rows and columns of alignment patterns, 0 in version 1
    uint8_t alignment[QR_ALIGNMENT_MAX]; // row or column of their middles, ascending
    uint8_t kind[QR_MODULES_MAX];        // enum module_kind at row * size + column
};

// Builds the layout of `version`, 1 to 40; nothing to do if `layout` has it already.
void layout_build(struct layout *layout, unsigned version);

// Is there an alignment pattern at that pair of places? Three corners belong to the finders.
bool layout_has_alignment(const struct layout *layout, size_t row, size_t column);

// The module that holds bit `bit` (0: the least) of copy 0 or 1 of the format information.
size_t layout_format_module(const struct layout *layout, unsigned copy, unsigned bit);

// The same of the version information.
size_t layout_version_module(const struct layout *layout, unsigned copy, unsigned bit);

// The 15 bits of the format information for 5 data bits, masked; the 18 of a version.
uint32_t layout_format_bits(unsigned data);
uint32_t layout_version_bits(unsigned version);

#endif
