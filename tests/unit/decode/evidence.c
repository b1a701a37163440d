// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#include "decode/evidence.h"
#include "decode/hints.h"
#include "decode/recognise.h"

// Evidence over frames, with noise that no frame alone is read through.

static struct layout layout;
static struct locator locator;
static struct recogniser recogniser;
static struct evidence_box box;
static struct soft_code frame, collected;
static struct work work;
static uint32_t noise = 5;

static float next_noise(void)
{
    float sum = 0.0f;
    for (int i = 0; i < 4; i++) {
        noise = noise * 1664525u + 1013904223u;
        sum += (float)(int32_t)noise / 2147483648.0f;
    }
    return sum; // deviation 1.15
}

static struct located place(void)
{
    return (struct located){.version = 4,
                            .grid = {.size = 33, .h = {3, 0, 100, 0, 3, 100, 0, 0, 1}}};
}

static void take(const char *payload, float amount)
{
    QRcode *code = QRcode_encodeString8bit(payload, 4, QR_ECLEVEL_M);
    assert_non_null(code);
    frame.layout = &layout;
    for (size_t i = 0; i < layout.size * layout.size; i++) {
        float value = (code->data[i] & 1 ? 1.0f : -1.0f) + amount * next_noise();
        frame.value[i] = value > 1.5f ? 1.5f : value < -1.5f ? -1.5f : value;
    }
    QRcode_free(code);
}

static int setup(void **state)
{
    (void)state;
    layout_build(&layout, 4);
    recogniser.locator = &locator;
    recogniser.work = &work;
    work.left = 1 << 30;
    return 0;
}

static struct evidence *add(void)
{
    struct located code = place();
    evidence_age(&box);
    return evidence_add(&box, &code, &frame, soft_fidelity(&layout, frame.value));
}

static void frames_together_say_what_none_says_alone(void **state)
{
    (void)state;
    memset(&box, 0, sizeof(box));
    const char payload[] = "https://portal.example/q/1/ABCDEFGH";
    size_t alone = 0;
    struct evidence *slot = NULL;

    for (int i = 0; i < 20; i++) {
        take(payload, 1.2f);
        alone += recognise_soft(&recogniser, &frame) == RECOGNISED;
        slot = add();
        assert_non_null(slot);
    }

    assert_int_equal(alone, 0);
    assert_int_equal(slot->frames, 20);

    evidence_soft(slot, &layout, &collected);
    assert_int_equal(recognise_soft(&recogniser, &collected), RECOGNISED);
    assert_true(span_equal(qr_payload(&recogniser.read), span_str(payload)));
    assert_true(
        evidence_confirms(&frame, soft_fidelity(&layout, frame.value), recogniser.dark));
}

static void another_code_at_the_same_place_begins_anew(void **state)
{
    (void)state;
    memset(&box, 0, sizeof(box));
    for (int i = 0; i < 8; i++) {
        take("https://portal.example/q/1/ABCDEFGHabcdefgh", 0.8f);
        assert_int_equal(add()->frames, i + 1);
    }
    take("https://portal.example/q/1/ZYXWVUTSzyxwvuts", 0.8f);
    struct evidence *slot = add();
    assert_int_equal(slot->frames, 1);
    evidence_soft(slot, &layout, &collected);
    for (size_t i = 0; i < layout.size * layout.size; i++)
        assert_float_equal(collected.value[i], frame.value[i], 1e-4);
}

static void what_the_last_frame_denies_is_not_confirmed(void **state)
{
    (void)state;
    take("https://portal.example/q/1/ABCDEFGHabcdefgh", 0.0f);
    assert_int_equal(recognise_soft(&recogniser, &frame), RECOGNISED);
    float fidelity = soft_fidelity(&layout, frame.value);
    assert_true(evidence_confirms(&frame, fidelity, recogniser.dark));
    take("https://portal.example/q/1/ZYXWVUTSzyxwvuts", 0.0f);
    assert_false(evidence_confirms(&frame, fidelity, recogniser.dark));
}

static void a_code_out_of_sight_is_forgotten(void **state)
{
    (void)state;
    memset(&box, 0, sizeof(box));
    take("https://portal.example/q/1/ABCDEFGH", 0.5f);
    add();
    for (unsigned i = 0; i <= EVIDENCE_MISSED; i++)
        evidence_age(&box);
    assert_int_equal(box.slot[0].frames, 0);
}

static void each_hindrance_has_its_hint(void **state)
{
    (void)state;
    const struct hint_measures good = {.located = true,
                                       .module = 4,
                                       .light = 200,
                                       .contrast = 120,
                                       .washed = 0,
                                       .sharpness = 0.9f,
                                       .tilt = 1.1f};

    struct hint_measures m = good;
    assert_int_equal(hint_from(&m), HINT_NONE);

    m.module = 1.5f;
    assert_int_equal(hint_from(&m), HINT_TOO_FAR);

    m = good;
    m.light = 20;
    assert_int_equal(hint_from(&m), HINT_TOO_DARK);

    m = good;
    m.washed = 0.3f;
    assert_int_equal(hint_from(&m), HINT_GLARE);

    m = good;
    m.sharpness = 0.2f;
    assert_int_equal(hint_from(&m), HINT_BLURRED);

    m = good;
    m.tilt = 3;
    assert_int_equal(hint_from(&m), HINT_TILTED);

    m = good;
    m.motion = 5;
    assert_int_equal(hint_from(&m), HINT_MOVING);

    m.borderless = true; // what can be seen of it is read from modules of about 3 pixels on
    assert_int_equal(hint_from(&m), HINT_NO_BORDER);
    m.module = 3;
    assert_int_equal(hint_from(&m), HINT_TOO_FAR);

    m = (struct hint_measures){.borderless = true, .module = 4, .light = 200};
    assert_int_equal(hint_from(&m), HINT_NO_BORDER);
    m.borderless = false;
    assert_int_equal(hint_from(&m), HINT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_together_say_what_none_says_alone),
        cmocka_unit_test(another_code_at_the_same_place_begins_anew),
        cmocka_unit_test(what_the_last_frame_denies_is_not_confirmed),
        cmocka_unit_test(a_code_out_of_sight_is_forgotten),
        cmocka_unit_test(each_hindrance_has_its_hint),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
