// SPDX-License-Identifier: MIT
// A touch screen of the kernel's own (uinput), tapped by commands on standard input:
//   tap X Y      one finger, down for 80 ms
// usage: touch WIDTH HEIGHT    prints "ready" once the screen is there

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

#define FINGER_DOWN_MS 80

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

static bool create(int fd, int width, int height)
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

static bool tap(int fd, int x, int y)
{
    static int finger;
    bool down = put(fd, EV_ABS, ABS_MT_SLOT, 0) &&
                put(fd, EV_ABS, ABS_MT_TRACKING_ID, ++finger & 0x7fff) &&
                put(fd, EV_ABS, ABS_MT_POSITION_X, x) &&
                put(fd, EV_ABS, ABS_MT_POSITION_Y, y) && put(fd, EV_KEY, BTN_TOUCH, 1) &&
                put(fd, EV_ABS, ABS_X, x) && put(fd, EV_ABS, ABS_Y, y) &&
                put(fd, EV_SYN, SYN_REPORT, 0);
    nanosleep(&(struct timespec){.tv_nsec = FINGER_DOWN_MS * 1000000L}, NULL);
    return down && put(fd, EV_ABS, ABS_MT_TRACKING_ID, -1) && put(fd, EV_KEY, BTN_TOUCH, 0) &&
           put(fd, EV_SYN, SYN_REPORT, 0);
}

int main(int argc, char *argv[])
{
    if (argc != 3) {
        fprintf(stderr, "usage: touch WIDTH HEIGHT\n");
        return 2;
    }

    int fd = open("/dev/uinput", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || !create(fd, atoi(argv[1]), atoi(argv[2]))) {
        fprintf(stderr, "touch: /dev/uinput: %s\n", strerror(errno));
        return 1;
    }

    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("ready");

    char line[64];
    int x, y;

    while (fgets(line, sizeof(line), stdin)) {
        if (sscanf(line, "tap %d %d", &x, &y) != 2 || !tap(fd, x, y)) {
            fprintf(stderr, "touch: cannot: %s", line);
            return 1;
        }
        puts("tapped");
    }

    ioctl(fd, UI_DEV_DESTROY);
    close(fd);
    return 0;
}
