// SPDX-License-Identifier: MIT
// A signer that neither answers nor ends, and the network thread that waits for it.
#include "tests/unit/net/scratch.h"

#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <time.h>

#include "net/pairings/pairing_pin.h"
#include "net/pairings/pairing_secrets.h"
#include "net/pairings/pairing_store.h"
#include "net/signer/signer_child.h"
#include "net/signer/signer_process.h"
#include "net/worker.h"
#include "tests/unit/pairings/some_dialects.h"

#define PIN        "246802"
#define PATIENCE_S 60

// The signer is waited for half a minute; whoever presses something waits for none of it.
#define AT_ONCE_MS 10000

struct bench {
    struct signer_child signer;
    struct signer_contact contact;
    struct pairing_store *store;
    struct net_environment environment;
    struct net_worker *worker;

    pthread_mutex_t lock;
    pthread_cond_t came;
    bool unlocked;
};

static bool ask(void *userdata, int folder, struct signer_talk *talk, struct fault *fault)
{
    return signer_child_ask(userdata, folder, talk, fault);
}

static bool is_there(void *userdata)
{
    const struct signer_child *signer = userdata;
    return signer->child.pid != 0;
}

static void put_away(void *userdata)
{
    signer_child_destroy(userdata);
}

static void take_event(void *userdata, const struct net_event *event)
{
    struct bench *bench = userdata;
    pthread_mutex_lock(&bench->lock);
    bench->unlocked |= event->kind == NET_EVENT_UNLOCKED;
    pthread_cond_signal(&bench->came);
    pthread_mutex_unlock(&bench->lock);
}

static void bench_init(struct bench *bench, void **state)
{
    struct fault fault = {0};
    char data[PATH_MAX + 64];
    memset(bench, 0, sizeof(*bench));
    snprintf(data, sizeof(data), "%s", scratch_join(state, "data"));
    signer_child_init(&bench->signer);
    bench->contact = (struct signer_contact){
        .ask = ask, .is_there = is_there, .close = put_away, .userdata = &bench->signer};
    bench->store = pairing_store_open_with(data, dialects, &bench->contact, &fault);
    assert_non_null(bench->store);

    pthread_mutex_init(&bench->lock, NULL);
    pthread_cond_init(&bench->came, NULL);
    net_environment_system(&bench->environment, scratch_join(state, "state"));
    bench->worker =
        net_worker_start(&bench->environment, bench->store, take_event, bench, &fault);
    assert_non_null(bench->worker);
}

static void bench_destroy(struct bench *bench)
{
    pairing_store_close(bench->store);
    pthread_cond_destroy(&bench->came);
    pthread_mutex_destroy(&bench->lock);
}

static void unlock(struct bench *bench)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    net_worker_unlock(bench->worker, span_str(PIN));

    int waited = 0;
    pthread_mutex_lock(&bench->lock);
    while (!bench->unlocked && waited == 0)
        waited = pthread_cond_timedwait(&bench->came, &bench->lock, &until);
    assert_true(bench->unlocked);
    pthread_mutex_unlock(&bench->lock);
}

static int64_t now_ms(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void leaving_does_not_wait_for_it(void **state)
{
    struct bench bench;
    struct fault fault = {0};
    uint8_t key[PUBLIC_KEY_SIZE];
    int64_t wait_ms;
    bench_init(&bench, state);
    assert_true(pairing_store_change_pin(bench.store, span_str(""), span_str(PIN), 0, &wait_ms,
                                         &fault));
    unlock(&bench);
    assert_true(pairing_store_make_key(bench.store, "aaaaaaaaaaaaaaaa", key, &fault));

    int64_t begin_ms = now_ms();
    assert_int_equal(kill(bench.signer.child.pid, SIGSTOP), 0);
    net_worker_cancel(bench.worker);
    net_worker_speak(bench.worker, "ru");
    assert_true(now_ms() - begin_ms < AT_ONCE_MS);

    // What it was asked to lock is locked once it goes on.
    assert_int_equal(kill(bench.signer.child.pid, SIGCONT), 0);
    net_worker_stop(bench.worker);
    assert_false(pairing_store_make_key(bench.store, "bbbbbbbbbbbbbbbb", key, &fault));
    assert_int_equal(fault.failure, FAILURE_KEY_LOCKED);
    bench_destroy(&bench);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

int main(int argc, char *argv[])
{
    if (signer_process_asked(argc, argv))
        return signer_process_run(argv, dialects, NULL);
    if (sodium_init() < 0)
        return 1;

    const struct CMUnitTest tests[] = {TEST(leaving_does_not_wait_for_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
