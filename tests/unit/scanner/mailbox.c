// SPDX-License-Identifier: MIT
// The mailbox between two threads: the newest frame wins, or nothing is lost, as the writer
// says.

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanner/frames/mailbox.h"

enum { FRAMES = 5000 };

static struct frame frame_of(uint64_t index)
{
    struct frame frame;
    frame_init(&frame);
    assert_true(frame_reserve(&frame, sizeof(index)));
    memcpy(frame.storage, &index, sizeof(index));
    frame.pixels.data = span_of(frame.storage, sizeof(index));
    frame.index = index;
    return frame;
}

// Renumbers a frame that came back from the mailbox.
static void frame_reuse(struct frame *frame, uint64_t index)
{
    assert_true(frame_reserve(frame, sizeof(index)));
    memcpy(frame->storage, &index, sizeof(index));
    frame->pixels.data = span_of(frame->storage, sizeof(index));
    frame->index = index;
}

static void assert_frame(const struct frame *frame, uint64_t index)
{
    assert_int_equal(frame->index, index);
    assert_int_equal(frame->pixels.data.n, sizeof(index));
    assert_memory_equal(frame->pixels.data.p, &index, sizeof(index));
}

static void newest_frame_wins_and_is_swapped(void **state)
{
    (void)state;
    struct mailbox mailbox;
    assert_true(mailbox_init(&mailbox));
    struct frame reader;
    frame_init(&reader);
    assert_false(mailbox_try_take(&mailbox, &reader));

    struct frame writer = frame_of(1);
    const uint8_t *first = writer.storage;
    assert_true(mailbox_put(&mailbox, &writer));
    assert_ptr_not_equal(writer.storage, first);
    frame_reuse(&writer, 2);
    assert_false(mailbox_put(&mailbox, &writer));
    assert_ptr_equal(writer.storage, first); // the unread one came back
    assert_int_equal(mailbox_replaced(&mailbox), 1);

    assert_true(mailbox_take(&mailbox, &reader));
    assert_frame(&reader, 2);
    assert_false(mailbox_try_take(&mailbox, &reader));
    frame_reuse(&writer, 3);
    assert_true(mailbox_put(&mailbox, &writer));
    assert_true(mailbox_try_take(&mailbox, &reader));
    assert_frame(&reader, 3);

    frame_destroy(&writer);
    frame_destroy(&reader);
    mailbox_destroy(&mailbox);
}

static void closed_mailbox_gives_what_is_left_and_no_more(void **state)
{
    (void)state;
    struct mailbox mailbox;
    assert_true(mailbox_init(&mailbox));
    struct frame writer = frame_of(1);
    struct frame reader;
    frame_init(&reader);

    mailbox_put(&mailbox, &writer);
    mailbox_close(&mailbox);

    frame_reuse(&writer, 2);
    assert_false(mailbox_put(&mailbox, &writer));
    assert_false(mailbox_put_wait(&mailbox, &writer));

    assert_true(mailbox_take(&mailbox, &reader));
    assert_frame(&reader, 1);
    assert_false(mailbox_take(&mailbox, &reader));

    frame_destroy(&writer);
    frame_destroy(&reader);
    mailbox_destroy(&mailbox);
}

static void cancelled_mailbox_gives_nothing(void **state)
{
    (void)state;
    struct mailbox mailbox;
    assert_true(mailbox_init(&mailbox));
    struct frame writer = frame_of(1);
    struct frame reader;
    frame_init(&reader);
    mailbox_put(&mailbox, &writer);
    mailbox_cancel(&mailbox);
    assert_false(mailbox_take(&mailbox, &reader));
    assert_false(mailbox_try_take(&mailbox, &reader));
    assert_false(mailbox_put_wait(&mailbox, &writer));
    frame_destroy(&writer);
    frame_destroy(&reader);
    mailbox_destroy(&mailbox);
}

static void *write_waiting(void *argument)
{
    struct mailbox *mailbox = argument;
    struct frame frame;
    frame_init(&frame);
    uint64_t put = 0;
    for (; put < FRAMES; put++) {
        frame_reuse(&frame, put);
        if (!mailbox_put_wait(mailbox, &frame))
            break;
    }
    mailbox_close(mailbox);
    frame_destroy(&frame);
    return put == FRAMES ? mailbox : NULL;
}

