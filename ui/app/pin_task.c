// SPDX-License-Identifier: MIT
#include "ui/app/pin_task.h"

#include <sodium.h>
#include <string.h>

#include "net/pairings/administrator.h"
#include "net/pairings/pairing_pin.h"
#include "ui/app/app.h"

struct pin {
    size_t size;
    uint8_t digit[PIN_DIGITS_MAX];
};

struct pin_digits {
    struct pin old, next;
};

static bool keep(struct pin_task *task, bool old, struct span digits, struct fault *fault)
{
    if (task->running || digits.n > PIN_DIGITS_MAX)
        return false;
    if (!task->digits) {
        task->digits = sodium_malloc(sizeof(*task->digits));
        if (!task->digits)
            return fault_set(fault, FAILURE_MEMORY, "guarded memory");
        memset(task->digits, 0, sizeof(*task->digits));
    }
    struct pin *pin = old ? &task->digits->old : &task->digits->next;
    memcpy(pin->digit, digits.p, digits.n);
    pin->size = digits.n;
    return true;
}

bool pin_task_old(struct pin_task *task, struct span digits, struct fault *fault)
{
    return keep(task, true, digits, fault);
}

bool pin_task_new(struct pin_task *task, struct span digits, struct fault *fault)
{
    return keep(task, false, digits, fault);
}

bool pin_task_is_same(const struct pin_task *task, struct span digits)
{
    return task->digits && task->digits->next.size == digits.n &&
           sodium_memcmp(task->digits->next.digit, digits.p, digits.n) == 0;
}

static void *work(void *argument)
{
    struct pin_task *task = argument;
    const struct pin *old = &task->digits->old, *next = &task->digits->next;
    struct span digits = span_of(old->digit, old->size);

    if (task->checks)
        task->good = administrator_check(task->store, digits, app_now_ms(), &task->wait_ms,
                                         &task->fault);
    else
        task->good =
            pairing_store_change_pin(task->store, digits, span_of(next->digit, next->size),
                                     app_now_ms(), &task->wait_ms, &task->fault);

    atomic_store(&task->done, true);
    task->on_done(task->userdata);
    return NULL;
}

static bool start(struct pin_task *task, struct pairing_store *store, bool checks,
                  struct fault *fault)
{
    if (task->running || !task->digits)
        return false;
    task->store = store;
    task->checks = checks;
    task->wait_ms = 0;
    task->fault = (struct fault){0};
    atomic_store(&task->done, false);
    task->running = pthread_create(&task->thread, NULL, work, task) == 0;
    return task->running || fault_set(fault, FAILURE_MEMORY, "a thread");
}

bool pin_task_start(struct pin_task *task, struct pairing_store *store, struct fault *fault)
{
    return start(task, store, false, fault);
}

bool pin_task_check(struct pin_task *task, struct pairing_store *store, struct span digits,
                    struct fault *fault)
{
    if (task->running)
        return false;
    pin_task_end(task);
    return keep(task, true, digits, fault) && start(task, store, true, fault);
}

bool pin_task_take(struct pin_task *task, struct fault *fault)
{
    if (!task->running || !atomic_load(&task->done))
        return false;
    pin_task_end(task);
    *fault = task->good ? (struct fault){0} : task->fault;
    return true;
}

void pin_task_end(struct pin_task *task)
{
    if (task->running)
        pthread_join(task->thread, NULL);
    task->running = false;
    sodium_free(task->digits);
    task->digits = NULL;
}
