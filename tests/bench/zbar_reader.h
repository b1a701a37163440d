// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_BENCH_ZBAR_READER_H
#define QRCONFIRM_TESTS_BENCH_ZBAR_READER_H

// ZBar as a peer to be measured: hand it one gray picture, get the QR codes in it. All other
// symbologies are off, and a part of a structured-append set does not count as a code. One
// reader serves one thread.

#include "decode/luma.h"
#include "decode/qr_code.h"

struct zbar_reader;

// NULL if memory is short.
struct zbar_reader *zbar_reader_new(void);
void zbar_reader_free(struct zbar_reader *reader);

// Adds the codes found in `luma` to `out`, corners in pixels of `luma`, up to QR_CODES_MAX.
// Returns true if one was added. Refuses pictures above PICTURE_SIDE_MAX.
bool zbar_reader_read(struct zbar_reader *reader, const struct luma *luma,
                      struct qr_codes *out);

#endif
