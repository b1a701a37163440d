// SPDX-License-Identifier: MIT
// The Bitrix24 client against a real qrportal that imitates an older and a newer box. Names
// begin with the number of the conformance checklist's item.
#include "tests/unit/net/scratch.h"

#include <liboath/oath.h>
#include <time.h>

#include "net/bitrix24/bitrix24_check.h"
#include "net/bitrix24/bitrix24_record.h"
#include "tests/unit/net/parts/browser.h"
#include "tests/unit/net/parts/device.h"
#include "tests/unit/net/parts/sandbox.h"

struct world {
    struct sandbox sandbox;
    struct device device;
    struct browser *visitor; // shows the code
};

static struct world world;

static void set(const char *name, const char *value)
{
    sandbox_set(&world.sandbox, name, value);
}

static void ask_portal(const char *what, const char *name, const char *kind, char *out,
                       size_t room)
{
    const char *const words[] = {"bitrix24", what, name, kind, NULL};
    sandbox_ask(&world.sandbox, words, "", out, room);
    out[strcspn(out, "\n")] = 0;
}

// ---- pairing -----------------------------------------------------------------------------

static void expect_login(enum net_login_need need, enum failure why, bool push)
{
    struct net_event event;
    device_expect(&world.device, NET_EVENT_LOGIN, &event);
    assert_int_equal(event.login.need, need);
    assert_string_equal(failure_code(event.login.why), failure_code(why));
    assert_int_equal(event.login.push_otp, push);
    assert_string_equal(event.login.origin, world.sandbox.url);
}

static void begin_pairing(void)
{
    struct net_event event;
    net_worker_pair_by_url(world.device.worker, world.sandbox.url, NULL, "test phone");
    device_expect(&world.device, NET_EVENT_CERTIFICATE, &event);
    net_worker_trust(world.device.worker, true);
    expect_login(NET_LOGIN_PASSWORD, FAILURE_NONE, false);
}

static void type_password(const char *login, const char *password)
{
    struct net_login_answer answer = {0};
    snprintf(answer.login, sizeof(answer.login), "%s", login);
    snprintf(answer.password, sizeof(answer.password), "%s", password);
    net_worker_log_in(world.device.worker, &answer);
}

static void type_word(const char *word)
{
    struct net_login_answer answer = {0};
    snprintf(answer.word, sizeof(answer.word), "%.*s", (int)NET_WORD_MAX, word);
    net_worker_log_in(world.device.worker, &answer);
}

static void keep(const char *account)
{
    struct net_event event;
    device_expect(&world.device, NET_EVENT_PAIRED, &event);
    assert_string_equal(event.pairing.account_name, account);
    net_worker_keep_pairing(world.device.worker, true);
    device_expect(&world.device, NET_EVENT_KEPT, &event);
}

static void pair_with(const char *password)
{
    begin_pairing();
    type_password(SANDBOX_USER, password);
    keep("Анна");
}

static void set_up(void **state, const char *version)
{
    scratch_make(state);
    const struct scratch *scratch = *state;
    sandbox_make(&world.sandbox, scratch->path);
    world.sandbox.mode = "bitrix24";
    set("module.main", version);
    set("module.mobile", version);
    sandbox_start(&world.sandbox, 0);
    device_start(&world.device, scratch->path);
    world.visitor = browser_new(world.sandbox.url);
}

static int set_up_older(void **state)
{
    set_up(state, "21.900.0");
    return 0;
}

static int set_up_newer(void **state)
{
    set_up(state, "25.100.0");
    return 0;
}

static int tear_down(void **state)
{
    browser_free(world.visitor);
    device_stop(&world.device);
    sandbox_stop(&world.sandbox);
    return scratch_remove(state);
}

// ---- the page ----------------------------------------------------------------------------

// The value of an attribute in the visitor's page; static, until the next call.
static const char *attribute(const char *name)
{
    static char value[512];
    const char *at = strstr(world.visitor->page, name);
    if (!at)
        fail_msg("no %s in the page", name);
    at += strlen(name) + 2;
    snprintf(value, sizeof(value), "%.*s", (int)strcspn(at, "\""), at);
    return value;
}

