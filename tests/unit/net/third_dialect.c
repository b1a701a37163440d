// SPDX-License-Identifier: MIT
// A dialect that no file of the program knows: one row, and the store, the worker and the
// readers of codes work in it. Its portals are doors in this file; nothing goes over a network.
#include "tests/unit/net/scratch.h"

#include "net/dialects/dialects.h"
#include "net/new_key.h"
#include "net/pairings/pairing_secrets.h"
#include "tests/unit/net/parts/device.h"

#define PAIR_NORTH "DOOR+north"
#define OPEN_NORTH "DOOR/north/1"
#define OPEN_SOUTH "DOOR/south/1"
#define DOOR_MAX   15u

// What the door has been told. Written by the network thread, read after the event that tells
// of it.
static struct {
    unsigned asked, opened, refused, closed, left, renewed;
    bool present; // a person gave the answer
} door;

// ---- its codes and its record ----------------------------------------------------------

struct door_facts {
    char name[DOOR_MAX + 1];
};

static struct door_facts facts_of(const struct pairing *pairing)
{
    struct door_facts facts;
    memcpy(&facts, pairing->own.bytes, sizeof(facts));
    return facts;
}

static void read_facts(struct record_reader *reader, struct pairing_own *out)
{
    struct door_facts facts = {0};
    record_read_text(reader, "door", facts.name, 1, sizeof(facts.name));
    memcpy(out->bytes, &facts, sizeof(facts));
}

static int write_facts(json_t *object, const struct pairing_own *own)
{
    struct door_facts facts;
    memcpy(&facts, own->bytes, sizeof(facts));
    return json_object_set_new(object, "door", json_string(facts.name));
}

static bool recognise(struct span payload, struct challenge *out)
{
    if (payload.n < 6 || payload.n > OWN_CODE_MAX || memcmp(payload.p, "DOOR", 4) != 0)
        return false;
    out->kind = payload.p[4] == '+' ? PAYLOAD_OWN_PAIRING : PAYLOAD_OWN_SIGN_IN;
    memcpy(out->own.text, payload.p, payload.n);
    out->own.text_size = payload.n;
    return true;
}

static bool owns(const struct challenge *challenge)
{
    bool own = challenge->kind == PAYLOAD_OWN_PAIRING || challenge->kind == PAYLOAD_OWN_SIGN_IN;
    return own && memcmp(challenge->own.text, "DOOR", 4) == 0;
}

static struct door_facts door_of(const struct challenge *challenge)
{
    struct door_facts facts = {0};
    for (size_t i = 5; i < challenge->own.text_size && i - 5 < DOOR_MAX; i++) {
        if (challenge->own.text[i] == '/')
            break;
        facts.name[i - 5] = (char)challenge->own.text[i];
    }
    return facts;
}

// ---- its pairing: digits, then a password, then a person's yes ------------------------------

struct pairing_try {
    const struct net_action *action;
    struct pairing pairing;
    unsigned asked;
    bool typed;
};

static struct pairing_try *begin_pairing(const struct net_action *action,
                                         const struct dialect *dialect,
                                         const struct challenge *code, const char *label,
                                         struct fault *fault)
{
    (void)label;
    struct pairing_try *pairing = calloc(1, sizeof(*pairing));
    if (!pairing) {
        fault_set(fault, FAILURE_MEMORY, "door");
        return NULL;
    }

    struct door_facts facts = door_of(code);
    pairing->action = action;
    pairing->pairing = (struct pairing){
        .dialect = dialect,
        .portal = {.base_url = "https://doors.example.com", .display_name = "Doors"},
        .account_id = "7",
        .account_name = "Anna"};
    memcpy(pairing->pairing.own.bytes, &facts, sizeof(facts));

    return pairing;
}

static enum pairing_step advance(struct pairing_try *pairing, struct fault *fault)
{
    (void)fault;
    return ++pairing->asked < 2 ? PAIRING_STEP_PORTAL : PAIRING_STEP_LOGIN;
}

static enum pairing_step log_in(struct pairing_try *pairing,
                                const struct net_login_answer *answer, struct fault *fault)
{
    if (strcmp(answer->password, "sesame") == 0)
        return PAIRING_STEP_PAIRED;
    if (pairing->typed) {
        fault_set(fault, FAILURE_PORTAL_WRONG_PASSWORD, "twice");
        return PAIRING_STEP_FAILED;
    }
    pairing->typed = true;
    return PAIRING_STEP_LOGIN;
}

