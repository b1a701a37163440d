// SPDX-License-Identifier: MIT
// What a person is told of an answer when the line, the portal or what stands before it fails,
// and what became of that answer.
#include "tests/unit/net/scratch.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "net/delivery.h"
#include "tests/unit/net/parts/https_server.h"
#include "tests/unit/net/parts/impostor.h"
#include "tests/unit/net/parts/rough_server.h"
#include "tests/unit/net/parts/world.h"

#define LONG_MS INT64_C(400000) // longer than any answer is sent
#define WAIT_MS INT64_C(20000)  // what the impostor asks for

static struct world world; // large, and cmocka's own state is the folder
static struct impostor impostor;
static struct certificate other;

static int set_up(void **state)
{
    scratch_make(state);
    const struct scratch *scratch = *state;
    world_begin(&world, scratch->path);
    world_pair(&world);
    impostor_start(&impostor, world.sandbox.data);
    return 0;
}

static int tear_down(void **state)
{
    impostor_stop(&impostor);
    world_end(&world);
    return scratch_remove(state);
}

static void scan_and_see(struct net_event *event)
{
    struct challenge code = world_code(&world);
    net_worker_resolve(world.device.worker, &code);
    device_expect(&world.device, NET_EVENT_CONTEXT, event);
}

static void expect_page(const char *expected)
{
    char *seen = browser_state(world.visitor);
    assert_string_equal(seen, expected);
    free(seen);
}

static void expect_claim(const struct net_event *event)
{
    char *next = browser_claim(world.visitor, event->receipt.pickup_code);
    assert_string_equal(next, "done");
    free(next);
}

// New connections go there, and those that stand end.
static void lead_to(int port)
{
    atomic_store(&world.cutter.upstream, port);
    cutter_cut(&world.cutter);
}

static void pass_time(int64_t ms)
{
    atomic_fetch_add(&world.device.boot_ahead_ms, ms);
}

static void restart_portal(void)
{
    sandbox_start(&world.sandbox, world.cutter.port);
    lead_to(world.sandbox.port);
}

static bool is_waiting(void)
{
    struct outbox outbox;
    struct pairing pairing = world_pairing(&world);
    assert_true(outbox_open(&outbox, world.device.state, pairing.id, 0, NULL));
    bool waiting = outbox.waiting;
    outbox_close(&outbox);
    return waiting;
}

// ---- what became of it ---------------------------------------------------------------------

static void where_nothing_left_it_is_told(void **state)
{
    (void)state;
    static const enum net_decision answers[] = {NET_APPROVE, NET_DENY, NET_DENY_AND_REPORT};

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct net_event event;
        scan_and_see(&event);
        sandbox_stop(&world.sandbox);
        cutter_cut(&world.cutter); // on a line that still stands the answer would leave
        net_worker_decide(world.device.worker, answers[i]);
        device_expect_retrying(&world.device);
        pass_time(LONG_MS);
        device_expect_failure(&world.device, FAILURE_NET_NOT_SENT);
        assert_false(is_waiting());
        restart_portal();
    }
}

static void where_it_may_have_arrived_it_is_told(void **state)
{
    (void)state;
    static const enum net_decision answers[] = {NET_APPROVE, NET_DENY};
    static const char *const pages[] = {"approved", "denied"};

    for (size_t i = 0; i < 2; i++) {
        struct net_event event;
        scan_and_see(&event);
        atomic_store(&world.cutter.lossy, true);
        net_worker_decide(world.device.worker, answers[i]);
        device_expect_retrying(&world.device);
        pass_time(LONG_MS);
        device_expect_failure(&world.device, FAILURE_NET_NO_RECEIPT);
        atomic_store(&world.cutter.lossy, false);
        expect_page(pages[i]);
        assert_false(is_waiting());
    }
}

