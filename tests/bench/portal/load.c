// SPDX-License-Identifier: MIT
#include "tests/bench/portal/load.h"

#include <stdio.h>
#include <stdlib.h>

#define FIRST_NETWORK 1000u // others are those of the windows
#define AGAIN_S       0.05  // where the portal gave out no code

struct worker {
    struct load *load;
    struct device *device;
};

static void note(struct load *load, const struct signin *signin, const struct device *device,
                 enum signin_end end)
{
    pthread_mutex_lock(&load->lock);
    load->ends[end]++;
    load->repeats += signin->page.repeats;
    if (end == SIGNIN_DONE)
        samples_add(&load->seconds, signin->seconds);
    else if (end != SIGNIN_NOT_BEGUN)
        snprintf(load->refusal, sizeof(load->refusal), "%s", device->refusal);
    pthread_mutex_unlock(&load->lock);
}

static void *work(void *userdata)
{
    struct worker worker = *(struct worker *)userdata;
    free(userdata);
    struct signin *signin = calloc(1, sizeof(*signin));

    while (signin && !atomic_load(&worker.load->ending)) {
        unsigned network = atomic_fetch_add(&worker.load->next_network, 1) % LOAD_NETWORKS;
        enum signin_end end =
            signin_run(signin, worker.device, client_address(FIRST_NETWORK + network));
        note(worker.load, signin, worker.device, end);
        if (end == SIGNIN_NOT_BEGUN)
            clock_sleep(AGAIN_S);
    }

    free(signin);
    return NULL;
}

static bool start_worker(struct load *load, size_t i)
{
    struct worker *worker = malloc(sizeof(*worker));
    if (!worker)
        return false;
    *worker = (struct worker){load, &load->devices[i]};
    if (pthread_create(&load->threads[i], NULL, work, worker) == 0)
        return true;
    free(worker);
    return false;
}

bool load_start(struct load *load, struct stage *stage, size_t workers)
{
    *load = (struct load){.devices = calloc(workers, sizeof(*load->devices))};
    pthread_mutex_init(&load->lock, NULL);
    atomic_init(&load->ending, false);
    atomic_init(&load->next_network, 0);
    if (!load->devices || !samples_init(&load->seconds))
        return false;

    for (; load->workers < workers; load->workers++)
        if (!device_pair(&load->devices[load->workers], stage,
                         client_address(FIRST_NETWORK + LOAD_NETWORKS)))
            return false;

    while (load->started < workers && start_worker(load, load->started))
        load->started++;
    return load->started == workers;
}

void load_stop(struct load *load)
{
    atomic_store(&load->ending, true);
    for (; load->started > 0; load->started--)
        pthread_join(load->threads[load->started - 1], NULL);
}

void load_destroy(struct load *load)
{
    load_stop(load);
    for (size_t i = 0; i < load->workers; i++)
        device_close(&load->devices[i]);
    samples_destroy(&load->seconds);
    free(load->devices);
    pthread_mutex_destroy(&load->lock);
}

size_t load_lost(const struct load *load)
{
    return load->ends[SIGNIN_LOST_WAITING] + load->ends[SIGNIN_LOST_SCANNED] +
           load->ends[SIGNIN_LOST_APPROVED];
}

size_t load_repeats(const struct load *load)
{
    size_t repeats = load->repeats;
    for (size_t i = 0; i < load->workers; i++)
        repeats += load->devices[i].repeats;
    return repeats;
}