static void tell_pairing(const struct pairing_try *pairing, enum pairing_step step,
                         struct net_event *out)
{
    *out = (struct net_event){.kind = step == PAIRING_STEP_LOGIN    ? NET_EVENT_LOGIN
                                      : step == PAIRING_STEP_PAIRED ? NET_EVENT_PAIRED
                                                                    : NET_EVENT_PAIRING_CODE};
    if (step == PAIRING_STEP_LOGIN)
        out->login.why = pairing->typed ? FAILURE_PORTAL_WRONG_PASSWORD : FAILURE_NONE;
    else
        snprintf(out->pairing.pairing_code, sizeof(out->pairing.pairing_code), "%s",
                 step == PAIRING_STEP_PAIRED ? "" : "271828");
    if (step == PAIRING_STEP_PAIRED)
        snprintf(out->pairing.account_name, sizeof(out->pairing.account_name), "%s",
                 pairing->pairing.account_name);
}

static int64_t pace_ms(const struct pairing_try *pairing)
{
    (void)pairing;
    return 5;
}

static bool keep(struct pairing_try *pairing, struct fault *fault)
{
    uint8_t public_key[PUBLIC_KEY_SIZE];
    return new_key_make(pairing->action, &pairing->pairing, public_key, fault) &&
           pairing_store_save(pairing->action->pairings, &pairing->pairing, fault);
}

static enum net_giving_up give_up(struct pairing_try *pairing)
{
    (void)pairing;
    door.left++;
    return NET_GIVEN_UP;
}

static void free_pairing(struct pairing_try *pairing)
{
    free(pairing);
}

// ---- its sign-in -----------------------------------------------------------------------

struct sign_in {
    const struct net_action *action;
    struct pairing pairing;
};

static bool begin(struct sign_in *sign_in, const struct net_action *action,
                  const struct dialect *dialect, const struct challenge *challenge,
                  struct fault *fault)
{
    struct door_facts wanted = door_of(challenge);
    sign_in->action = action;
    for (size_t i = 0; pairing_store_get(action->pairings, i, &sign_in->pairing); i++)
        if (sign_in->pairing.dialect == dialect &&
            strcmp(facts_of(&sign_in->pairing).name, wanted.name) == 0)
            return true;
    return dialect_no_pairing(action, wanted.name, fault);
}

static bool resolve(struct sign_in *sign_in, struct net_context *out, int64_t *expires_ms,
                    struct fault *fault)
{
    (void)fault;
    door.asked++;
    *out = (struct net_context){.expires_in_s = 60};
    snprintf(out->portal_name, sizeof(out->portal_name), "%s",
             sign_in->pairing.portal.display_name);
    snprintf(out->place, sizeof(out->place), "%s", facts_of(&sign_in->pairing).name);
    *expires_ms = action_boot_ms(sign_in->action) + 60000;
    return true;
}

static bool decide(struct sign_in *sign_in, enum net_decision decision, struct net_receipt *out,
                   struct fault *fault)
{
    (void)fault;
    bool approve = decision == NET_APPROVE;
    door.opened += approve;
    door.refused += !approve;
    door.present = sign_in->action->user_present;
    *out = (struct net_receipt){.result = approve ? NET_RESULT_APPROVED : NET_RESULT_DENIED,
                                .may_end = approve};
    return true;
}

static bool end_session(struct sign_in *sign_in, struct net_receipt *out, struct fault *fault)
{
    (void)sign_in;
    (void)fault;
    door.closed++;
    *out = (struct net_receipt){.result = NET_RESULT_ENDED};
    return true;
}

static void end(struct sign_in *sign_in)
{
    (void)sign_in;
}

static bool renew_key(const struct net_action *action, struct pairing *pairing,
                      int64_t until_ms, bool *renewed, struct fault *fault)
{
    (void)action;
    (void)pairing;
    (void)until_ms;
    (void)fault;
    door.renewed++;
    *renewed = true;
    return true;
}

static bool unpair(const struct net_action *action, struct pairing *pairing, int64_t until_ms)
{
    (void)action;
    (void)until_ms;
    door.left++;
    return strcmp(facts_of(pairing).name, "north") == 0;
}

// ---- the row ---------------------------------------------------------------------------

