// SPDX-License-Identifier: MIT
#include "ui/window/camera_task.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void on_done(void *userdata)
{
    sem_post(userdata);
}

static void the_machine_is_looked_at_once_it_is_asked(void **state)
{
    (void)state;
    sem_t done;
    struct camera_offers offers = {0};
    assert_int_equal(sem_init(&done, 0, 0), 0);
    struct camera_task task = {.on_done = on_done, .userdata = &done};
    assert_false(camera_task_take(&task, &offers));

    for (int i = 0; i < 2; i++) {
        offers.known = false;
        assert_true(camera_task_start(&task));
        assert_true(camera_task_start(&task)); // it is the same look
        assert_int_equal(sem_wait(&done), 0);
        assert_true(camera_task_take(&task, &offers));
        assert_true(offers.known);
        assert_true(offers.count > 0 || offers.failure != FAILURE_NONE);
        assert_false(camera_task_take(&task, &offers));
    }
    sem_destroy(&done);
}

static void a_look_that_nobody_waits_for_is_ended(void **state)
{
    (void)state;
    sem_t done;
    assert_int_equal(sem_init(&done, 0, 0), 0);
    struct camera_task task = {.on_done = on_done, .userdata = &done};
    assert_true(camera_task_start(&task));
    camera_task_end(&task);
    camera_task_end(&task);
    assert_int_equal(sem_trywait(&done), 0);  // it has told once
    assert_int_equal(sem_trywait(&done), -1); // and no more
    sem_destroy(&done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_machine_is_looked_at_once_it_is_asked),
        cmocka_unit_test(a_look_that_nobody_waits_for_is_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
