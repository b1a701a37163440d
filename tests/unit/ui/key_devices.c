// SPDX-License-Identifier: MIT
#include "ui/window/key_devices.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define ROOM 256

static char folder[] = "/tmp/qrconfirm-keys-XXXXXX";

// A device as the kernel shows it: /sys/class/input/NAME/capabilities/key.
static void plug_in(const char *name, const char *keys)
{
    char path[ROOM];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    mkdir(path, 0700);
    snprintf(path, sizeof(path), "%s/%s/capabilities", folder, name);
    mkdir(path, 0700);
    snprintf(path, sizeof(path), "%s/%s/capabilities/key", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%s\n", keys);
    fclose(file);
}

// As a laptop of 2024 tells them.
#define POWER_BUTTON "10000000000000 0"
#define MOUSE        "1f0000 0 0 0 0"
#define TOUCH_SCREEN "400 0 0 0 0 0"
#define VIDEO_KEYS   "3e000b00000000 0 0 0"
#define KEYBOARD     "402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe"

static void buttons_and_pointers_are_no_keyboard(void **state)
{
    (void)state;
    assert_false(key_devices_type(folder));
    plug_in("input0", POWER_BUTTON);
    plug_in("input1", MOUSE);
    plug_in("input2", TOUCH_SCREEN);
    plug_in("input3", VIDEO_KEYS);
    plug_in("input4", "0");
    plug_in("input5", "");
    plug_in("input6", "nonsense");
    plug_in("event9", KEYBOARD); // the same device once more: the kernel has no such file
    assert_false(key_devices_type(folder));
}

// The last word has some letters, not all.
static void a_numeric_pad_is_no_keyboard(void **state)
{
    (void)state;
    plug_in("input7", "fffe000000000 10004000");
    assert_false(key_devices_type(folder));
}

static void letters_and_the_space_bar_make_a_keyboard(void **state)
{
    (void)state;
    plug_in("input12", KEYBOARD);
    assert_true(key_devices_type(folder));
}

static void where_nothing_can_be_read_there_is_none(void **state)
{
    (void)state;
    assert_false(key_devices_type("/nonexistent"));
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[ROOM];
    snprintf(command, sizeof(command), "rm -r '%s'", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buttons_and_pointers_are_no_keyboard),
        cmocka_unit_test(a_numeric_pad_is_no_keyboard),
        cmocka_unit_test(letters_and_the_space_bar_make_a_keyboard),
        cmocka_unit_test(where_nothing_can_be_read_there_is_none),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