// Sent and accepted, the reply lost; then somebody else's certificate.
static void what_was_sent_is_not_called_unsent_for_another_certificate(void **state)
{
    (void)state;
    static const enum net_decision answers[] = {NET_APPROVE, NET_DENY};
    static const char *const pages[] = {"approved", "denied"};

    for (size_t i = 0; i < 2; i++) {
        struct net_event event;
        struct https_server stranger;
        https_server_start(&stranger, &other);
        scan_and_see(&event);
        atomic_store(&world.cutter.lossy, true);
        net_worker_decide(world.device.worker, answers[i]);
        device_expect_retrying(&world.device);

        lead_to(stranger.port);
        atomic_store(&world.cutter.lossy, false);
        device_expect_failure(&world.device, FAILURE_NET_UNSAFE_LATER);
        assert_false(is_waiting());
        lead_to(world.sandbox.port);
        expect_page(pages[i]);
        https_server_stop(&stranger);
    }
}

static void another_certificate_at_once_gets_nothing(void **state)
{
    (void)state;
    struct net_event event;
    struct https_server stranger;
    https_server_start(&stranger, &other);
    scan_and_see(&event);
    lead_to(stranger.port);
    net_worker_decide(world.device.worker, NET_APPROVE);
    device_expect_failure(&world.device, FAILURE_NET_PIN);
    assert_false(is_waiting());
    lead_to(world.sandbox.port);
    expect_page("scanned");
    https_server_stop(&stranger);
}

// The portal dies between commit and reply: what is told as done is done.
static void a_portal_that_dies_after_its_commit_keeps_the_sign_in(void **state)
{
    (void)state;
    struct net_event event;
    int status;
    scan_and_see(&event);

    int lost = atomic_load(&world.cutter.lost);
    atomic_store(&world.cutter.lossy, true);
    net_worker_decide(world.device.worker, NET_APPROVE);
    while (atomic_load(&world.cutter.lost) == lost)
        usleep(1000);

    kill(world.sandbox.process, SIGKILL);
    assert_int_equal(waitpid(world.sandbox.process, &status, 0), world.sandbox.process);
    world.sandbox.process = 0;
    atomic_store(&world.cutter.lossy, false);
    restart_portal();

    device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    expect_page("approved");
    expect_claim(&event);
}

// ---- what comes in the portal's place ------------------------------------------------------

static void every_other_reply_has_its_words_and_is_tried_again(void **state)
{
    (void)state;
    static const struct {
        struct impostor_reply reply;
        const char *code;
    } cases[] = {
        {{500, "text/html", NULL, NULL, "<html>"}, "net.portal-fault"},
        {{502, "text/html", NULL, NULL, "<html>"}, "net.portal-fault"},
        {{503, "text/plain", NULL, NULL, "busy"}, "net.portal-fault"},
        {{504, "application/json", NULL, NULL, "{}"}, "net.portal-fault"},
        {{511, "text/html", NULL, NULL, "<html>"}, "net.other-reply"},
        {{403, "text/html", NULL, NULL, "<html>"}, "net.other-reply"},
        {{403, "application/problem+json", NULL, NULL, "{\"code\":\"unheard-of\"}"},
         "net.other-reply"},
        {{404, "text/html", NULL, NULL, "<html>"}, "net.other-reply"},
        {{407, "text/html", NULL, NULL, "<html>"}, "net.other-reply"},
        {{200, "text/html", NULL, NULL, "<html>Welcome to our hotel</html>"},
         "net.other-reply"},
        {{200, "application/json", NULL, NULL, "{}"}, "net.reply"},
        {{429, "text/html", NULL, NULL, "<html>"}, "portal.rate-limited"},
        {{302, "text/html", NULL, "https://elsewhere.example/", ""}, "net.redirect"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct net_event event;
        scan_and_see(&event);
        impostor.reply = cases[i].reply;
        lead_to(impostor.port);
        net_worker_decide(world.device.worker, NET_APPROVE);
        device_expect(&world.device, NET_EVENT_RETRYING, &event);
        assert_string_equal(failure_code(event.fault.failure), cases[i].code);

        lead_to(world.sandbox.port);
        device_expect(&world.device, NET_EVENT_RECEIPT, &event);
        expect_claim(&event);
    }
}

// However the wait is written, and whatever the rest of the reply looks like.
static void a_wait_that_is_asked_for_is_kept(void **state)
{
    (void)state;
    static const struct impostor_reply replies[] = {
        {503, "text/html", "20", NULL, "<html>"},
        {429, "text/html", "20", NULL, "<html>"},
        {429, "application/problem+json", "20", NULL,
         "{\"code\":\"rate-limited\",\"status\":429}"},
        {429, "application/problem+json", NULL, NULL,
         "{\"code\":\"rate-limited\",\"status\":429,\"retry_after\":20}"}};

    for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
        struct net_event event;
        scan_and_see(&event);
        impostor.reply = replies[i];
        atomic_store(&impostor.asked, 0);
        lead_to(impostor.port);
        net_worker_decide(world.device.worker, NET_APPROVE);
        device_expect(&world.device, NET_EVENT_RETRYING, &event);
        usleep(1500000); // in which it would have come twice by itself
        assert_int_equal(atomic_load(&impostor.asked), 1);

        lead_to(world.sandbox.port);
        pass_time(WAIT_MS);
        device_expect(&world.device, NET_EVENT_RECEIPT, &event);
        expect_claim(&event);
    }
}

