// SPDX-License-Identifier: MIT
// What a camera of PipeWire says of its sizes, where it lies.
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <spa/param/format.h>

#include "scanner/pipewire/pipewire_format.h"

#define ROOM 1024u // bytes: an offer, and behind it what it may not be read into

// An offer of JPEG, whose last property is what a test puts there.
struct offer {
    _Alignas(8) uint8_t bytes[ROOM];
    struct spa_pod_builder builder;
    struct spa_pod_frame frame;
};

static void begin(struct offer *offer)
{
    *offer = (struct offer){.builder = {.data = offer->bytes, .size = ROOM}};
    spa_pod_builder_push_object(&offer->builder, &offer->frame, SPA_TYPE_OBJECT_Format,
                                SPA_PARAM_EnumFormat);
    spa_pod_builder_add(&offer->builder, SPA_FORMAT_mediaType, SPA_POD_Id(SPA_MEDIA_TYPE_video),
                        SPA_FORMAT_mediaSubtype, SPA_POD_Id(SPA_MEDIA_SUBTYPE_mjpg), 0);
    spa_pod_builder_prop(&offer->builder, SPA_FORMAT_VIDEO_size, 0);
}

static size_t modes_of(struct offer *offer)
{
    struct pipewire_modes modes = {0};
    const struct spa_pod *param = spa_pod_builder_pop(&offer->builder, &offer->frame);
    pipewire_modes_add(&modes, param);
    assert_true(modes.offered);
    return modes.count;
}

static void sizes_of_a_list_are_taken(void **state)
{
    (void)state;
    struct offer offer;
    struct spa_pod_frame list;
    begin(&offer);
    spa_pod_builder_push_choice(&offer.builder, &list, SPA_CHOICE_Enum, 0);
    for (uint32_t i = 0; i < 3; i++) // the default stands before the list
        spa_pod_builder_rectangle(&offer.builder, 640, 480);
    spa_pod_builder_pop(&offer.builder, &list);
    assert_int_equal(modes_of(&offer), 2);
}

// A long has as many bytes as a size, and could be taken for one.
static void list_of_another_type_has_no_sizes(void **state)
{
    (void)state;
    struct offer offer;
    struct spa_pod_frame list;
    begin(&offer);
    spa_pod_builder_push_choice(&offer.builder, &list, SPA_CHOICE_Enum, 0);
    for (uint32_t i = 0; i < 3; i++)
        spa_pod_builder_long(&offer.builder, (480LL << 32) | 640);
    spa_pod_builder_pop(&offer.builder, &list);
    assert_int_equal(modes_of(&offer), 0);
}

// Behind it lies what would make a list of it.
static void choice_that_is_shorter_than_its_head_has_no_sizes(void **state)
{
    (void)state;
    struct offer offer;
    begin(&offer);
    const struct spa_pod none = {0, SPA_TYPE_Choice};
    const struct {
        struct spa_pod_choice_body head;
        struct spa_rectangle size[3];
    } behind = {{SPA_CHOICE_Enum, 0, {sizeof(struct spa_rectangle), SPA_TYPE_Rectangle}},
                {{640, 480}, {640, 480}, {640, 480}}};
    spa_pod_builder_raw(&offer.builder, &none, sizeof(none));

    memcpy(offer.bytes + offer.builder.state.offset, &behind, sizeof(behind));
    assert_int_equal(modes_of(&offer), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_of_a_list_are_taken),
        cmocka_unit_test(list_of_another_type_has_no_sizes),
        cmocka_unit_test(choice_that_is_shorter_than_its_head_has_no_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