static void waiting_writer_loses_nothing(void **state)
{
    (void)state;
    struct mailbox mailbox;
    assert_true(mailbox_init(&mailbox));
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, write_waiting, &mailbox), 0);

    struct frame reader;
    frame_init(&reader);
    uint64_t taken = 0;
    for (; mailbox_take(&mailbox, &reader); taken++)
        assert_frame(&reader, taken);

    assert_int_equal(taken, FRAMES);
    assert_int_equal(mailbox_replaced(&mailbox), 0);

    void *finished;
    pthread_join(writer, &finished);
    assert_non_null(finished);

    frame_destroy(&reader);
    mailbox_destroy(&mailbox);
}

static void cancel_wakes_a_waiting_writer(void **state)
{
    (void)state;
    struct mailbox mailbox;
    assert_true(mailbox_init(&mailbox));
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, write_waiting, &mailbox), 0);
    mailbox_cancel(&mailbox);
    void *finished;
    pthread_join(writer, &finished);
    assert_null(finished);
    mailbox_destroy(&mailbox);
}

static void *write_newest(void *argument)
{
    struct mailbox *mailbox = argument;
    struct frame frame;
    frame_init(&frame);
    for (uint64_t i = 0; i < FRAMES; i++) {
        frame_reuse(&frame, i);
        mailbox_put(mailbox, &frame);
    }
    mailbox_close(mailbox);
    frame_destroy(&frame);
    return NULL;
}

static void every_frame_is_taken_or_counted(void **state)
{
    (void)state;
    struct mailbox mailbox;
    assert_true(mailbox_init(&mailbox));
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, write_newest, &mailbox), 0);
    struct frame reader;
    frame_init(&reader);

    uint64_t taken = 0;
    uint64_t next = 0;

    for (; mailbox_take(&mailbox, &reader); taken++) {
        assert_true(reader.index >= next); // never an older one
        assert_frame(&reader, reader.index);
        next = reader.index + 1;
    }

    pthread_join(writer, NULL);
    assert_int_equal(next, FRAMES); // the last one is always read
    assert_int_equal(taken + mailbox_replaced(&mailbox), FRAMES);

    frame_destroy(&reader);
    mailbox_destroy(&mailbox);
}

static void *take_one(void *argument)
{
    struct frame frame;
    frame_init(&frame);
    bool taken = mailbox_take(argument, &frame);
    frame_destroy(&frame);
    return taken ? argument : NULL;
}

static void cancel_wakes_a_waiting_reader(void **state)
{
    (void)state;
    struct mailbox mailbox;
    assert_true(mailbox_init(&mailbox));
    pthread_t reader;
    assert_int_equal(pthread_create(&reader, NULL, take_one, &mailbox), 0);
    mailbox_cancel(&mailbox);
    void *taken;
    pthread_join(reader, &taken);
    assert_null(taken);
    mailbox_destroy(&mailbox);
}

static void copied_frame_is_its_own(void **state)
{
    (void)state;
    uint8_t lent[3] = {1, 2, 3};
    struct frame from;
    frame_init(&from);
    from.pixels = (struct pixels){PIXEL_GREY, 3, 1, 3, {lent, 3}};
    from.view = (struct frame_view){90, true, true};
    from.index = 7;
    from.time_us = -5;

    struct frame to;
    frame_init(&to);

    assert_false(frame_owns_pixels(&from));
    assert_true(frame_copy(&to, &from));
    assert_true(frame_owns_pixels(&to));

    lent[0] = 9;
    assert_int_equal(to.pixels.data.p[0], 1);
    assert_int_equal(to.pixels.width, 3);
    assert_int_equal(to.view.rotation, 90);
    assert_int_equal(to.index, 7);
    assert_int_equal(to.time_us, -5);

    // Growing keeps what it holds.
    assert_true(frame_reserve(&to, 1 << 20));
    assert_true(frame_owns_pixels(&to));
    assert_int_equal(to.pixels.data.p[2], 3);

    frame_destroy(&to);
    frame_destroy(&from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newest_frame_wins_and_is_swapped),
        cmocka_unit_test(closed_mailbox_gives_what_is_left_and_no_more),
        cmocka_unit_test(cancelled_mailbox_gives_nothing),
        cmocka_unit_test(waiting_writer_loses_nothing),
        cmocka_unit_test(cancel_wakes_a_waiting_writer),
        cmocka_unit_test(every_frame_is_taken_or_counted),
        cmocka_unit_test(cancel_wakes_a_waiting_reader),
        cmocka_unit_test(copied_frame_is_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
