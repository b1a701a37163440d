// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_QR_SHELF_H
#define QRCONFIRM_PORTAL_BASE_QR_SHELF_H

// Pictures of codes that were drawn last. A page gets its code's picture twice, with the reply
// that made the code and with the first event of its stream; drawing is dear. Any thread.

#include <jansson.h>
#include <pthread.h>

#define QR_SHELF_PLACES 128u

struct qr_shelf {
    pthread_mutex_t lock;
    struct {
        char *text; // NULL: nothing lies here
        json_t *picture;
    } places[QR_SHELF_PLACES]; // by a hash of the text
};

void qr_shelf_init(struct qr_shelf *shelf);
void qr_shelf_destroy(struct qr_shelf *shelf);

// As qr_picture, a copy that the caller owns.
json_t *qr_shelf_picture(struct qr_shelf *shelf, const char *text);

#endif