static const struct pairing_ops door_pairing = {
    .begin_by_code = begin_pairing,
    .advance = advance,
    .log_in = log_in,
    .tell = tell_pairing,
    .pace_ms = pace_ms,
    .answer_ms = 60000,
    .keep = keep,
    .give_up = give_up,
    .free = free_pairing,
};

static const struct dialect_ops door_ops = {
    .recognise = recognise,
    .owns = owns,
    .size = sizeof(struct sign_in),
    .begin = begin,
    .resolve = resolve,
    .decide = decide,
    .end_session = end_session,
    .end = end,
    .renew_key = renew_key,
    .unpair = unpair,
    .probe_path = "/",
    .pairing = &door_pairing,
};

static const struct dialect door_dialect = {
    .name = "door",
    .read = read_facts,
    .write = write_facts,
    .ops = &door_ops,
};

static const struct dialect *table[4]; // those of the program, and this one

// ---- the tests -------------------------------------------------------------------------

static struct device device; // large, and cmocka's own state is the folder

static int set_up(void **state)
{
    scratch_make(state);
    const struct scratch *scratch = *state;
    size_t count = 0;
    while (dialects[count]) {
        table[count] = dialects[count];
        count++;
    }
    assert_true(count + 1 < sizeof(table) / sizeof(table[0]));
    table[count] = &door_dialect;
    memset(&door, 0, sizeof(door));
    device_start_with(&device, scratch->path, table);
    return 0;
}

static int tear_down(void **state)
{
    device_stop(&device);
    return scratch_remove(state);
}

static struct challenge scan(const char *text)
{
    struct challenge challenge;
    dialect_read_code(table, span_str(text), &challenge);
    return challenge;
}

static void type(const char *password)
{
    struct net_login_answer answer = {0};
    snprintf(answer.password, sizeof(answer.password), "%s", password);
    net_worker_log_in(device.worker, &answer);
}

static void pair_until_asked(void)
{
    struct net_event event;
    struct challenge code = scan(PAIR_NORTH);
    net_worker_pair(device.worker, &code, "phone");
    device_expect(&device, NET_EVENT_PAIRING_CODE, &event);
    assert_string_equal(event.pairing.pairing_code, "271828");
    device_expect(&device, NET_EVENT_LOGIN, &event);
    assert_int_equal(event.login.why, FAILURE_NONE);

    type("wrong");
    device_expect(&device, NET_EVENT_LOGIN, &event);
    assert_int_equal(event.login.why, FAILURE_PORTAL_WRONG_PASSWORD);
    type("sesame");
    device_expect(&device, NET_EVENT_PAIRED, &event);
    assert_string_equal(event.pairing.account_name, "Anna");
}

static void pair(void)
{
    struct net_event event;
    pair_until_asked();
    net_worker_keep_pairing(device.worker, true);
    device_expect(&device, NET_EVENT_KEPT, &event);
}

static void its_codes_are_read_beside_the_others(void **state)
{
    (void)state;
    struct challenge north = scan(OPEN_NORTH), same = scan(OPEN_NORTH),
                     south = scan(OPEN_SOUTH);
    assert_int_equal(north.kind, PAYLOAD_OWN_SIGN_IN);
    assert_int_equal(scan(PAIR_NORTH).kind, PAYLOAD_OWN_PAIRING);
    assert_ptr_equal(dialect_of(table, &north), &door_dialect);
    assert_true(challenge_is_same(&north, &same));
    assert_false(challenge_is_same(&north, &south));

    struct challenge other = scan("https://b24.to/a/s1/unique/channel");
    assert_string_equal(dialect_of(table, &other)->name, "bitrix24");
    other = scan("WIFI:S:door;;");
    assert_int_equal(other.kind, PAYLOAD_WIFI);
    assert_null(dialect_of(table, &other));
    assert_null(dialect_of(dialects, &north));
}

static void its_record_is_written_and_read_back(void **state)
{
    const struct scratch *scratch = *state;
    struct pairing pairing;
    struct pairing_summary summary;
    pair();
    device_stop(&device);
    device_start_with(&device, scratch->path, table);

    assert_true(pairing_store_get(device.pairings, 0, &pairing));
    assert_ptr_equal(pairing.dialect, &door_dialect);
    assert_string_equal(facts_of(&pairing).name, "north");
    assert_true(pairing_store_summary(device.pairings, 0, &summary));
    assert_string_equal(summary.dialect->name, "door");
    assert_string_equal(summary.session_key, "");
    assert_true(pairing_store_check_secrets(device.pairings, pairing.id, NULL));
}