static void copy_attribute(char *out, size_t size, const char *name)
{
    const char *value = attribute(name);
    assert_true(strlen(value) < size);
    memcpy(out, value, strlen(value) + 1);
}

static struct challenge open_code(void)
{
    browser_get(world.visitor, "/");
    return device_read(attribute("data-text"), PAYLOAD_BITRIX24);
}

static bool is_signed_in(void)
{
    browser_get(world.visitor, "/");
    return strstr(world.visitor->page, "data-name=\"" SANDBOX_USER "\"") != NULL;
}

// Takes what was published to the page's channel, as its script does.
static void hear(const char *channel, const char *sessid)
{
    char path[512], body[512];
    snprintf(path, sizeof(path), "/bitrix/sub/?CHANNEL_ID=%s&mid=0", channel);
    browser_get(world.visitor, path);
    const char *token = strstr(world.visitor->page, "\"token\":\"");
    assert_non_null(token);
    token += strlen("\"token\":\"");
    snprintf(body, sizeof(body), "token=%.32s&remember=0&sessid=%s", token, sessid);
    browser_post(world.visitor,
                 "/bitrix/services/main/ajax.php?action=main.qrcodeauth.authenticate",
                 "application/x-www-form-urlencoded", body);
    assert_non_null(strstr(world.visitor->page, "\"success\""));
}

static void approve(void)
{
    struct net_event event;
    struct challenge code = open_code();
    net_worker_resolve(world.device.worker, &code);
    device_expect(&world.device, NET_EVENT_CONTEXT, &event);
    net_worker_decide(world.device.worker, NET_APPROVE);
}

static void expect_sent(void)
{
    struct net_event event;
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_SENT);
}

static void approve_and_fail(enum failure failure)
{
    approve();
    device_expect_failure(&world.device, failure);
}

// Lines of the request log that hold the text.
static size_t logged(const char *text)
{
    static char bytes[262144];
    char path[PATH_MAX + 16];
    size_t count = 0;
    snprintf(path, sizeof(path), "%s/requests.log", world.sandbox.data);
    size_t size = scratch_read(path, bytes, sizeof(bytes) - 1);
    bytes[size] = 0;
    for (const char *at = bytes; (at = strstr(at, text)); at++)
        count++;
    return count;
}

#define PUSHED "\"action\":\"main.qrcodeauth.pushToken\""

// ---- the checklist -----------------------------------------------------------------------

static void c3_c14_an_approved_code_signs_the_page_in(void **state)
{
    (void)state;
    struct net_event event;
    char channel[128], sessid[64];
    pair_with(SANDBOX_PASSWORD);
    struct challenge code = open_code();
    copy_attribute(channel, sizeof(channel), "data-channel");
    copy_attribute(sessid, sizeof(sessid), "data-sessid");

    size_t before = logged("\"path\"");
    net_worker_resolve(world.device.worker, &code);
    device_expect(&world.device, NET_EVENT_CONTEXT, &event);
    assert_int_equal(logged("\"path\""), before);
    assert_false(event.context.tells_browser);

    net_worker_decide(world.device.worker, NET_APPROVE);
    expect_sent();
    hear(channel, sessid);
    assert_true(is_signed_in());
}

static void c4_a_code_of_another_portal_leaves_no_line_in_the_log(void **state)
{
    (void)state;
    pair_with(SANDBOX_PASSWORD);
    struct challenge code = open_code();
    memset(code.bitrix24.unique_id, 'x', strlen(code.bitrix24.unique_id));
    size_t before = logged("\"path\"");
    net_worker_resolve(world.device.worker, &code);
    device_expect_failure(&world.device, FAILURE_CHALLENGE_OTHER_PORTAL);
    assert_int_equal(logged("\"path\""), before);
}

static void make_otp_user(char secret[static 128])
{
    char told[1024];
    const char *const words[] = {"user", "add", "boris", "--otp", NULL};
    sandbox_ask(&world.sandbox, words, "staple battery\n", told, sizeof(told));
    const char *at = strstr(told, "otp-secret: ");
    assert_non_null(at);
    at += strlen("otp-secret: ");
    snprintf(secret, 128, "%.*s", (int)strcspn(at, "\n"), at);
}

