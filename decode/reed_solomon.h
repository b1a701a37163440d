// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_REED_SOLOMON_H
#define QRCONFIRM_DECODE_REED_SOLOMON_H

// Reed-Solomon decoding over GF(256) with the polynomial 0x11d and roots from alpha^0
// (ISO/IEC 18004, 8.5 and annex B): errors, and erasures, which are places known to be
// unreliable and cost half as much. Syndromes, Berlekamp-Massey started on the erasure
// locator, Chien's search and Forney's formula (Blahut, "Theory and Practice of Error Control
// Codes", chapters 7 and 9).

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RS_BLOCK_MAX  255u // codewords
#define RS_PARITY_MAX 30u  // of them for correction, in any QR code

// Corrects `block` of `size` codewords, the last `parity` of which are for correction, in
// place, where at least `margin` codewords of redundancy stay unused. `by_doubt` has the places
// of all codewords, the least certain first: where errors alone are too many, the first 2, 4
// ... of them are taken for erasures, leaving at least `erasure_margin`. `used` is the share of
// redundancy it took, 1 with erasures. False, and nothing changed, if nothing helps.
bool rs_correct(uint8_t *block, size_t size, size_t parity, const uint8_t *by_doubt,
                size_t margin, size_t erasure_margin, float *used);

// Sets the last `parity` codewords of a block as the others demand. `size` is at most
// RS_BLOCK_MAX, `parity` at most RS_PARITY_MAX and less than `size`.
void rs_encode(uint8_t *block, size_t size, size_t parity);

#endif