static void a_program_without_the_row_leaves_its_record_alone(void **state)
{
    const struct scratch *scratch = *state;
    struct pairing_unusable unusable;
    pair();
    device_stop(&device);
    device_start(&device, scratch->path);
    assert_int_equal(pairing_store_count(device.pairings), 0);
    assert_true(pairing_store_unusable(device.pairings, 0, &unusable));
    assert_int_equal(unusable.why.failure, FAILURE_PAIRING_DAMAGED);
    assert_non_null(strstr(unusable.why.detail, "\"dialect\""));

    device_stop(&device);
    device_start_with(&device, scratch->path, table);
    assert_int_equal(pairing_store_count(device.pairings), 1);
}

static void a_sign_in_is_shown_answered_and_ended(void **state)
{
    (void)state;
    struct net_event event;
    struct challenge code = scan(OPEN_NORTH);
    pair();
    net_worker_resolve(device.worker, &code);
    device_expect(&device, NET_EVENT_CONTEXT, &event);
    assert_string_equal(event.context.portal_name, "Doors");
    assert_string_equal(event.context.place, "north");
    assert_int_equal(door.opened, 0);

    net_worker_decide(device.worker, NET_APPROVE);
    device_expect(&device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_APPROVED);
    assert_int_equal(door.opened, 1);
    assert_true(door.present);

    net_worker_end_session(device.worker);
    device_expect(&device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_ENDED);
    assert_int_equal(door.closed, 1);

    net_worker_resolve(device.worker, &code);
    device_expect(&device, NET_EVENT_CONTEXT, &event);
    net_worker_decide(device.worker, NET_DENY);
    device_expect(&device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_DENIED);
    assert_int_equal(door.refused, 1);
}

static void a_door_that_is_not_paired_is_not_asked(void **state)
{
    (void)state;
    struct challenge north = scan(OPEN_NORTH), south = scan(OPEN_SOUTH);
    net_worker_resolve(device.worker, &north);
    device_expect_failure(&device, FAILURE_PAIRING_NONE);
    pair();
    net_worker_resolve(device.worker, &south);
    device_expect_failure(&device, FAILURE_CHALLENGE_OTHER_PORTAL);
    assert_int_equal(door.asked, 0);
}

static void its_pairing_can_be_given_up_and_fail(void **state)
{
    (void)state;
    struct net_event event;
    struct challenge code = scan(PAIR_NORTH);
    pair_until_asked();
    net_worker_keep_pairing(device.worker, false);
    device_expect(&device, NET_EVENT_GIVEN_UP, &event);
    assert_int_equal(event.given_up, NET_GIVEN_UP);
    assert_int_equal(door.left, 1);

    net_worker_pair(device.worker, &code, "phone");
    device_expect(&device, NET_EVENT_PAIRING_CODE, &event);
    device_expect(&device, NET_EVENT_LOGIN, &event);
    type("wrong");
    device_expect(&device, NET_EVENT_LOGIN, &event);
    type("wrong");
    device_expect_failure(&device, FAILURE_PORTAL_WRONG_PASSWORD);
    assert_int_equal(pairing_store_count(device.pairings), 0);
    assert_false(device_has_begun(&device));
}

static void its_keys_are_renewed_and_it_leaves(void **state)
{
    (void)state;
    struct net_event event;
    struct pairing pairing;
    pair();
    net_worker_renew(device.worker);
    device_expect(&device, NET_EVENT_RENEWED, &event);
    assert_int_equal(event.renewed.keys, 1);
    assert_int_equal(door.renewed, 1);

    assert_true(pairing_store_get(device.pairings, 0, &pairing));
    net_worker_send_open(device.worker, pairing.id);
    device_expect_failure(&device, FAILURE_ANSWER_NONE);
    net_worker_unpair(device.worker, pairing.id);
    device_expect(&device, NET_EVENT_UNPAIRED, &event);
    assert_true(event.unpaired.portal_told);
    assert_int_equal(pairing_store_count(device.pairings), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(its_codes_are_read_beside_the_others),
        TEST(its_record_is_written_and_read_back),
        TEST(a_program_without_the_row_leaves_its_record_alone),
        TEST(a_sign_in_is_shown_answered_and_ended),
        TEST(a_door_that_is_not_paired_is_not_asked),
        TEST(its_pairing_can_be_given_up_and_fail),
        TEST(its_keys_are_renewed_and_it_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