static void one_time_code(const char *secret, char out[static 8])
{
    char *bytes = NULL;
    size_t size = 0;
    assert_int_equal(oath_base32_decode(secret, strlen(secret), &bytes, &size), OATH_OK);
    assert_int_equal(oath_totp_generate(bytes, size, time(NULL), 30, 0, 6, out), OATH_OK);
    free(bytes);
}

static void c8_two_step_login_takes_a_code_and_asks_again_for_a_wrong_one(void **state)
{
    (void)state;
    char secret[128], code[8];
    make_otp_user(secret);
    begin_pairing();
    type_password("boris", "staple battery");
    expect_login(NET_LOGIN_OTP, FAILURE_NONE, false);
    type_word("not a code");
    expect_login(NET_LOGIN_OTP, FAILURE_PORTAL_WRONG_CODE, false);
    one_time_code(secret, code);
    type_word(code);
    keep("boris");
}

static void c8_a_push_as_second_step_takes_a_recovery_code(void **state)
{
    (void)state;
    char secret[128], recovery[NET_WORD_MAX];
    make_otp_user(secret);
    set("bitrix24.push-otp", "on");
    ask_portal("recovery-codes", "boris", NULL, recovery, sizeof(recovery));
    begin_pairing();
    type_password("boris", "staple battery");
    expect_login(NET_LOGIN_OTP, FAILURE_PORTAL_PUSH_OTP, true);
    type_word(recovery);
    keep("boris");
}

static void c9_wrong_passwords_lead_to_a_captcha(void **state)
{
    (void)state;
    static uint8_t picture[NET_CAPTCHA_MAX];
    char told[4096];

    begin_pairing();
    for (int i = 0; i < 3; i++) {
        type_password(SANDBOX_USER, "wrong");
        expect_login(NET_LOGIN_PASSWORD, FAILURE_PORTAL_WRONG_PASSWORD, false);
    }

    type_password(SANDBOX_USER, SANDBOX_PASSWORD);
    expect_login(NET_LOGIN_CAPTCHA, FAILURE_NONE, false);
    assert_true(net_worker_captcha(world.device.worker, picture) > 100);
    assert_memory_equal(picture, "\x89PNG", 4);

    const char *const words[] = {"bitrix24", "captcha", NULL};
    sandbox_ask(&world.sandbox, words, "", told, sizeof(told));
    char *word = strrchr(told, '\t'); // the newest is the last
    assert_non_null(word);
    word[1 + strcspn(word + 1, "\n")] = 0;

    type_word(word + 1);
    keep("Анна");
}

static void c10_an_application_password_made_by_hand_needs_no_code(void **state)
{
    (void)state;
    char secret[128], password[64];
    make_otp_user(secret);
    ask_portal("app-password", "boris", "mobile", password, sizeof(password));
    begin_pairing();
    type_password("boris", password);
    keep("boris");
    approve();
    expect_sent();
}

static void c12_a_lost_session_is_mended_once(void **state)
{
    (void)state;
    pair_with(SANDBOX_PASSWORD);
    set("bitrix24.lose-session", "1");
    approve();
    expect_sent();
    assert_int_equal(logged(PUSHED), 2);

    set("bitrix24.lose-csrf", "1");
    approve();
    expect_sent();
    assert_int_equal(logged(PUSHED), 4);

    set("bitrix24.lose-session", "1000000");
    approve_and_fail(FAILURE_PORTAL_SESSION_LOST);
    assert_int_equal(logged(PUSHED), 6);
}

