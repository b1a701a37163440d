// SPDX-License-Identifier: MIT
#include "ui/window/output_turn.h"

#include <SDL_syswm.h>
#include <string.h>
#include <wayland-client.h>

static void take_geometry(void *userdata, struct wl_output *output, int32_t x, int32_t y,
                          int32_t width, int32_t height, int32_t subpixel, const char *make,
                          const char *model, int32_t transform)
{
    struct output_turn_one *one = userdata;
    (void)output, (void)x, (void)y, (void)width, (void)height;
    (void)subpixel, (void)make, (void)model;
    one->transform = (unsigned)transform % 4 * 90; // those above are mirrored too
}

static void take_mode(void *userdata, struct wl_output *output, uint32_t flags, int32_t width,
                      int32_t height, int32_t refresh)
{
    (void)userdata, (void)output, (void)flags, (void)width, (void)height, (void)refresh;
}

static const struct wl_output_listener output_listener = {.geometry = take_geometry,
                                                          .mode = take_mode};

static void take_global(void *userdata, struct wl_registry *registry, uint32_t name,
                        const char *interface, uint32_t version)
{
    struct output_turn *turn = userdata;
    (void)version;
    if (strcmp(interface, wl_output_interface.name) != 0)
        return;
    for (size_t i = 0; i < OUTPUT_TURN_MOST; i++) {
        struct output_turn_one *one = &turn->one[i];
        if (one->output)
            continue;
        *one = (struct output_turn_one){.name = name};
        one->output = wl_registry_bind(registry, name, &wl_output_interface, 1);
        if (one->output)
            wl_output_add_listener(one->output, &output_listener, one);
        return;
    }
}

static void lose_global(void *userdata, struct wl_registry *registry, uint32_t name)
{
    struct output_turn *turn = userdata;
    (void)registry;
    for (size_t i = 0; i < OUTPUT_TURN_MOST; i++) {
        struct output_turn_one *one = &turn->one[i];
        if (!one->output || one->name != name)
            continue;
        wl_output_destroy(one->output);
        *one = (struct output_turn_one){0};
    }
}

static void look(struct output_turn *turn, SDL_Window *window)
{
    static const struct wl_registry_listener listener = {take_global, lose_global};
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    turn->looked = true;
    if (!SDL_GetWindowWMInfo(window, &info) || info.subsystem != SDL_SYSWM_WAYLAND)
        return;

    turn->display = info.info.wl.display;
    turn->queue = wl_display_create_queue(turn->display);
    struct wl_display *wrapper = turn->queue ? wl_proxy_create_wrapper(turn->display) : NULL;
    if (!wrapper)
        return;
    wl_proxy_set_queue((struct wl_proxy *)wrapper, turn->queue);
    turn->registry = wl_display_get_registry(wrapper);
    wl_proxy_wrapper_destroy(wrapper);
    if (!turn->registry)
        return;

    wl_registry_add_listener(turn->registry, &listener, turn);
    wl_display_roundtrip_queue(turn->display, turn->queue); // the outputs
    wl_display_roundtrip_queue(turn->display, turn->queue); // and what they are
}

unsigned output_turn_degrees(struct output_turn *turn, SDL_Window *window)
{
    if (!turn->looked)
        look(turn, window);
    if (!turn->registry)
        return 0;

    wl_display_dispatch_queue_pending(turn->display, turn->queue);
    size_t count = 0;
    unsigned degrees = 0;
    for (size_t i = 0; i < OUTPUT_TURN_MOST; i++) {
        if (!turn->one[i].output)
            continue;
        count++;
        degrees = turn->one[i].transform;
    }
    return count == 1 ? degrees : 0;
}

void output_turn_destroy(struct output_turn *turn)
{
    for (size_t i = 0; i < OUTPUT_TURN_MOST; i++) {
        if (turn->one[i].output)
            wl_output_destroy(turn->one[i].output);
    }
    if (turn->registry)
        wl_registry_destroy(turn->registry);
    if (turn->queue)
        wl_event_queue_destroy(turn->queue);
    *turn = (struct output_turn){0};
}

struct frame_view output_turn_view(struct frame_view view, unsigned degrees)
{
    if (!view.built_in)
        return view;
    // The mirror comes after the turn, so it swaps the sides of what follows it.
    unsigned more = view.mirrored ? 360 - degrees : degrees;
    view.rotation = (view.rotation + more) % 360;
    return view;
}
