// SPDX-License-Identifier: MIT
#include "ui/keep_on.h"

#include <SDL_syswm.h>
#include <X11/extensions/scrnsaver.h>
#include <dbus/dbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SERVICE    "org.freedesktop.ScreenSaver"
#define PATH_BYTES 256

// libdbus would start a bus of its own if there is none.
static bool has_session_bus(void)
{
    char path[PATH_BYTES];
    const char *folder = getenv("XDG_RUNTIME_DIR");
    if (getenv("DBUS_SESSION_BUS_ADDRESS"))
        return true;
    return folder && snprintf(path, sizeof(path), "%s/bus", folder) < (int)sizeof(path) &&
           access(path, F_OK) == 0;
}

static bool has_service(void)
{
    if (!has_session_bus())
        return false;
    DBusConnection *bus = dbus_bus_get_private(DBUS_BUS_SESSION, NULL);
    if (!bus)
        return false;
    dbus_connection_set_exit_on_disconnect(bus, FALSE);
    bool found = dbus_bus_name_has_owner(bus, SERVICE, NULL);
    dbus_connection_close(bus);
    dbus_connection_unref(bus);
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
