// SPDX-License-Identifier: MIT
#include "ui/app/inbox.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PATIENCE_MS 60000 // far more than a busy machine needs

static bool readable(const struct inbox *inbox)
{
    struct pollfd wait = {.fd = inbox->fd, .events = POLLIN};
    return poll(&wait, 1, 0) == 1;
}

static void messages_come_in_order(void **state)
{
    (void)state;
    struct inbox inbox;
    assert_true(inbox_init(&inbox, NULL));
    assert_false(readable(&inbox));

    for (uint64_t i = 0; i < 3; i++)
        assert_true(
            inbox_push(&inbox, &(struct message){.kind = MESSAGE_CODE, .code = {.frame = i}}));
    assert_true(readable(&inbox));

    struct message message;
    for (uint64_t i = 0; i < 3; i++) {
        assert_true(inbox_take(&inbox, &message));
        assert_int_equal(message.code.frame, i);
    }
    assert_false(inbox_take(&inbox, &message));
    assert_false(readable(&inbox));

    inbox_destroy(&inbox);
}

static void codes_leave_room_for_what_ends_something(void **state)
{
    (void)state;
    struct inbox inbox;
    assert_true(inbox_init(&inbox, NULL));
    struct message code = {.kind = MESSAGE_CODE}, end = {.kind = MESSAGE_FLOW};
    size_t taken = 0;
    while (inbox_push(&inbox, &code))
        taken++;
    assert_true(taken > 0 && taken < INBOX_MAX);
    assert_true(inbox_push(&inbox, &end));
    inbox_destroy(&inbox);
}

static void what_a_process_lacks_is_not_dropped(void **state)
{
    (void)state;
    struct inbox inbox;
    assert_true(inbox_init(&inbox, NULL));
    struct message code = {.kind = MESSAGE_CODE};
    struct message lost = {.kind = MESSAGE_READER, .fault = {.failure = FAILURE_READER_LOST}};
    struct message open = {.kind = MESSAGE_READER, .fault = {.failure = FAILURE_NOT_CLOSED_IN}};
    while (inbox_push(&inbox, &code))
        ;
    assert_false(inbox_push(&inbox, &lost));
    assert_true(inbox_push(&inbox, &open));
    inbox_destroy(&inbox);
}

static void *push_many(void *userdata)
{
    struct inbox *inbox = userdata;
    for (int i = 0; i < 1000; i++) {
        while (!inbox_push(inbox, &(struct message){.kind = MESSAGE_FLOW}))
            poll(NULL, 0, 1);
    }
    return NULL;
}

static void nothing_is_lost_between_threads(void **state)
{
    (void)state;
    struct inbox inbox;
    assert_true(inbox_init(&inbox, NULL));

    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, push_many, &inbox), 0);

    struct message message;
    for (int taken = 0; taken < 2000;) {
        struct pollfd wait = {.fd = inbox.fd, .events = POLLIN};
        assert_int_equal(poll(&wait, 1, PATIENCE_MS), 1);
        while (inbox_take(&inbox, &message))
            taken++;
    }

    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_false(readable(&inbox));
    inbox_destroy(&inbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_come_in_order),
        cmocka_unit_test(codes_leave_room_for_what_ends_something),
        cmocka_unit_test(what_a_process_lacks_is_not_dropped),
        cmocka_unit_test(nothing_is_lost_between_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
