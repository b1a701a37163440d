// SPDX-License-Identifier: MIT
#include "scanner/eye/frame_reader.h"

#include "base/clock.h"

#define PATIENT_BOX_US 150000 // of the processor's time

static int64_t thread_us(void *user)
{
    (void)user;
    return clock_us(CLOCK_THREAD_CPUTIME_ID);
}

bool frame_reader_init(struct frame_reader *reader, const struct known_codes *known,
                       struct fault *fault)
{
    luma_buffer_init(&reader->luma_buffer);
    reader->reader = qr_reader_new();
    if (!reader->reader)
        return fault_set(fault, FAILURE_MEMORY, "the reader");
    qr_reader_set_known(reader->reader, known);
    return true;
}

void frame_reader_destroy(struct frame_reader *reader)
{
    qr_reader_free(reader->reader);
    luma_buffer_destroy(&reader->luma_buffer);
    *reader = (struct frame_reader){0};
}

static void set_effort(struct qr_reader *reader, enum read_effort effort)
{
    static const struct qr_limits *const limits[READ_EFFORTS] = {
        [READ_LIVE] = &qr_limits_live,
        [READ_PATIENT] = &qr_limits_patient,
        [READ_STILL] = &qr_limits_still,
    };
    qr_reader_set_limits(reader, limits[effort]);
    qr_reader_set_box(reader, effort == READ_PATIENT ? thread_us : NULL, NULL, PATIENT_BOX_US);
}

bool frame_reader_read(struct frame_reader *reader, const struct pixels *pixels,
                       enum read_effort effort, struct frame_reading *out,
                       struct qr_codes *codes, struct fault *fault)
{
    struct luma luma;
    int64_t begin_us = clock_us(CLOCK_MONOTONIC);
    codes->count = 0;
    codes->cut_short = false;
    if (!luma_from_pixels(pixels, &reader->luma_buffer, &luma, fault))
        return false;

    int64_t luma_us = clock_us(CLOCK_MONOTONIC);
    set_effort(reader->reader, effort);
    qr_reader_read(reader->reader, &luma, codes);

    *out = (struct frame_reading){
        .width = luma.width,
        .height = luma.height,
        .damaged = reader->luma_buffer.damaged,
        .measures = *qr_reader_measures(reader->reader),
        .luma_us = luma_us - begin_us,
        .read_us = clock_us(CLOCK_MONOTONIC) - luma_us,
    };
    return true;
}
