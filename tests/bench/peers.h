// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_BENCH_PEERS_H
#define QRCONFIRM_TESTS_BENCH_PEERS_H

// The readers that are measured side by side, behind one interface: ours; ZBar on the full
// frame, QR alone; and ZXing-C++ where Debian's package is installed.

#include "decode/qr.h"

#define PEERS_MAX 3u

struct peer {
    const char *name;
    void *state;
    void (*reset)(void *state); // NULL: keeps nothing from picture to picture
    bool (*read)(void *state, const struct luma *luma, struct qr_codes *out);
    void (*destroy)(void *state);
};

// Fills `out` in and returns how many there are, ZBar second; 0 if memory is short. Ours looks
// as far as `limits` let it, which outlive it.
size_t peers_new(const struct qr_limits *limits, struct peer out[static PEERS_MAX]);
// The next picture is of another scene.
void peer_reset(struct peer *peer);
void peers_free(struct peer *peers, size_t count);

#endif
