// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_ZBAR_READER_H
#define QRCONFIRM_DECODE_ZBAR_READER_H

// ZBar behind the types of the reader: hand it one gray picture, get the QR codes in it. It
// gives no character sets: what a code declares to be in an ISO set comes as UTF-8 already, all
// else as the bytes that are encoded. All other symbologies are off, and a part of a
// structured-append set does not count as a code. One reader serves one thread.

#include "decode/luma.h"
#include "decode/pyramid.h"
#include "decode/qr_code.h"

struct zbar_reader;

// NULL if memory is short.
struct zbar_reader *zbar_reader_new(void);
void zbar_reader_free(struct zbar_reader *reader);

// Adds the codes found in `luma` to `out`, corners in pixels of `luma`, up to QR_CODES_MAX.
// Returns true if one was added. Refuses pictures above PICTURE_SIDE_MAX.
bool zbar_reader_read(struct zbar_reader *reader, const struct luma *luma,
                      struct qr_codes *out);

// The same for a picture of which there are smaller ones: ZBar knows no bound but the size of
// what it looks at, so it gets the largest of at most 2 million pixels. Corners in pixels of
// level 0.
bool zbar_reader_read_whole(struct zbar_reader *reader, const struct pyramid *pyramid,
                            struct qr_codes *out);

#endif
