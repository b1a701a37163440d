// SPDX-License-Identifier: MIT
// Whoever comes next to a kiosk sees nothing of the one before, in whichever way that one left:
// nothing of him is in the flow any more, and every screen is drawn, pixel by pixel, as one of
// a kiosk that nobody has used.
#include "tests/unit/ui/flow_steps.h"

#include "ui/screens/screens.h"
#include "ui/view/flow_view.h"
#include "ui/window/typing.h"

#define WIDTH      640
#define HEIGHT     400
#define SCALE      0.6f
#define LEFT_AFTER 60 // ticks of ten seconds, at most

static const struct flow_settings with_badges = {.paired = true,
                                                 .window = true,
                                                 .loop = true,
                                                 .badges = true,
                                                 .locked = true,
                                                 .shows_text = true,
                                                 .idle_ms = 30000};

// All that a portal, and he himself, tells of one person.
#define ANNA_ACCOUNT "Anna Petrowna Z."
#define ANNA_BROWSER "Netscape 7, BeOS"
#define ANNA_PLACE   "Timbuktu"
#define ANNA_ADDRESS "198.51.100.77"
#define ANNA_USE     "2026-11-03 04:05"
#define ANNA_CODE    "735192"
#define ANNA_PAIRING "846203"
#define ANNA_DETAIL  "account 4711"
#define ANNA_BADGE   0xa7

struct kiosk {
    struct flow flow;
    struct typing typing;
    int64_t now_ms;
};

static struct fonts *fonts;

static void feed(struct kiosk *at, int64_t after_ms, struct flow_event e)
{
    struct wall_clock clock = {.now = 1795521000, .zone = gmtime_r};
    struct view view;
    at->now_ms += after_ms;
    e.now_ms = at->now_ms;
    flow_take(&at->flow, &e);
    flow_view(&at->flow, NULL, 0, &clock, &view);
    typing_follow(&at->typing, &view);
}

static struct flow_event badge(uint8_t id)
{
    struct flow_event e = code(PAYLOAD_BADGE, 0);
    memset(e.challenge.badge.bytes, id, sizeof(e.challenge.badge.bytes));
    return e;
}

static struct flow_event context_of_anna(void)
{
    struct flow_event e = context();
    struct net_context *c = &e.net.context;
    strcpy(c->origin, "https://portal.example.com");
    strcpy(c->portal_name, "Example");
    strcpy(c->account_name, ANNA_ACCOUNT);
    strcpy(c->browser, ANNA_BROWSER);
    strcpy(c->place, ANNA_PLACE);
    strcpy(c->address, ANNA_ADDRESS);
    strcpy(c->last_use, ANNA_USE);
    c->tells_browser = c->may_report = true;
    return e;
}

static struct flow_event receipt_of_anna(enum net_result result)
{
    struct flow_event e = receipt(result);
    strcpy(e.net.receipt.account_name, ANNA_ACCOUNT);
    if (result == NET_RESULT_PICKUP_CODE)
        strcpy(e.net.receipt.pickup_code, ANNA_CODE);
    return e;
}

static struct flow_event pairing_of_anna(enum net_event_kind kind)
{
    struct flow_event e = net(kind);
    strcpy(e.net.pairing.pairing_code, ANNA_PAIRING);
    strcpy(e.net.pairing.account_name, ANNA_ACCOUNT);
    return e;
}

static struct flow_event failure_of_anna(enum failure failure)
{
    struct flow_event e = failed(failure);
    strcpy(e.net.fault.detail, ANNA_DETAIL);
    return e;
}

// ---- how far she comes, and how she leaves -----------------------------------------------

static void to_pin(struct kiosk *at, bool known)
{
    at->flow.badge.known = known;
    feed(at, 10, event(FLOW_EVENT_SCAN));
    feed(at, 10, badge(ANNA_BADGE));
    assert_int_equal(at->flow.state, FLOW_UNLOCKING);
}

static void to_question(struct kiosk *at)
{
    to_pin(at, true);
    feed(at, 10, event(FLOW_EVENT_PIN));
    feed(at, 10, net(NET_EVENT_UNLOCKED));
    feed(at, 10, code(PAYLOAD_LOGIN, 7));
    feed(at, 10, context_of_anna());
    assert_int_equal(at->flow.state, FLOW_ASKING);
}

static void approves(struct kiosk *at)
{
    to_question(at);
    feed(at, 2000, answer(NET_APPROVE));
    feed(at, 10, receipt_of_anna(NET_RESULT_APPROVED));
    assert_int_equal(at->flow.state, FLOW_DONE);
}