static void c13_each_fault_of_the_box_is_named(void **state)
{
    (void)state;
    pair_with(SANDBOX_PASSWORD);
    struct challenge code = open_code();
    struct net_event event;
    static const struct {
        const char *name, *bad, *good;
        enum failure failure;
    } faults[] = {
        {"push", "off", "on", FAILURE_PORTAL_PUSH_OFF},
        {"module.main", "21.700.0", NULL, FAILURE_PORTAL_NOT_OFFERED},
        {"module.mobile", "absent", NULL, FAILURE_PORTAL_NO_MOBILE},
        {"bitrix24.handler", "on", "off", FAILURE_PORTAL_REFUSED},
        {"allow-qr", "off", NULL, FAILURE_PORTAL_QR_DISABLED},
    };

    char main_version[64], mobile_version[64];
    const char *const ask_main[] = {"config", "get", "module.main", NULL};
    const char *const ask_mobile[] = {"config", "get", "module.mobile", NULL};
    sandbox_ask(&world.sandbox, ask_main, "", main_version, sizeof(main_version));
    sandbox_ask(&world.sandbox, ask_mobile, "", mobile_version, sizeof(mobile_version));
    main_version[strcspn(main_version, "\n")] = 0;
    mobile_version[strcspn(mobile_version, "\n")] = 0;

    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        set(faults[i].name, faults[i].bad);
        net_worker_resolve(world.device.worker, &code);
        device_expect(&world.device, NET_EVENT_CONTEXT, &event);
        net_worker_decide(world.device.worker, NET_APPROVE);
        device_expect_failure(&world.device, faults[i].failure);

        const char *good = faults[i].good                     ? faults[i].good
                           : strstr(faults[i].name, "main")   ? main_version
                           : strstr(faults[i].name, "mobile") ? mobile_version
                                                              : "on";
        set(faults[i].name, good);
    }
}

static void c13_a_password_of_another_kind_has_no_right_to_confirm(void **state)
{
    (void)state;
    char password[64];
    ask_portal("app-password", SANDBOX_USER, "desktop", password, sizeof(password));
    pair_with(password);
    approve_and_fail(FAILURE_PORTAL_PASSWORD_SCOPE);
}

static void c15_a_removed_password_is_told_and_the_pairing_stays(void **state)
{
    (void)state;
    char ignored[256];
    pair_with(SANDBOX_PASSWORD);
    const char *const words[] = {"user", "disable", SANDBOX_USER, NULL};
    sandbox_ask(&world.sandbox, words, "", ignored, sizeof(ignored));
    approve_and_fail(FAILURE_PORTAL_PASSWORD_REVOKED);
    assert_int_equal(pairing_store_count(world.device.pairings), 1);
    assert_int_equal(logged(PUSHED), 0);
}

static void c16_a_large_reply_of_checkout_is_read(void **state)
{
    (void)state;
    set("bitrix24.large-checkout", "on");
    pair_with(SANDBOX_PASSWORD);
    approve();
    expect_sent();
}

static void c17_a_lost_reply_is_told_and_not_asked_for_again(void **state)
{
    (void)state;
    pair_with(SANDBOX_PASSWORD);
    set("bitrix24.reply-bytes", "0");
    approve_and_fail(FAILURE_NET_NO_RECEIPT);
    set("bitrix24.reply-bytes", "10");
    approve_and_fail(FAILURE_NET_NO_RECEIPT);
    set("bitrix24.reply-bytes", "1000000");
    assert_int_equal(logged(PUSHED), 2);
}

static void a_portal_that_demands_statements_gets_a_good_one(void **state)
{
    (void)state;
    char ignored[256];
    pair_with(SANDBOX_PASSWORD);

    struct pairing_summary summary;
    assert_true(pairing_store_summary(world.device.pairings, 0, &summary));
    const char *const words[] = {"bitrix24", "statement-key", SANDBOX_USER, summary.session_key,
                                 NULL};
    sandbox_ask(&world.sandbox, words, "", ignored, sizeof(ignored));
    set("bitrix24.handler", "on");

    for (int i = 0; i < 2; i++) { // the second has a higher number
        approve();
        expect_sent();
    }
}

// ---- what doctor finds out ---------------------------------------------------------------

struct findings {
    size_t count;
    enum failure last;
};

static void take_finding(void *userdata, enum bitrix24_step_of_check step,
                         enum bitrix24_seen seen, const struct fault *fault)
{
    struct findings *findings = userdata;
    assert_int_equal(step, findings->count++);
    if (fault->failure == FAILURE_NONE && step == BITRIX24_CHECK_CONFIRM)
        assert_int_equal(seen, BITRIX24_SEEN_SENT);
    findings->last = fault->failure;
}

static void examine(size_t steps, enum failure failure)
{
    struct findings findings = {0};
    struct pairing_summary summary;
    assert_true(pairing_store_summary(world.device.pairings, 0, &summary));
    if (failure != FAILURE_NET_SLOW) // as everything may be on a busy machine
        device_slow_down(&world.device);
    bitrix24_check(&world.device.environment, world.device.pairings, summary.id, NULL,
                   take_finding, &findings);
    device_keep_time(&world.device);
    assert_string_equal(failure_code(findings.last), failure_code(failure));
    assert_int_equal(findings.count, steps);
}

