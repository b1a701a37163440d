// SPDX-License-Identifier: MIT
// The place of a USB camera, from a tree as the kernel has it.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scanner/camera/usb_place.h"

static char root[] = "/tmp/usb-XXXXXX";

static void in_root(char *out, size_t size, const char *name)
{
    snprintf(out, size, "%s/%s", root, name);
}

static void make_folder(const char *name)
{
    char path[128];
    in_root(path, sizeof(path), name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void make_file(const char *name, const char *text)
{
    char path[128];
    in_root(path, sizeof(path), name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

// The video node stands in the class with a link to its device.
static void make_node(const char *node, const char *device)
{
    char path[128], target[128];
    snprintf(path, sizeof(path), "%s/%s", root, node);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof(path), "%s/%s/device", root, node);
    in_root(target, sizeof(target), device);
    assert_int_equal(symlink(target, path), 0);
}

static int set_up(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(root));
    make_folder("3-2.4");
    make_folder("3-2.4/3-2.4:1.0");
    make_file("3-2.4/idVendor", "046d\n");
    make_file("3-2.4/idProduct", "0825\n");
    make_node("video0", "3-2.4/3-2.4:1.0");
    make_folder("vivid.0");
    make_node("video1", "vivid.0");
    return 0;
}

static int tear_down(void **state)
{
    char command[64];
    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'", root);
    return system(command);
}

static void a_usb_camera_has_a_place(void **state)
{
    char place[USB_PLACE_MAX];
    (void)state;
    assert_true(usb_place_read(root, "/dev/video0", place));
    assert_string_equal(place, "-2.4:1.0-046d:0825");
    assert_true(usb_place_is_of(place, "\\_SB_.PCI0.XHC_-2.4:1.0-046d:0825"));
    assert_false(usb_place_is_of(place, "\\_SB_.PCI0.XHC_-2.4:1.0-046d:0826"));
    assert_false(usb_place_is_of(place, "0825"));
}

static void others_have_none(void **state)
{
    char place[USB_PLACE_MAX];
    (void)state;
    assert_false(usb_place_read(root, "/dev/video1", place));
    assert_string_equal(place, "");
    assert_false(usb_place_read(root, "/dev/video9", place));
    assert_false(usb_place_is_of("", "anything"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_usb_camera_has_a_place),
        cmocka_unit_test(others_have_none),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
