// SPDX-License-Identifier: MIT
// What it costs to sign in a process apart: a question and its answer, the start, and memory;
// beside the same in this process.
// usage: bench_signer [QUESTIONS] [STARTS]

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "net/pairings/pairing_secrets.h"
#include "net/pairings/pairing_store.h"
#include "net/signer/signer_child.h"
#include "net/signer/signer_process.h"
#include "net/signer/signer_store.h"
#include "tests/bench/own_memory.h"

#define QUESTIONS 500u
#define STARTS    20u
#define ID        "aaaaaaaaaaaaaaaa"
#define ORIGIN    "https://portal.example.com"

static const struct dialect plain = {.name = "plain"};
static const struct dialect *const dialects[] = {&plain, NULL};

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(const char *what, double *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare);
    printf("%-34s %9.0f %9.0f %9.0f\n", what, values[(count - 1) / 2],
           values[(count - 1) * 95 / 100], values[count - 1]);
}

static bool pair(const char *folder, struct pairing *out)
{
    uint8_t key[PUBLIC_KEY_SIZE];
    struct pairing_store *store = pairing_store_open(folder, dialects, NULL);
    *out = (struct pairing){.dialect = &plain,
                            .id = ID,
                            .portal = {.base_url = ORIGIN, .display_name = "Portal"},
                            .account_id = "1",
                            .account_name = "Anna",
                            .paired_at = 1,
                            .key_count = 1};
    bool ok = store && pairing_store_make_key(store, ID, key, NULL);
    if (ok) {
        ok = key_id_of(key, out->key[0].id) && pairing_store_save(store, out, NULL);
    }
    pairing_store_close(store);
    return ok;
}

// Has questions signed, one after the other.
static bool sign(struct pairing_store *store, const struct pairing *pairing, size_t count,
                 double *took)
{
    struct statement_resolve resolve = {.time = 1};
    struct statement_body body;
    struct envelope_text journal;
    struct envelope_signature signature;
    const struct pairing_key key = pairing->key[0];
    memcpy(resolve.device_id, pairing->device_id, sizeof(resolve.device_id));
    memcpy(resolve.key_id, key.id, sizeof(resolve.key_id));
    memset(resolve.challenge_id, 1, sizeof(resolve.challenge_id));
    bool ok = statement_where_set(&resolve.where, ORIGIN, MESSAGE_RESOLVE) &&
              statement_encode(MESSAGE_RESOLVE, &resolve, &body) == VERDICT_OK;

    for (size_t i = 0; ok && i < count; i++) {
        double begin_us = now_us();
        ok = pairing_store_sign(store, pairing->id, MESSAGE_RESOLVE, statement_span(&body),
                                &key, 1, &signature, &journal, NULL);
        took[i] = now_us() - begin_us;
    }
    return ok;
}

static bool start_often(const char *folder, size_t count, double *took)
{
    int data = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = data >= 0;
    long kib = 0;
    for (size_t i = 0; ok && i < count; i++) {
        struct signer_child signer;
        signer_child_init(&signer);
        double begin_us = now_us();
        ok = signer_child_await(&signer, data, NULL);
        took[i] = now_us() - begin_us;
        kib = own_memory_kib(signer.child.pid);
        signer_child_destroy(&signer);
    }
    if (data >= 0)
        close(data);
    if (ok)
        print("until it is ready, us", took, count);
    printf("memory of the signer alone: %ld KiB\n", kib);
    return ok;
}

static bool measure(const char *folder, size_t questions, size_t starts, double *took)
{
    struct pairing pairing;
    if (!pair(folder, &pairing))
        return false;
    struct pairing_store *apart = signer_store_open(folder, dialects, NULL, NULL, NULL);
    struct pairing_store *here = pairing_store_open(folder, dialects, NULL);
    printf("%-34s %9s %9s %9s\n", "", "median", "95 %", "longest");

    bool ok = apart && here && sign(apart, &pairing, 1, took) &&
              sign(apart, &pairing, questions, took);
    if (ok)
        print("signed in the signer, us", took, questions);
    ok = ok && sign(here, &pairing, questions, took);
    if (ok)
        print("signed in the program, us", took, questions);

    pairing_store_close(apart);
    pairing_store_close(here);
    return ok && start_often(folder, starts, took);
}

static void put_away(const char *folder)
{
    static const char *const names[] = {ID ".key", ID ".pairing", "device.lock"};
    int data = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; data >= 0 && i < sizeof(names) / sizeof(names[0]); i++)
        (void)unlinkat(data, names[i], 0);
    if (data >= 0)
        close(data);
    (void)rmdir(folder);
}

int main(int argc, char *argv[])
{
    if (signer_process_asked(argc, argv))
        return signer_process_run(argv, dialects, NULL);

    size_t questions = argc > 1 ? strtoul(argv[1], NULL, 10) : QUESTIONS;
    size_t starts = argc > 2 ? strtoul(argv[2], NULL, 10) : STARTS;
    char folder[] = "/tmp/bench_signer-XXXXXX";
    if (questions == 0 || starts == 0) {
        fputs("usage: bench_signer [QUESTIONS] [STARTS]\n", stderr);
        return 2;
    }

    double *took = calloc(questions > starts ? questions : starts, sizeof(*took));
    bool ok = took && mkdtemp(folder) && measure(folder, questions, starts, took);
    free(took);
    put_away(folder);
    if (!ok)
        fputs("bench_signer: it failed\n", stderr);
    return ok ? 0 : 1;
}
