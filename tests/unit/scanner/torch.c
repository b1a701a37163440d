// SPDX-License-Identifier: MIT
// The light beside the camera, as a LED of the LED class.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scanner/camera/torch.h"
#include "tests/unit/scanner/camera_fake.h"

static char leds[] = "/tmp/torch-XXXXXX";

static void write_file(const char *led, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", leds, led);
    mkdir(path, 0700);
    snprintf(path, sizeof(path), "%s/%s/%s", leds, led, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void remove_led(const char *led)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s/max_brightness", leds, led);
    unlink(path);
    snprintf(path, sizeof(path), "%s/%s/brightness", leds, led);
    unlink(path);
    snprintf(path, sizeof(path), "%s/%s", leds, led);
    rmdir(path);
}

static unsigned brightness(const char *led)
{
    char path[256];
    unsigned value = 999;
    snprintf(path, sizeof(path), "%s/%s/brightness", leds, led);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%u", &value), 1);
    fclose(file);
    return value;
}

static void a_flash_led_is_switched_to_its_brightest(void **state)
{
    (void)state;
    struct fake_kernel kernel;
    fake_kernel_init(&kernel);
    struct torch torch;
    struct fault fault;

    write_file("input3::capslock", "max_brightness", "1\n");
    torch_find(&torch, &kernel.io, leds, leds);
    assert_int_equal(torch.kind, TORCH_NONE);
    assert_false(torch_set(&torch, &kernel.io, true, &fault));
    assert_int_equal(fault.failure, FAILURE_CAMERA_TORCH);

    write_file("white:flash", "max_brightness", "31\n");
    write_file("white:flash", "brightness", "0\n");
    torch_find(&torch, &kernel.io, leds, leds);
    assert_int_equal(torch.kind, TORCH_LED);
    assert_true(torch_set(&torch, &kernel.io, true, &fault));
    assert_int_equal(brightness("white:flash"), 31);
    assert_true(torch_set(&torch, &kernel.io, false, &fault));
    assert_int_equal(brightness("white:flash"), 0);

    remove_led("white:flash");
    remove_led("input3::capslock");
    assert_false(torch_set(&torch, &kernel.io, true, &fault));
    assert_int_equal(fault.failure, FAILURE_CAMERA_TORCH);
    fake_kernel_destroy(&kernel);
}

int main(void)
{
    if (!mkdtemp(leds))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flash_led_is_switched_to_its_brightest),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(leds);
    return failed;
}