// Longer than the answer counts: it is tried once more while it does.
static void a_wait_that_is_too_long_does_not_lose_the_answer(void **state)
{
    (void)state;
    struct net_event event;
    scan_and_see(&event);
    int64_t left_ms = event.context.expires_in_s * 1000;
    impostor.reply = (struct impostor_reply){429, "text/html", "600", NULL, "<html>"};
    lead_to(impostor.port);
    net_worker_decide(world.device.worker, NET_APPROVE);
    device_expect_retrying(&world.device);
    lead_to(world.sandbox.port);
    pass_time(left_ms - 2000);
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    expect_claim(&event);
}

// A revocation that nobody signed ends the sending, but no key is erased for it.
static void an_unsigned_revocation_erases_nothing(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{\"code\":\"device-revoked\",\"status\":403}",
        "{\"code\":\"device-revoked\",\"status\":403,\"envelope\":{\"payloadType\":"
        "\"application/vnd.qrlogin.revoked-v1\",\"payload\":\"AAAA\",\"signatures\":[{"
        "\"keyid\":\"0000000000000000\",\"sig\":\"AAAA\"}]}}"};

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct net_event event;
        scan_and_see(&event);
        impostor.reply =
            (struct impostor_reply){403, "application/problem+json", NULL, NULL, bodies[i]};
        lead_to(impostor.port);
        net_worker_decide(world.device.worker, NET_APPROVE);
        device_expect_failure(&world.device, FAILURE_PORTAL_DEVICE_REVOKED);

        lead_to(world.sandbox.port);
        assert_int_equal(pairing_store_count(world.device.pairings), 1);
        world_sign_in(&world, &event);
        net_worker_cancel(world.device.worker);
    }
}

// The context announces newer metadata than the portal then shows: nothing is asked.
static void metadata_older_than_announced_stop_it(void **state)
{
    (void)state;
    struct net_event event;
    browser_get(world.visitor, "/.well-known/qr-login");
    char *old = strdup(world.visitor->page);

    sandbox_stop(&world.sandbox);
    sandbox_key(&world.sandbox, "announce");
    restart_portal();

    struct challenge code = world_code(&world);
    impostor.reply = (struct impostor_reply){200, "application/json", NULL, NULL, old};
    atomic_store(&impostor.asked, 0);
    lead_to(world.sandbox.port);
    atomic_store(&world.cutter.later,
                 impostor.port); // the metadata come on a line of their own
    net_worker_resolve(world.device.worker, &code);
    device_expect_failure(&world.device, FAILURE_NET_STALE_PORTAL);
    assert_int_equal(atomic_load(&impostor.asked), 1);

    lead_to(world.sandbox.port);
    free(old);
    scan_and_see(&event); // and with those that were announced it goes on
    net_worker_cancel(world.device.worker);
}

