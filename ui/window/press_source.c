// SPDX-License-Identifier: MIT
#include "ui/window/press_source.h"

#include <SDL_syswm.h>
#include <X11/extensions/XInput2.h>
#include <string.h>

// ---- what the devices do ----

// The server makes one of each for every master, and names it so.
static bool is_name_of_xtest(const char *name)
{
    return strstr(name, "XTEST pointer") || strstr(name, "XTEST keyboard");
}

// The list is asked for anew at each press: numbers of devices that went away are given again.
static bool is_device(Display *display, int id)
{
    int count = 0;
    bool found = false;
    XIDeviceInfo *devices = XIQueryDevice(display, XIAllDevices, &count);
    for (int i = 0; devices && i < count; i++)
        found = found || (devices[i].deviceid == id && !is_name_of_xtest(devices[i].name));
    if (devices)
        XIFreeDeviceInfo(devices);
    return found;
}

static void take_raw(struct press_source *source, const XGenericEventCookie *cookie)
{
    bool is_key = cookie->evtype == XI_RawKeyPress;
    if (cookie->extension != source->opcode || !cookie->data ||
        (!is_key && cookie->evtype != XI_RawButtonPress))
        return;

    const XIRawEvent *raw = cookie->data;
    source->raw[source->next] =
        (struct press_raw){.is_key = is_key,
                           .is_device = is_device(source->display, raw->sourceid),
                           .detail = (unsigned)raw->detail,
                           .time = raw->time};
    source->next = (source->next + 1) % PRESS_SOURCE_RAW;
}

// Of a button the number that the device has for it is not looked at: the event has that which
// the person gave it (a mouse for the left hand). Each is the source of one event only: another
// one of the same time is a copy. Where a program pressed at the same time, it may be its.
static bool take_device(struct press_source *source, bool is_key, unsigned detail, Time time)
{
    struct press_raw *found = NULL;
    for (size_t i = 0; i < PRESS_SOURCE_RAW; i++) {
        struct press_raw *raw = &source->raw[i];
        if (raw->detail == 0 || raw->is_key != is_key || raw->time != time ||
            (is_key && raw->detail != detail))
            continue;
        if (!raw->is_device)
            return false;
        found = raw;
    }
    if (found)
        found->detail = 0;
    return found != NULL;
}

// ---- what SDL hears ----

// SDL tells of each event of the server before it translates it. What follows from another one
// than a press, as keys that are down when the focus comes, is no press of a device.
static void take_message(struct press_source *source, const SDL_SysWMmsg *message)
{
    source->is_device = false;
    if (!source->refuses || message->subsystem != SDL_SYSWM_X11)
        return;

    const XEvent *event = &message->msg.x11.event;
    if (event->type == GenericEvent)
        take_raw(source, &event->xcookie);
    else if (event->type == KeyPress && !event->xkey.send_event)
        source->is_device = take_device(source, true, event->xkey.keycode, event->xkey.time);
    else if (event->type == ButtonPress && !event->xbutton.send_event)
        source->is_device =
            take_device(source, false, event->xbutton.button, event->xbutton.time);
}

// What is no press that the window would listen to is let through.
static bool is_press(const SDL_Event *event)
{
    if (event->type == SDL_KEYDOWN)
        return event->key.repeat == 0;
    return event->type == SDL_MOUSEBUTTONDOWN && event->button.which != SDL_TOUCH_MOUSEID;
}

// Threads that wake the window come by here too.
static int judge(void *userdata, SDL_Event *event)
{
    struct press_source *source = userdata;
    if (event->type == SDL_SYSWMEVENT) {
        take_message(source, event->syswm.msg);
        return 0;
    }
    if (is_press(event) && source->refuses && !source->is_device)
        *event = (SDL_Event){.user = {.type = source->event}};
    return 1;
}

// ---- its life ----

void press_source_begin(struct press_source *source)
{
    *source = (struct press_source){.event = SDL_RegisterEvents(1)};
    SDL_SetEventFilter(judge, source);
}

// SDL has chosen events of its own there: they stay.
static void keep_choice_of_sdl(struct press_source *source)
{
    int count = 0;
    XIEventMask *masks = XIGetSelectedEvents(
        source->display, DefaultRootWindow((Display *)source->display), &count);
    for (int i = 0; masks && i < count; i++) {
        size_t size = masks[i].mask_len > 0 ? (size_t)masks[i].mask_len : 0;
        if (masks[i].deviceid == XIAllMasterDevices)
            memcpy(source->by_sdl, masks[i].mask,
                   size < PRESS_SOURCE_MASK ? size : PRESS_SOURCE_MASK);
    }
    if (masks)
        XFree(masks);
}

void press_source_attach(struct press_source *source, SDL_Window *window)
{
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    int event, error;
    if (!SDL_GetWindowWMInfo(window, &info) || info.subsystem != SDL_SYSWM_X11 ||
        !XQueryExtension(info.info.x11.display, "XInputExtension", &source->opcode, &event,
                         &error))
        return;
    source->display = info.info.x11.display;
    keep_choice_of_sdl(source);
}

void press_source_end(struct press_source *source)
{
    SDL_SetEventFilter(NULL, NULL);
    *source = (struct press_source){0};
}

static void listen(const struct press_source *source, bool on)
{
    Display *display = source->display;
    unsigned char bits[PRESS_SOURCE_MASK];
    memcpy(bits, source->by_sdl, sizeof(bits));
    if (on) {
        XISetMask(bits, XI_RawKeyPress);
        XISetMask(bits, XI_RawButtonPress);
    }
    XIEventMask mask = {XIAllMasterDevices, sizeof(bits), bits};
    XISelectEvents(display, DefaultRootWindow(display), &mask, 1);
    XFlush(display);
}

void press_source_refuse(struct press_source *source, bool on)
{
    if (!source->display || on == source->refuses)
        return;
    source->refuses = on;
    memset(source->raw, 0, sizeof(source->raw));
    SDL_EventState(SDL_SYSWMEVENT, on ? SDL_ENABLE : SDL_DISABLE);
    listen(source, on);
}
