// SPDX-License-Identifier: MIT
#include "ui/places/camera_offers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct camera_survey survey;
static struct camera_offers offers;

static int begin(void **state)
{
    (void)state;
    survey = (struct camera_survey){0};
    return 0;
}

static struct camera_entry *kernel_has(const char *id, const char *name, enum failure verdict)
{
    struct camera_entry *entry = &survey.kernels.entry[survey.kernels.count++];
    snprintf(entry->id, sizeof(entry->id), "%s", id);
    snprintf(entry->name, sizeof(entry->name), "%s", name);
    entry->verdict.failure = verdict;
    survey.find[survey.count++] = (struct camera_find){.kernels = entry};
    return entry;
}

static struct pipewire_entry *pipewire_has(const char *id, const char *name)
{
    struct pipewire_entry *entry = &survey.pipewires.entry[survey.pipewires.count++];
    snprintf(entry->id, sizeof(entry->id), "%s", id);
    snprintf(entry->name, sizeof(entry->name), "%s", name);
    survey.find[survey.count++] = (struct camera_find){.pipewires = entry};
    return entry;
}

static void both_ways_are_offered_by_name(void **state)
{
    (void)state;
    kernel_has("usb-1", "Webcam", FAILURE_NONE)->facing = CAMERA_FACING_FRONT;
    kernel_has("usb-1#2", "Webcam", FAILURE_CAMERA_METADATA);
    kernel_has("usb-2#2", "Reader", FAILURE_CAMERA_BUSY);
    pipewire_has("libcamera.imx258", "imx258")->facing = CAMERA_FACING_BACK;
    survey.find[0].used = CAMERA_WAY_KERNEL;
    camera_offers_from(&offers, &survey);

    assert_int_equal(offers.count, 3);
    assert_string_equal(offers.offer[0].source, "camera:usb-1");
    assert_string_equal(offers.offer[0].name, "Webcam");
    assert_true(offers.offer[0].used);
    assert_string_equal(offers.offer[1].source, "camera:usb-2#2");
    assert_int_equal(offers.offer[1].failure, FAILURE_CAMERA_BUSY);
    assert_string_equal(offers.offer[2].source, "pipewire:libcamera.imx258");
    assert_ptr_equal(camera_offers_find(&offers, "camera:back"), &offers.offer[2]);
    assert_ptr_equal(camera_offers_find(&offers, "camera:usb-2#2"), &offers.offer[1]);
    assert_null(camera_offers_find(&offers, "camera:usb-9"));
    assert_null(camera_offers_find(&offers, "camera"));
    assert_null(camera_offers_find(&offers, NULL));
}

// What the kernel cannot give, PipeWire may: a phone's camera behind a media pipeline.
static void one_that_both_have_goes_the_way_that_works(void **state)
{
    (void)state;
    kernel_has("platform:csi", "csi", FAILURE_CAMERA_UNCONFIGURED);
    pipewire_has("libcamera.csi", "imx258");
    survey.find[0].pipewires = survey.find[1].pipewires;
    survey.count = 1;
    camera_offers_from(&offers, &survey);
    assert_int_equal(offers.count, 1);
    assert_string_equal(offers.offer[0].source, "pipewire:libcamera.csi");
    assert_string_equal(offers.offer[0].name, "imx258");
    assert_int_equal(offers.offer[0].failure, FAILURE_NONE);

    survey.kernels.entry[0].verdict.failure = FAILURE_NONE;
    camera_offers_from(&offers, &survey);
    assert_string_equal(offers.offer[0].source, "camera:platform:csi");
    assert_ptr_equal(camera_offers_find(&offers, "pipewire:libcamera.csi"), &offers.offer[0]);
}

// A name may come from any program on PipeWire, and ends up in the configuration file.
static void what_no_line_can_hold_is_not_offered(void **state)
{
    (void)state;
    pipewire_has("x\nsource = replay:evil", "Evil");
    pipewire_has("x ;y", "Evil");
    pipewire_has("", "Evil");
    camera_offers_from(&offers, &survey);
    assert_int_equal(offers.count, 0);
    assert_int_equal(offers.failure, FAILURE_CAMERA_NONE);

    survey.pipewire_fault.failure = FAILURE_PIPEWIRE_REFUSED;
    camera_offers_from(&offers, &survey);
    assert_int_equal(offers.failure, FAILURE_PIPEWIRE_REFUSED);
}

static void twins_are_told_apart_and_too_many_left_out(void **state)
{
    (void)state;
    char id[32];
    for (int i = 0; i < 20; i++) {
        snprintf(id, sizeof(id), "usb-%d", i);
        kernel_has(id, i < 2 ? "Webcam" : id, FAILURE_NONE);
    }
    camera_offers_from(&offers, &survey);
    assert_int_equal(offers.count, CAMERA_OFFERS_MAX);
    assert_true(offers.offer[0].has_twin && offers.offer[1].has_twin);
    assert_false(offers.offer[2].has_twin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(both_ways_are_offered_by_name, begin),
        cmocka_unit_test_setup(one_that_both_have_goes_the_way_that_works, begin),
        cmocka_unit_test_setup(what_no_line_can_hold_is_not_offered, begin),
        cmocka_unit_test_setup(twins_are_told_apart_and_too_many_left_out, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