// A proxy that says no ends it at once, whichever message it is about.
static void a_proxy_that_says_no_ends_it_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        enum failure failure;
    } cases[] = {
        {"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
         FAILURE_NET_PROXY_PASSWORD},
        {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", FAILURE_NET_PROXY_REFUSED}};
    struct pairing near = world_pairing(&world), far = near;
    snprintf(far.portal.base_url, sizeof(far.portal.base_url), "https://portal.example.com");

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char url[64];
        struct net_event event;
        struct rough_server proxy;
        rough_bind(&proxy, span_str(cases[i].words));
        rough_start(&proxy);
        snprintf(url, sizeof(url), "http://127.0.0.1:%d", proxy.port);

        struct challenge code = world_code(&world);
        code.login.has_origin = false;
        assert_true(pairing_store_save(world.device.pairings, &far, NULL));
        atomic_store(&world.device.proxy, url);

        net_worker_resolve(world.device.worker, &code);
        device_expect_any(&world.device, &event);
        assert_int_equal(event.kind, NET_EVENT_FAILED);
        assert_int_equal(event.fault.failure, cases[i].failure);
        assert_non_null(strstr(event.fault.detail, "of https_proxy"));

        atomic_store(&world.device.proxy, NULL);
        assert_true(pairing_store_save(world.device.pairings, &near, NULL));
        rough_stop(&proxy);
    }
}

// ---- two at once, and clocks ---------------------------------------------------------------

static void another_answer_under_way_is_waited_for(void **state)
{
    (void)state;
    struct net_event event;
    struct outbox outbox;
    struct pairing pairing = world_pairing(&world);
    scan_and_see(&event);
    assert_true(outbox_open(&outbox, world.device.state, pairing.id, 0, NULL));
    net_worker_decide(world.device.worker, NET_APPROVE);
    usleep(700000);
    expect_page("scanned");
    outbox_close(&outbox);
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    expect_claim(&event);

    scan_and_see(&event);
    assert_true(outbox_open(&outbox, world.device.state, pairing.id, 0, NULL));
    net_worker_decide(world.device.worker, NET_APPROVE);
    usleep(300000);
    pass_time(LONG_MS);
    device_expect_failure(&world.device, FAILURE_DEVICE_BUSY);
    outbox_close(&outbox);
    expect_page("scanned");
}

static int set_up_unpaired(void **state)
{
    scratch_make(state);
    const struct scratch *scratch = *state;
    world_begin(&world, scratch->path);
    return 0;
}

static int tear_down_unpaired(void **state)
{
    world_end(&world);
    return scratch_remove(state);
}

static void a_clock_that_is_wrong_does_not_matter(void **state)
{
    (void)state;
    const int64_t ten_years = INT64_C(10) * 366 * 86400;
    const int64_t ahead[] = {-(int64_t)time(NULL), ten_years};

    for (size_t i = 0; i < 2; i++) {
        struct net_event event;
        atomic_store(&world.device.wall_ahead_s, ahead[i]);
        world_pair(&world);
        world_sign_in(&world, &event);
        expect_claim(&event);
        net_worker_end_session(world.device.worker);
        device_expect(&world.device, NET_EVENT_RECEIPT, &event);
        assert_int_equal(event.receipt.result, NET_RESULT_ENDED);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(where_nothing_left_it_is_told),
    cmocka_unit_test(where_it_may_have_arrived_it_is_told),
    cmocka_unit_test(what_was_sent_is_not_called_unsent_for_another_certificate),
    cmocka_unit_test(another_certificate_at_once_gets_nothing),
    cmocka_unit_test(a_portal_that_dies_after_its_commit_keeps_the_sign_in),
    cmocka_unit_test(every_other_reply_has_its_words_and_is_tried_again),
    cmocka_unit_test(a_wait_that_is_asked_for_is_kept),
    cmocka_unit_test(a_wait_that_is_too_long_does_not_lose_the_answer),
    cmocka_unit_test(an_unsigned_revocation_erases_nothing),
    cmocka_unit_test(a_proxy_that_says_no_ends_it_at_once),
    cmocka_unit_test(another_answer_under_way_is_waited_for),
    cmocka_unit_test(metadata_older_than_announced_stop_it),
};

static const struct CMUnitTest unpaired[] = {
    cmocka_unit_test(a_clock_that_is_wrong_does_not_matter),
};

int main(void)
{
    certificate_make(&other, "localhost", 0, INT64_C(4000000000));
    int failed = cmocka_run_group_tests(tests, set_up, tear_down);
    return failed + cmocka_run_group_tests(unpaired, set_up_unpaired, tear_down_unpaired);
}