static void reads_digits(struct kiosk *at)
{
    to_question(at);
    feed(at, 2000, answer(NET_APPROVE));
    feed(at, 10, receipt_of_anna(NET_RESULT_PICKUP_CODE));
    assert_string_equal(at->flow.receipt.pickup_code, ANNA_CODE);
}

static void denies(struct kiosk *at)
{
    to_question(at);
    feed(at, 2000, answer(NET_DENY_AND_REPORT));
    feed(at, 10, receipt_of_anna(NET_RESULT_DENIED));
    assert_int_equal(at->flow.state, FLOW_REFUSED);
}

static void waits_too_long(struct kiosk *at)
{
    to_question(at);
    for (unsigned i = 0; i < 4 && at->flow.state == FLOW_ASKING; i++) {
        feed(at, 15000, event(FLOW_EVENT_TOUCH));
        feed(at, 0, event(FLOW_EVENT_TICK));
    }
    assert_int_equal(at->flow.state, FLOW_FAILED);
}

static void types_half_a_pin(struct kiosk *at)
{
    to_pin(at, true);
    typing_digit(&at->typing.entry[0], 4);
    typing_digit(&at->typing.entry[0], 8);
    assert_int_equal(at->typing.entry[0].size, 2);
}

static void has_wrong_pins(struct kiosk *at)
{
    struct flow_event e = net(NET_EVENT_LOCKED);
    e.net.locked.fault.failure = FAILURE_KEY_WAIT;
    e.net.locked.wait_ms = 600000;
    to_pin(at, true);
    feed(at, 10, event(FLOW_EVENT_PIN));
    feed(at, 10, e);
    assert_true(at->flow.pin.wait_until_ms > 0);
}

static void has_forgotten_her_pin(struct kiosk *at)
{
    to_pin(at, true);
    feed(at, 10, event(FLOW_EVENT_FORGOT_PIN));
    assert_true(at->flow.visit.anew);
}

static void types_two_pins(struct kiosk *at)
{
    to_pin(at, false);
    feed(at, 10, event(FLOW_EVENT_PIN));
    feed(at, 10, event(FLOW_EVENT_PIN_REFUSED));
    assert_true(at->flow.visit.differed);
}

static void types_a_code_by_hand(struct kiosk *at)
{
    feed(at, 10, event(FLOW_EVENT_SCAN));
    feed(at, 10, event(FLOW_EVENT_BY_HAND));
    assert_int_equal(at->flow.state, FLOW_BY_HAND);
    assert_true(typing_text(&at->typing.entry[0], "QRL:1:HERS"));
}

static void begins_a_first_use(struct kiosk *at)
{
    to_pin(at, false);
    feed(at, 10, event(FLOW_EVENT_PIN));
    feed(at, 10, event(FLOW_EVENT_PIN));
    feed(at, 10, pairing_of_anna(NET_EVENT_PAIRING_CODE));
    assert_int_equal(at->flow.state, FLOW_TYPING_CODE);
}

static void is_asked_whether_it_is_she(struct kiosk *at)
{
    begins_a_first_use(at);
    feed(at, 10, pairing_of_anna(NET_EVENT_PAIRED));
    assert_int_equal(at->flow.state, FLOW_CONFIRMING);
}

static void is_refused_by_the_portal(struct kiosk *at)
{
    to_question(at);
    feed(at, 2000, answer(NET_APPROVE));
    feed(at, 10, failure_of_anna(FAILURE_PORTAL_DEVICE_REVOKED));
    assert_int_equal(at->flow.state, FLOW_FAILED);
}

static void leave_open(struct kiosk *at)
{
    struct open_answer *open = &at->flow.open.answer;
    at->flow.open.any = true;
    strcpy(open->origin, "https://portal.example.com");
    strcpy(open->account_name, ANNA_ACCOUNT);
    strcpy(open->browser, ANNA_BROWSER);
}

static void has_an_open_answer(struct kiosk *at)
{
    to_pin(at, true);
    leave_open(at);
    feed(at, 10, event(FLOW_EVENT_PIN));
    feed(at, 10, net(NET_EVENT_UNLOCKED));
    assert_int_equal(at->flow.state, FLOW_OPEN_ANSWER);
}

// One of two: the other one is still open when she goes.
static void withdraws_an_open_answer(struct kiosk *at)
{
    struct flow_event e = net(NET_EVENT_WITHDRAWN);
    e.net.withdrawal.what = NET_WITHDRAWN;
    has_an_open_answer(at);
    at->flow.settings.locked = false; // her PIN was entered
    feed(at, 10, keep(false));
    feed(at, 10, e);
    assert_int_equal(at->flow.state, FLOW_WITHDRAWN);
    at->flow.settings.locked = true;
}

