// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include "tests/unit/net/parts/world.h"

void world_begin(struct world *world, const char *folder)
{
    sandbox_make(&world->sandbox, folder);
    cutter_start(&world->cutter);
    sandbox_start(&world->sandbox, world->cutter.port);
    atomic_store(&world->cutter.upstream, world->sandbox.port);
    device_start(&world->device, folder);
    world->owner = browser_new(world->sandbox.url);
    world->visitor = browser_new(world->sandbox.url);
    browser_sign_in(world->owner);
}

void world_end(struct world *world)
{
    browser_free(world->owner);
    browser_free(world->visitor);
    device_stop(&world->device);
    sandbox_stop(&world->sandbox);
    cutter_stop(&world->cutter);
}

void world_restart_device(struct world *world, const char *folder)
{
    device_stop(&world->device);
    device_start(&world->device, folder);
}

void world_pair(struct world *world)
{
    struct net_event event;
    char *text = browser_add_device(world->owner);
    struct challenge code = device_read(text, PAYLOAD_PAIRING);
    free(text);

    net_worker_pair(world->device.worker, &code, "test phone");
    device_expect(&world->device, NET_EVENT_PAIRING_CODE, &event);
    assert_int_equal(strlen(event.pairing.pairing_code), 6);
    browser_confirm_device(world->owner, event.pairing.pairing_code);
    device_expect(&world->device, NET_EVENT_PAIRED, &event);
    assert_string_equal(event.pairing.account_name, "Анна");
    assert_string_equal(event.pairing.origin, world->owner->url);

    net_worker_keep_pairing(world->device.worker, true);
    device_expect(&world->device, NET_EVENT_KEPT, &event);
}

struct challenge world_code(struct world *world)
{
    char *text = browser_open_code(world->visitor);
    struct challenge code = device_read(text, PAYLOAD_LOGIN);
    free(text);
    return code;
}

void world_sign_in(struct world *world, struct net_event *event)
{
    struct challenge code = world_code(world);
    net_worker_resolve(world->device.worker, &code);
    device_expect(&world->device, NET_EVENT_CONTEXT, event);
    net_worker_decide(world->device.worker, NET_APPROVE);
    device_expect(&world->device, NET_EVENT_RECEIPT, event);
    assert_int_equal(event->receipt.result, NET_RESULT_PICKUP_CODE);
}

struct pairing world_pairing(struct world *world)
{
    struct pairing held, read;
    assert_true(pairing_store_get(world->device.pairings, 0, &held));
    assert_true(pairing_store_reload(world->device.pairings, held.id, &read, NULL));
    return read;
}
