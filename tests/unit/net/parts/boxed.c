// SPDX-License-Identifier: MIT
#include "tests/unit/net/parts/boxed.h"

#include "tests/unit/net/scratch.h"

struct boxed boxed;

void boxed_answer(const char *target, unsigned status, const char *body)
{
    box_add(&boxed.box, (struct box_reply){.target = target, .status = status, .body = body});
}

void boxed_answer_page(const char *body)
{
    box_add(&boxed.box, (struct box_reply){
                            .target = "/", .status = 200, .type = "text/html", .body = body});
}

int boxed_set_up(void **state)
{
    scratch_make(state);
    const struct scratch *scratch = *state;
    certificate_make(&boxed.certificate, "localhost", NOW - 86400,
                     NOW + INT64_C(86400) * 365 * 20);
    box_start(&boxed.box, &boxed.certificate);
    snprintf(boxed.url, sizeof(boxed.url), "https://localhost:%d", boxed.box.port);
    pin_text(boxed.certificate.pin, boxed.pin);
    device_start(&boxed.device, scratch->path);
    return 0;
}

int boxed_tear_down(void **state)
{
    device_stop(&boxed.device);
    box_stop(&boxed.box);
    return scratch_remove(state);
}

void boxed_begin_pairing(void)
{
    struct net_event event;
    net_worker_pair_by_url(boxed.device.worker, boxed.url, boxed.pin, "кухня phone");
    device_expect(&boxed.device, NET_EVENT_LOGIN, &event);
    assert_int_equal(event.login.need, NET_LOGIN_PASSWORD);
    assert_int_equal(event.login.why, FAILURE_NONE);
}

void boxed_type_password(const char *password)
{
    struct net_login_answer answer = {.login = "anna"};
    snprintf(answer.password, sizeof(answer.password), "%s", password);
    net_worker_log_in(boxed.device.worker, &answer);
}

void boxed_type_word(const char *word)
{
    struct net_login_answer answer = {0};
    snprintf(answer.word, sizeof(answer.word), "%s", word);
    net_worker_log_in(boxed.device.worker, &answer);
}

void boxed_expect_login(enum net_login_need need, enum failure why)
{
    struct net_event event;
    device_expect(&boxed.device, NET_EVENT_LOGIN, &event);
    assert_int_equal(event.login.need, need);
    assert_string_equal(failure_code(event.login.why), failure_code(why));
}

void boxed_keep(void)
{
    struct net_event event;
    device_expect(&boxed.device, NET_EVENT_PAIRED, &event);
    assert_string_equal(event.pairing.account_name, "Anna");
    net_worker_keep_pairing(boxed.device.worker, true);
    device_expect(&boxed.device, NET_EVENT_KEPT, &event);
}

void boxed_pair_with(const char *page)
{
    boxed_answer(PROBE, 200, FAILED);
    boxed_answer(CHECKOUT, 200, IN_PASSWORD);
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer_page(page);
    boxed_begin_pairing();
    boxed_type_password("correct horse");
    boxed_keep();
    box_clear(&boxed.box);
}

void boxed_pair(void)
{
    boxed_pair_with(PAGE);
}

void boxed_ask(const char *code, struct net_event *event)
{
    struct challenge challenge = device_read(code, PAYLOAD_BITRIX24);
    net_worker_resolve(boxed.device.worker, &challenge);
    device_expect(&boxed.device, NET_EVENT_CONTEXT, event);
}

void boxed_approve(const char *code)
{
    struct net_event event;
    boxed_ask(code, &event);
    net_worker_decide(boxed.device.worker, NET_APPROVE);
}

void boxed_expect_sent(void)
{
    struct net_event event;
    device_expect(&boxed.device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_SENT);
    assert_false(event.receipt.may_end);
}

static const char *wanted;
static bool found;
static int look_into(const char *path, const struct stat *is, int kind, struct FTW *walk)
{
    static char bytes[65536];
    (void)walk;
    if (kind == FTW_F && is->st_size < (off_t)sizeof(bytes)) {
        size_t size = scratch_read(path, bytes, sizeof(bytes));
        found = found || memmem(bytes, size, wanted, strlen(wanted));
    }
    return 0;
}

bool boxed_is_on_disk(void **state, const char *text)
{
    const struct scratch *scratch = *state;
    wanted = text;
    found = false;
    nftw(scratch->path, look_into, 8, FTW_PHYS);
    return found;
}

static bool never(void *userdata)
{
    (void)userdata;
    return false;
}

struct net_action boxed_action(struct http_client *client)
{
    device_pause(&boxed.device);
    return (struct net_action){.environment = &boxed.device.environment,
                               .pairings = boxed.device.pairings,
                               .http_session = client,
                               .user_present = true,
                               .stop = {.asked = never}};
}
