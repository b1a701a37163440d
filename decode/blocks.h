// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_BLOCKS_H
#define QRCONFIRM_DECODE_BLOCKS_H

// How the codewords of each version and error correction level are divided into blocks:
// ISO/IEC 18004, table 9.

#include <stddef.h>

struct block_table {
    size_t blocks; // the long ones, with one more data codeword, come last
    size_t parity; // codewords for correction, in each
};

// `version` 1 to 40, `level` 0 to 3: L, M, Q, H.
struct block_table block_table_of(unsigned version, unsigned level);

#endif
