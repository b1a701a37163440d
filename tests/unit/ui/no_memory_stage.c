// SPDX-License-Identifier: MIT
// The question in a window whose memory is short: each call of ours and of SDL fails once while
// it is laid out and drawn. Either all of it is there, or it counts as not shown, so that
// nobody can answer it; and the next time it is there.

#include <SDL.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/failing_memory.h"
#include "ui/flow/flow.h"
#include "ui/screens/screens.h"
#include "ui/view/flow_view.h"
#include "ui/window/stage.h"

enum { EACH = 64, STEP = 13 }; // calls that fail one by one; behind them every so many

static struct stage stage;
static struct scene scene;
static struct view view;

static void ask(void)
{
    static struct flow flow;
    struct wall_clock clock = wall_clock_here();
    flow_init(&flow, &(struct flow_settings){.paired = true, .window = true});
    flow.state = FLOW_ASKING;
    flow.ends_ms = 90000;

    struct net_context *c = &flow.context;
    strcpy(c->origin, "https://portal.example.com");
    strcpy(c->account_name, "Anna שלום");
    strcpy(c->browser, "Chromium, Linux");
    strcpy(c->place, "Kazan");
    strcpy(c->address, "203.0.113.7");
    c->tells_browser = c->pickup_code_follows = true;
    flow_view(&flow, NULL, 2000, &clock, &view);
}

static bool draw(void)
{
    stage_begin(&stage, &scene, THEME_CHOICE_LIGHT, 1);
    screens_build(&scene, &view, &(struct screen_facts){0});
    return stage_draw(&stage, &scene);
}

static size_t size_of_canvas(void)
{
    return sizeof(uint32_t) * (size_t)stage.canvas.width * (size_t)stage.canvas.height;
}

// All is drawn anew, by typefaces that are opened anew.
static void begin_anew(void)
{
    fonts_close(stage.fonts);
    stage.fonts = fonts_open(NULL);
    assert_non_null(stage.fonts);
    stage_forget(&stage);
    memset(stage.canvas.pixels, 0, size_of_canvas());
}

static void a_question_is_there_whole_or_counts_as_not_shown(void **state)
{
    (void)state;
    struct fault fault;
    struct options options = options_default;
    assert_true(stage_open(&stage, &options, &fault));
    ask();
    begin_anew();
    assert_true(draw());
    uint32_t *expected = malloc(size_of_canvas());
    assert_non_null(expected);
    memcpy(expected, stage.canvas.pixels, size_of_canvas());

    unsigned calls = 0, unshown = 0;
    for (unsigned call = 1; call <= calls + STEP; call += call < EACH ? 1 : STEP) {
        begin_anew();
        failing_begin(call);
        bool drawn = draw();
        calls = failing_end();

        unshown += !drawn;
        if (drawn)
            assert_memory_equal(stage.canvas.pixels, expected, size_of_canvas());
        assert_true(drawn || call <= calls);
        assert_true(draw());
        assert_memory_equal(stage.canvas.pixels, expected, size_of_canvas());
    }
    print_message("%u calls, %u unshown\n", calls, unshown);

    free(expected);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_there_whole_or_counts_as_not_shown),
    };
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    if (SDL_SetMemoryFunctions(malloc, calloc, realloc, free) != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