static void doctor_names_what_is_broken(void **state)
{
    (void)state;
    char ignored[256], main_version[64];
    const char *const ask_main[] = {"config", "get", "module.main", NULL};
    pair_with(SANDBOX_PASSWORD);
    examine(4, FAILURE_NONE);

    set("push", "off");
    examine(4, FAILURE_PORTAL_PUSH_OFF);
    set("push", "on");

    sandbox_ask(&world.sandbox, ask_main, "", main_version, sizeof(main_version));
    main_version[strcspn(main_version, "\n")] = 0;
    set("module.main", "absent");
    examine(4, FAILURE_PORTAL_NOT_OFFERED);
    set("module.main", main_version);

    set("bitrix24.lose-session", "1000000");
    examine(4, FAILURE_PORTAL_SESSION_LOST);
    set("bitrix24.lose-session", "0");

    set("bitrix24.delay", "3200");
    examine(4, FAILURE_NET_SLOW);
    set("bitrix24.delay", "0");
    set("bitrix24.reply-bytes", "0");
    examine(4, FAILURE_NET_TIMEOUT);
    set("bitrix24.reply-bytes", "1000000");

    set("allow-qr", "off");
    examine(4, FAILURE_PORTAL_QR_DISABLED);
    set("module.mobile", "absent");
    examine(1, FAILURE_PORTAL_NO_MOBILE);
    set("module.mobile", "25.100.0");

    const char *const words[] = {"user", "disable", SANDBOX_USER, NULL};
    sandbox_ask(&world.sandbox, words, "", ignored, sizeof(ignored));
    examine(3, FAILURE_PORTAL_PASSWORD_REVOKED);

    sandbox_stop(&world.sandbox);
    examine(1, FAILURE_NET_UNREACHABLE);
}

static void doctor_sees_that_it_is_another_portal(void **state)
{
    (void)state;
    struct pairing pairing;
    pair_with(SANDBOX_PASSWORD);
    assert_true(pairing_store_get(world.device.pairings, 0, &pairing));
    struct bitrix24_facts facts = bitrix24_facts_of(&pairing);
    memset(facts.unique_id, 'x', 16);
    bitrix24_facts_set(&pairing, &facts);
    assert_true(pairing_store_save(world.device.pairings, &pairing, NULL));
    examine(2, FAILURE_PAIRING_OTHER_ID);
    memset(pairing.portal.pins.hash[0], 1, HASH_SIZE);
    assert_true(pairing_store_save(world.device.pairings, &pairing, NULL));
    examine(1, FAILURE_NET_PIN);
}

#define BOTH(test)                                                                             \
    {#test " (older)", test, set_up_older, tear_down, NULL},                                   \
    {                                                                                          \
#test " (newer)", test, set_up_newer, tear_down, NULL                                  \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(c3_c14_an_approved_code_signs_the_page_in),
        BOTH(c4_a_code_of_another_portal_leaves_no_line_in_the_log),
        BOTH(c8_two_step_login_takes_a_code_and_asks_again_for_a_wrong_one),
        {"c8_a_push_as_second_step_takes_a_recovery_code (newer)",
         c8_a_push_as_second_step_takes_a_recovery_code, set_up_newer, tear_down, NULL},
        BOTH(c9_wrong_passwords_lead_to_a_captcha),
        BOTH(c10_an_application_password_made_by_hand_needs_no_code),
        BOTH(c12_a_lost_session_is_mended_once),
        BOTH(c13_each_fault_of_the_box_is_named),
        BOTH(c13_a_password_of_another_kind_has_no_right_to_confirm),
        BOTH(c15_a_removed_password_is_told_and_the_pairing_stays),
        BOTH(c16_a_large_reply_of_checkout_is_read),
        BOTH(c17_a_lost_reply_is_told_and_not_asked_for_again),
        BOTH(a_portal_that_demands_statements_gets_a_good_one),
        BOTH(doctor_names_what_is_broken),
        BOTH(doctor_sees_that_it_is_another_portal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
