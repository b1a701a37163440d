// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_BENCH_ZXING_PEER_H
#define QRCONFIRM_TESTS_BENCH_ZXING_PEER_H

// ZXing-C++, QR codes only, tried as hard as it can, as a C function.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ZXING_PAYLOAD_MAX 7089u

struct zxing_code {
    uint8_t payload[ZXING_PAYLOAD_MAX];
    size_t size;
};

// Returns how many codes it read, at most `max`.
size_t zxing_read(const uint8_t *luma, size_t width, size_t height, size_t stride,
                  struct zxing_code *out, size_t max);

#ifdef __cplusplus
}
#endif

#endif
