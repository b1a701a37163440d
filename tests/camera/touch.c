// SPDX-License-Identifier: MIT
// A touch screen and a keyboard of the kernel (uinput), used by commands on standard input:
//   tap X Y             one finger, down for 80 ms
//   console NUMBER      Ctrl+Alt+F1 to F10, which lead to the kernel's consoles
// usage: touch WIDTH HEIGHT    prints "ready" once both are there

#include <errno.h>
#include <fcntl.h>
#include <linux/uinput.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define DOWN_MS      80
#define CONSOLES_MAX 10 // keys of functions that follow each other

static bool put(int fd, unsigned short type, unsigned short code, int value)
{
    struct input_event event = {.type = type, .code = code, .value = value};
    return write(fd, &event, sizeof(event)) == sizeof(event);
}

static bool add_axis(int fd, unsigned short code, int maximum)
{
    struct uinput_abs_setup axis = {.code = code, .absinfo = {.maximum = maximum}};
    return ioctl(fd, UI_SET_ABSBIT, code) == 0 && ioctl(fd, UI_ABS_SETUP, &axis) == 0;
}

static bool create_screen(int fd, int width, int height)
{
    struct uinput_setup setup = {.id = {.bustype = BUS_USB, .vendor = 1, .product = 1}};
    strcpy(setup.name, "touch screen of the rig");
    return ioctl(fd, UI_SET_EVBIT, EV_KEY) == 0 && ioctl(fd, UI_SET_KEYBIT, BTN_TOUCH) == 0 &&
           ioctl(fd, UI_SET_EVBIT, EV_ABS) == 0 &&
           ioctl(fd, UI_SET_PROPBIT, INPUT_PROP_DIRECT) == 0 && add_axis(fd, ABS_MT_SLOT, 9) &&
           add_axis(fd, ABS_MT_TRACKING_ID, 65535) &&
           add_axis(fd, ABS_MT_POSITION_X, width - 1) &&
           add_axis(fd, ABS_MT_POSITION_Y, height - 1) && add_axis(fd, ABS_X, width - 1) &&
           add_axis(fd, ABS_Y, height - 1) && ioctl(fd, UI_DEV_SETUP, &setup) == 0 &&
           ioctl(fd, UI_DEV_CREATE) == 0;
}

// All keys of an ordinary one, so that it is taken for a keyboard.
static bool create_keyboard(int fd)
{
    struct uinput_setup setup = {.id = {.bustype = BUS_USB, .vendor = 1, .product = 2}};
    strcpy(setup.name, "keyboard of the rig");
    bool ok = ioctl(fd, UI_SET_EVBIT, EV_KEY) == 0;
    for (int key = KEY_ESC; ok && key <= KEY_COMPOSE; key++)
        ok = ioctl(fd, UI_SET_KEYBIT, key) == 0;
    return ok && ioctl(fd, UI_DEV_SETUP, &setup) == 0 && ioctl(fd, UI_DEV_CREATE) == 0;
}

static void hold_down(void)
{
    nanosleep(&(struct timespec){.tv_nsec = DOWN_MS * 1000000L}, NULL);
}

static bool tap(int fd, int x, int y)
{
    static int finger;
    bool down = put(fd, EV_ABS, ABS_MT_SLOT, 0) &&
                put(fd, EV_ABS, ABS_MT_TRACKING_ID, ++finger & 0x7fff) &&
                put(fd, EV_ABS, ABS_MT_POSITION_X, x) &&
                put(fd, EV_ABS, ABS_MT_POSITION_Y, y) && put(fd, EV_KEY, BTN_TOUCH, 1) &&
                put(fd, EV_ABS, ABS_X, x) && put(fd, EV_ABS, ABS_Y, y) &&
                put(fd, EV_SYN, SYN_REPORT, 0);
    hold_down();
    return down && put(fd, EV_ABS, ABS_MT_TRACKING_ID, -1) && put(fd, EV_KEY, BTN_TOUCH, 0) &&
           put(fd, EV_SYN, SYN_REPORT, 0);
}

static bool press_console(int fd, int number)
{
    if (number < 1 || number > CONSOLES_MAX)
        return false;
    const unsigned short keys[] = {KEY_LEFTCTRL, KEY_LEFTALT,
                                   (unsigned short)(KEY_F1 + number - 1)};
    const size_t count = sizeof(keys) / sizeof(keys[0]);

    for (size_t i = 0; i < count; i++) {
        if (!put(fd, EV_KEY, keys[i], 1) || !put(fd, EV_SYN, SYN_REPORT, 0))
            return false;
    }
    hold_down();
    for (size_t i = count; i > 0; i--) {
        if (!put(fd, EV_KEY, keys[i - 1], 0) || !put(fd, EV_SYN, SYN_REPORT, 0))
            return false;
    }
    return true;
}

static bool obey(const char *line, int screen, int keyboard)
{
    int x, y, number;
    if (sscanf(line, "tap %d %d", &x, &y) == 2)
        return tap(screen, x, y);
    if (sscanf(line, "console %d", &number) == 1)
        return press_console(keyboard, number);
    return false;
}

int main(int argc, char *argv[])
{
    if (argc != 3) {
        fprintf(stderr, "usage: touch WIDTH HEIGHT\n");
        return 2;
    }

    int screen = open("/dev/uinput", O_WRONLY | O_CLOEXEC);
    int keyboard = open("/dev/uinput", O_WRONLY | O_CLOEXEC);
    if (screen < 0 || keyboard < 0 || !create_screen(screen, atoi(argv[1]), atoi(argv[2])) ||
        !create_keyboard(keyboard)) {
        fprintf(stderr, "touch: /dev/uinput: %s\n", strerror(errno));
        return 1;
    }

    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("ready");

    char line[64];
    while (fgets(line, sizeof(line), stdin)) {
        if (!obey(line, screen, keyboard)) {
            fprintf(stderr, "touch: cannot: %s", line);
            return 1;
        }
        puts("done");
    }

    ioctl(screen, UI_DEV_DESTROY);
    ioctl(keyboard, UI_DEV_DESTROY);
    close(screen);
    close(keyboard);
    return 0;
}
