// SPDX-License-Identifier: MIT
#include "ui/window/idle_inhibitor.h"

#include <stdint.h>
#include <string.h>
#include <wayland-client.h>

#include "idle-inhibit-unstable-v1.h"

static void take_global(void *userdata, struct wl_registry *registry, uint32_t name,
                        const char *interface, uint32_t version)
{
    struct idle_inhibitor *idle = userdata;
    (void)version;
    if (!idle->manager && strcmp(interface, zwp_idle_inhibit_manager_v1_interface.name) == 0)
        idle->manager =
            wl_registry_bind(registry, name, &zwp_idle_inhibit_manager_v1_interface, 1);
}

static void lose_global(void *userdata, struct wl_registry *registry, uint32_t name)
{
    (void)userdata;
    (void)registry;
    (void)name;
}

static void find_manager(struct idle_inhibitor *idle)
{
    static const struct wl_registry_listener listener = {take_global, lose_global};
    struct wl_display *wrapper = wl_proxy_create_wrapper(idle->display);
    if (!wrapper)
        return;
    wl_proxy_set_queue((struct wl_proxy *)wrapper, idle->queue);
    struct wl_registry *registry = wl_display_get_registry(wrapper);
    wl_proxy_wrapper_destroy(wrapper);
    if (!registry)
        return;
    wl_registry_add_listener(registry, &listener, idle);
    wl_display_roundtrip_queue(idle->display, idle->queue);
    wl_registry_destroy(registry);
}

bool idle_inhibitor_begin(struct idle_inhibitor *idle, struct wl_display *display,
                          struct wl_surface *surface)
{
    if (!idle->queue) {
        idle->display = display;
        idle->queue = wl_display_create_queue(display);
        if (idle->queue)
            find_manager(idle);
    }
    if (!idle->manager || idle->inhibitor)
        return idle->inhibitor != NULL;
    idle->inhibitor = zwp_idle_inhibit_manager_v1_create_inhibitor(idle->manager, surface);
    wl_display_flush(display);
    return idle->inhibitor != NULL;
}

void idle_inhibitor_end(struct idle_inhibitor *idle)
{
    if (!idle->inhibitor)
        return;
    zwp_idle_inhibitor_v1_destroy(idle->inhibitor);
    idle->inhibitor = NULL;
    wl_display_flush(idle->display);
}

void idle_inhibitor_destroy(struct idle_inhibitor *idle)
{
    idle_inhibitor_end(idle);
    if (idle->manager)
        zwp_idle_inhibit_manager_v1_destroy(idle->manager);
    if (idle->queue)
        wl_event_queue_destroy(idle->queue);
    *idle = (struct idle_inhibitor){0};
}
