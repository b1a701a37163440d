// SPDX-License-Identifier: MIT
// The picture of a captcha, and the process that decodes it.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scanner/eye/eye_process.h"
#include "tests/unit/scanner/support.h"
#include "tests/unit/walls_denied.h"
#include "ui/window/captcha.h"

enum { SIDE = 120 };

static void assert_is_read(struct captcha *captcha)
{
    struct bytes file = {0};
    uint8_t *luma = draw_picture(SIDE, SIDE, 230, span_str("a"));
    jpeg_add(&file, luma, SIDE, SIDE);
    assert_true(captcha_read(captcha, bytes_span(&file)));
    assert_int_equal(captcha->luma.width, SIDE);
    bytes_free(&file);
    free(luma);
}

static void a_picture_is_read(void **state)
{
    (void)state;
    struct captcha captcha;
    captcha_init(&captcha);
    assert_is_read(&captcha);
    assert_int_equal(captcha.open.failure,
                     walls_landlock_is_had() ? FAILURE_NONE : FAILURE_NO_LANDLOCK);
    assert_false(captcha_read(&captcha, span_str("no picture")));
    assert_int_equal(captcha.luma.width, 0);
    captcha_destroy(&captcha);
}

// From here on no process of this program is given the wall.
static void without_seccomp_it_is_read_and_that_is_known(void **state)
{
    (void)state;
    struct captcha captcha;
    assert_true(walls_denied(SANDBOX_CALLS));
    captcha_init(&captcha);
    assert_is_read(&captcha);
    assert_int_equal(captcha.open.failure, FAILURE_NOT_CLOSED_IN);
    assert_string_equal(captcha.open.detail, "converter: without seccomp");
    captcha_destroy(&captcha);
}

int main(int argc, char *argv[])
{
    if (eye_process_asked(argc, argv))
        return eye_process_run(argc, argv, NULL);

    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_read),
        cmocka_unit_test(without_seccomp_it_is_read_and_that_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
