// SPDX-License-Identifier: MIT
#include "ui/app/pin_task.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/dialects/dialects.h"
#include "net/pairings/administrator.h"
#include "net/pairings/pairing_pin.h"
#include "ui/app/app.h"

static char folder[64];
static struct pairing_store *store;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static unsigned told;

static int begin(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/qrconfirm-pin-task-XXXXXX");
    struct fault fault;
    store = mkdtemp(folder) ? pairing_store_open(folder, dialects, &fault) : NULL;
    told = 0;
    return store ? 0 : 1;
}

static int remove_one(const char *path, const struct stat *is, int kind, struct FTW *walk)
{
    (void)is, (void)kind, (void)walk;
    return remove(path);
}

static int end(void **state)
{
    (void)state;
    pairing_store_close(store);
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void on_done(void *userdata)
{
    (void)userdata;
    pthread_mutex_lock(&mutex);
    told++;
    pthread_cond_signal(&done);
    pthread_mutex_unlock(&mutex);
}

// What became of what was begun after `before` were done.
static enum failure wait_for(struct pin_task *task, unsigned before)
{
    struct fault fault;
    pthread_mutex_lock(&mutex);
    while (told == before)
        pthread_cond_wait(&done, &mutex);
    pthread_mutex_unlock(&mutex);
    assert_true(pin_task_take(task, &fault));
    assert_false(pin_task_take(task, &fault));
    return fault.failure;
}

static enum failure run(struct pin_task *task)
{
    unsigned before = told;
    assert_true(pin_task_start(task, store, NULL));
    return wait_for(task, before);
}

static enum failure check(struct pin_task *task, const char *digits)
{
    unsigned before = told;
    assert_true(pin_task_check(task, store, span_str(digits), NULL));
    return wait_for(task, before);
}

static void a_pin_is_set_changed_and_removed(void **state)
{
    (void)state;
    struct pin_task task = {.on_done = on_done};
    assert_true(pin_task_new(&task, span_str("135790"), NULL));
    assert_int_equal(run(&task), FAILURE_NONE);
    assert_true(pairing_store_has_pin(store));

    assert_true(pin_task_old(&task, span_str("000000"), NULL));
    assert_int_equal(run(&task), FAILURE_KEY_WRONG_PIN);
    assert_true(pairing_store_has_pin(store));

    assert_true(pin_task_old(&task, span_str("135790"), NULL));
    assert_true(pin_task_new(&task, span_str("24680246"), NULL));
    assert_int_equal(run(&task), FAILURE_NONE);
    assert_true(pin_task_old(&task, span_str("24680246"), NULL));
    assert_int_equal(run(&task), FAILURE_NONE);
    assert_false(pairing_store_has_pin(store));
}

static void the_second_time_must_be_the_same(void **state)
{
    (void)state;
    struct pin_task task = {.on_done = on_done};
    assert_false(pin_task_is_same(&task, span_str("")));
    assert_true(pin_task_new(&task, span_str("135790"), NULL));
    assert_true(pin_task_is_same(&task, span_str("135790")));
    assert_false(pin_task_is_same(&task, span_str("135791")));
    assert_false(pin_task_is_same(&task, span_str("1357900")));
    assert_false(pin_task_new(&task, span_str("123456789012345678901234567890123"), NULL));
    pin_task_end(&task);
    assert_false(pin_task_is_same(&task, span_str("135790")));
    assert_false(pin_task_start(&task, store, NULL));
}

static void the_administrator_pin_is_tried(void **state)
{
    (void)state;
    struct pin_task task = {.on_done = on_done};
    int64_t wait_ms;

    assert_int_equal(check(&task, "135790"), FAILURE_ADMINISTRATOR_NOT_SET);
    assert_true(administrator_change(store, span_str(""), span_str("135790"), app_now_ms(),
                                     &wait_ms, NULL));
    assert_true(pin_task_new(&task, span_str("24680246"), NULL)); // of an attempt that was left
    assert_int_equal(check(&task, "135790"), FAILURE_NONE);
    assert_true(task.checks);
    assert_false(pairing_store_has_pin(store));

    for (unsigned i = 0; i < PIN_TRIES_FREE; i++)
        assert_int_equal(check(&task, "000000"), FAILURE_KEY_WRONG_PIN);
    assert_int_equal(task.wait_ms, 30000);
    assert_int_equal(check(&task, "135790"), FAILURE_KEY_WAIT);
    assert_true(task.wait_ms > 0);

    assert_false(
        pin_task_check(&task, store, span_str("123456789012345678901234567890123"), NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_pin_is_set_changed_and_removed, begin, end),
        cmocka_unit_test_setup_teardown(the_administrator_pin_is_tried, begin, end),
        cmocka_unit_test_setup_teardown(the_second_time_must_be_the_same, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