static void leaves_by_the_button(struct kiosk *at)
{
    feed(at, 10, event(FLOW_EVENT_BACK));
}

// Or walks away, with what she saw on the screen.
static void walks_away(struct kiosk *at)
{
    for (size_t i = 0; i < LEFT_AFTER && at->flow.state != FLOW_INSTRUCTIONS; i++)
        feed(at, 10000, event(FLOW_EVENT_TICK));
}

// ---- what is left ------------------------------------------------------------------------

static bool holds(const void *what, size_t size, const void *part, size_t part_size)
{
    return memmem(what, size, part, part_size) != NULL;
}

static void expect_nothing_of_her(const struct kiosk *at, const char *way)
{
    static const char *const told[] = {ANNA_ACCOUNT, ANNA_BROWSER, ANNA_PLACE,   ANNA_ADDRESS,
                                       ANNA_USE,     ANNA_CODE,    ANNA_PAIRING, ANNA_DETAIL};
    uint8_t secret[sizeof(((struct challenge *)0)->badge.bytes)];
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        if (holds(&at->flow, sizeof(at->flow), told[i], strlen(told[i])))
            fail_msg("%s: '%s' is still there", way, told[i]);
    }
    memset(secret, ANNA_BADGE, sizeof(secret));
    if (holds(&at->flow, sizeof(at->flow), secret, sizeof(secret)))
        fail_msg("%s: her badge is still there", way);
}

// ---- the next person ---------------------------------------------------------------------

enum {
    FIRST_SCREEN,
    AIMING,
    NEW_PIN,
    PIN_AGAIN,
    ENROLLING,
    PIN,
    RESOLVING,
    FAILED,
    BY_HAND,
    SCREENS
};

static void go_on(struct kiosk *at, unsigned screen)
{
    switch (screen) {
    case AIMING:
        feed(at, 10, event(FLOW_EVENT_SCAN));
        return;
    case NEW_PIN:
        feed(at, 10, badge(1));
        return;
    case PIN_AGAIN:
    case ENROLLING:
        feed(at, 10, event(FLOW_EVENT_PIN));
        return;
    case PIN:
        walks_away(at);
        at->flow.badge.known = true;
        feed(at, 10, event(FLOW_EVENT_SCAN));
        feed(at, 10, badge(1));
        return;
    case RESOLVING:
        feed(at, 10, event(FLOW_EVENT_PIN));
        feed(at, 10, net(NET_EVENT_UNLOCKED));
        feed(at, 10, code(PAYLOAD_LOGIN, 9));
        return;
    case FAILED:
        feed(at, 10, failed(FAILURE_CHALLENGE_EXPIRED));
        return;
    case BY_HAND:
        walks_away(at);
        feed(at, 10, event(FLOW_EVENT_SCAN));
        feed(at, 10, event(FLOW_EVENT_BY_HAND));
        return;
    default:
        return;
    }
}

// What he sees after the next step.
static void draw(struct kiosk *at, unsigned screen, struct canvas *canvas)
{
    static struct scene scene;
    struct wall_clock clock = {.now = 1795521000, .zone = gmtime_r};
    struct view view;

    go_on(at, screen);
    flow_view(&at->flow, &(struct view_home){.host = "portal.example.com"}, 0, &clock, &view);
    scene_begin(&scene, fonts, THEME_CHOICE_LIGHT, WIDTH, HEIGHT, SCALE, 1);
    screens_build(&scene, &view, &(struct screen_facts){.entries = at->typing.entry});
    assert_true(canvas_init(canvas, WIDTH, HEIGHT));
    canvas_clear(canvas, (struct colour){0, 0, 0, 255});
    scene_draw(&scene, canvas);
}

// As the first person of all sees it.
static struct canvas expected[SCREENS];

static void draw_expected(void)
{
    static struct kiosk fresh;
    fresh = (struct kiosk){.flow = begin(&with_badges), .now_ms = T0};
    feed(&fresh, 0, event(FLOW_EVENT_START));
    for (unsigned screen = 0; screen < SCREENS; screen++)
        draw(&fresh, screen, &expected[screen]);
}

static void expect_fresh_screens(struct kiosk *used, const char *way)
{
    used->flow.badge.known = false;
    for (unsigned screen = 0; screen < SCREENS; screen++) {
        struct canvas seen;
        draw(used, screen, &seen);
        bool same = memcmp(seen.pixels, expected[screen].pixels,
                           sizeof(seen.pixels[0]) * WIDTH * HEIGHT) == 0;
        canvas_destroy(&seen);
        if (!same)
            fail_msg("%s: the next person's screen %u (%s) is another one", way, screen,
                     flow_state_name(used->flow.state));
    }
}

