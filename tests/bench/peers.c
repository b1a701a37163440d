// SPDX-License-Identifier: MIT
#include "tests/bench/peers.h"

#include "decode/zbar_reader.h"
#include "tests/bench/zxing_peer.h"

static bool read_ours(void *state, const struct luma *luma, struct qr_codes *out)
{
    return qr_reader_read(state, luma, out);
}

static void reset_ours(void *state)
{
    qr_reader_reset(state);
}

static void free_ours(void *state)
{
    qr_reader_free(state);
}

static bool read_zbar(void *state, const struct luma *luma, struct qr_codes *out)
{
    out->count = 0;
    return zbar_reader_read(state, luma, out);
}

static void free_zbar(void *state)
{
    zbar_reader_free(state);
}

#ifdef HAVE_ZXING
static bool read_zxing(void *state, const struct luma *luma, struct qr_codes *out)
{
    (void)state;
    static struct zxing_code codes[QR_CODES_MAX]; // too large for a stack
    out->count =
        zxing_read(luma->p, luma->width, luma->height, luma->stride, codes, QR_CODES_MAX);
    for (size_t i = 0; i < out->count; i++) {
        memcpy(out->code[i].payload, codes[i].payload, codes[i].size);
        out->code[i].size = codes[i].size;
    }
    return out->count > 0;
}

static void free_nothing(void *state)
{
    (void)state;
}
#endif

size_t peers_new(const struct qr_limits *limits, struct peer out[static PEERS_MAX])
{
    struct qr_reader *ours = qr_reader_new();
    struct zbar_reader *zbar = zbar_reader_new();
    if (ours == NULL || zbar == NULL) {
        qr_reader_free(ours);
        zbar_reader_free(zbar);
        return 0;
    }
    qr_reader_set_limits(ours, limits);

    size_t count = 0;
    out[count++] = (struct peer){"qrconfirm", ours, reset_ours, read_ours, free_ours};
    out[count++] = (struct peer){"ZBar, QR alone", zbar, NULL, read_zbar, free_zbar};
#ifdef HAVE_ZXING
    out[count++] = (struct peer){"ZXing-C++ 1.4", NULL, NULL, read_zxing, free_nothing};
#endif
    return count;
}

void peer_reset(struct peer *peer)
{
    if (peer->reset != NULL)
        peer->reset(peer->state);
}

void peers_free(struct peer *peers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        peers[i].destroy(peers[i].state);
}
