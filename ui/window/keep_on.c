// SPDX-License-Identifier: MIT
#include "ui/window/keep_on.h"

#include <SDL_syswm.h>
#include <X11/extensions/scrnsaver.h>
#include <dbus/dbus.h>

#include "scanner/bus/session_bus.h"

#define SERVICE     "org.freedesktop.ScreenSaver"
#define PATIENCE_MS 500

// A bus that does not answer by then has no service.
static bool has_service(void)
{
    struct session_bus bus = {0};
    int64_t until_ms = session_bus_now_ms() + PATIENCE_MS;
    const char *service = SERVICE;
    dbus_bool_t found = FALSE;
    if (session_bus_dial(&bus, -1, until_ms) != SESSION_BUS_ON)
        return false;

    DBusMessage *reply = NULL;
    DBusMessage *question = dbus_message_new_method_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS,
                                                         DBUS_INTERFACE_DBUS, "NameHasOwner");
    bool whole = question && dbus_message_append_args(question, DBUS_TYPE_STRING, &service,
                                                      DBUS_TYPE_INVALID);
    if (whole && session_bus_call(&bus, question, -1, until_ms, &reply) == SESSION_BUS_ON) {
        dbus_message_get_args(reply, NULL, DBUS_TYPE_BOOLEAN, &found, DBUS_TYPE_INVALID);
        dbus_message_unref(reply);
    } else if (question && !whole) {
        dbus_message_unref(question);
    }
    session_bus_hang_up(&bus);
    return found;
}

static bool suspend_x11(Display *display, bool on)
{
    int event, error, major, minor;
    if (!XScreenSaverQueryExtension(display, &event, &error) ||
        !XScreenSaverQueryVersion(display, &major, &minor) ||
        major * 100 + minor < 101) // suspending came with 1.1
        return false;
    XScreenSaverSuspend(display, on);
    XFlush(display);
    return true;
}

static enum keep_on_way begin(struct keep_on *keep_on, SDL_Window *window)
{
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);

    if (has_service()) {
        SDL_DisableScreenSaver();
        return KEEP_ON_SERVICE;
    }

    if (!SDL_GetWindowWMInfo(window, &info))
        return KEEP_ON_NOT;
    if (info.subsystem == SDL_SYSWM_X11 && suspend_x11(info.info.x11.display, true))
        return KEEP_ON_X11;
    if (info.subsystem == SDL_SYSWM_WAYLAND &&
        idle_inhibitor_begin(&keep_on->inhibitor, info.info.wl.display, info.info.wl.surface))
        return KEEP_ON_WAYLAND;
    return KEEP_ON_NOT;
}

static void end(struct keep_on *keep_on, SDL_Window *window)
{
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (keep_on->way == KEEP_ON_SERVICE)
        SDL_EnableScreenSaver();
    else if (keep_on->way == KEEP_ON_X11 && SDL_GetWindowWMInfo(window, &info))
        suspend_x11(info.info.x11.display, false);
    else if (keep_on->way == KEEP_ON_WAYLAND)
        idle_inhibitor_end(&keep_on->inhibitor);
}

void keep_on_set(struct keep_on *keep_on, SDL_Window *window, bool on)
{
    if (on == keep_on->on)
        return; // a display that has no way is asked once, not at every picture
    if (!on)
        end(keep_on, window);
    keep_on->way = on ? begin(keep_on, window) : KEEP_ON_NOT;
    keep_on->on = on;
}

void keep_on_destroy(struct keep_on *keep_on)
{
    idle_inhibitor_destroy(&keep_on->inhibitor);
}