static void the_next_person_sees_nothing_of_the_one_before(void **state)
{
    static const struct {
        const char *name;
        void (*comes_to)(struct kiosk *at);
    } ways[] = {
        {"approved", approves},
        {"digits", reads_digits},
        {"denied", denies},
        {"the question", to_question},
        {"expired", waits_too_long},
        {"half a PIN", types_half_a_pin},
        {"wrong PINs", has_wrong_pins},
        {"a forgotten PIN", has_forgotten_her_pin},
        {"two PINs", types_two_pins},
        {"a code by hand", types_a_code_by_hand},
        {"a first use", begins_a_first_use},
        {"is it you", is_asked_whether_it_is_she},
        {"revoked", is_refused_by_the_portal},
        {"an open answer", has_an_open_answer},
        {"two open answers", withdraws_an_open_answer},
    };
    (void)state;
    draw_expected();

    for (size_t i = 0; i < 2 * sizeof(ways) / sizeof(ways[0]); i++) {
        static struct kiosk one;
        const char *way = ways[i / 2].name;
        one = (struct kiosk){.flow = begin(&with_badges), .now_ms = T0};
        feed(&one, 0, event(FLOW_EVENT_START));
        ways[i / 2].comes_to(&one);
        if (i % 2 == 0)
            leaves_by_the_button(&one);
        walks_away(&one);

        assert_int_equal(one.flow.state, FLOW_INSTRUCTIONS);
        expect_nothing_of_her(&one, way);
        expect_fresh_screens(&one, way);
        typing_wipe(&one.typing);
    }
    for (unsigned screen = 0; screen < SCREENS; screen++)
        canvas_destroy(&expected[screen]);
}

// Nobody is shown another answer of hers after she has gone.
static void an_open_answer_waits_for_its_person(void **state)
{
    static struct kiosk one;
    (void)state;
    one = (struct kiosk){.flow = begin(&with_badges), .now_ms = T0};
    feed(&one, 0, event(FLOW_EVENT_START));
    withdraws_an_open_answer(&one);
    feed(&one, 30000, event(FLOW_EVENT_TICK));
    assert_int_equal(one.flow.state, FLOW_INSTRUCTIONS);
}

static bool is_drawn_alike(struct kiosk *used, struct kiosk *fresh, unsigned screen)
{
    struct canvas seen, due;
    draw(used, screen, &seen);
    draw(fresh, screen, &due);
    bool same = memcmp(seen.pixels, due.pixels, sizeof(seen.pixels[0]) * WIDTH * HEIGHT) == 0;
    canvas_destroy(&due);
    canvas_destroy(&seen);
    return same;
}

// The kiosk was ended while her answer was on its way, and the portal has taken it.
static void an_answer_that_a_crash_left_open_is_shown_to_nobody(void **state)
{
    static const unsigned screens[] = {FIRST_SCREEN, AIMING, BY_HAND};
    static struct kiosk one, fresh;
    struct flow_settings without_badges = with_badges;
    struct flow_event e = net(NET_EVENT_WITHDRAWN);
    (void)state;

    without_badges.badges = without_badges.locked = false;
    one = fresh = (struct kiosk){.flow = begin(&without_badges), .now_ms = T0};
    e.net.withdrawal.what = NET_WITHDRAWAL_TAKEN;
    e.net.withdrawal.receipt = receipt_of_anna(NET_RESULT_PICKUP_CODE).net.receipt;

    leave_open(&one);
    fresh.flow.open.any = true; // of nobody
    feed(&one, 0, event(FLOW_EVENT_START));
    feed(&fresh, 0, event(FLOW_EVENT_START));
    assert_int_equal(one.flow.state, FLOW_WITHDRAWING);
    assert_true(is_drawn_alike(&one, &fresh, FIRST_SCREEN));

    one.flow.open.any = fresh.flow.open.any = false;
    feed(&one, 10, e);
    feed(&fresh, 10, net(NET_EVENT_WITHDRAWN));
    assert_int_equal(one.flow.state, FLOW_INSTRUCTIONS);
    expect_nothing_of_her(&one, "a crash");
    for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++)
        assert_true(is_drawn_alike(&one, &fresh, screens[i]));
}

int main(void)
{
    struct fault fault;
    fonts = fonts_open(&fault);
    if (!fonts)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_person_sees_nothing_of_the_one_before),
        cmocka_unit_test(an_open_answer_waits_for_its_person),
        cmocka_unit_test(an_answer_that_a_crash_left_open_is_shown_to_nobody),
    };
    int failed_tests = cmocka_run_group_tests(tests, NULL, NULL);
    fonts_close(fonts);
    return failed_tests;
}
