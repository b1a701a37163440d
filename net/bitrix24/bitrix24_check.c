// SPDX-License-Identifier: MIT
#include "net/bitrix24/bitrix24_check.h"

#include <stdio.h>
#include <string.h>

#include "net/bitrix24/bitrix24_page.h"
#include "net/bitrix24/bitrix24_session.h"
#include "net/pairings/pairing_secrets.h"

#define TAG_SIZE 32u

// Marks the texts for translation; whoever shows them translates.
#define N_(text) text

struct check {
    struct net_action action;
    struct pairing pairing; // a copy: a changed key is only told
    struct bitrix24_session *session;
    struct app_password *password;
    struct bitrix24_challenge challenge;
    bitrix24_found *found;
    void *userdata;
};

static bool never(void *userdata)
{
    (void)userdata;
    return false;
}

// ---- the steps: each says what it saw, or what is wrong --------------------------------

static bool check_portal(struct check *check, enum bitrix24_seen *seen, struct fault *fault)
{
    const struct bitrix24_login nobody = {0};
    struct bitrix24_checkout told;
    if (!bitrix24_checkout(check->session, &nobody, &told, fault))
        return false;
    bool changed = check->session->key_changed;
    *seen = changed ? BITRIX24_SEEN_NEW_KEY : BITRIX24_SEEN_ANSWER;
    return true;
}

static bool check_page(struct check *check, enum bitrix24_seen *seen, struct fault *fault)
{
    struct bitrix24_challenge found;
    struct bitrix24_session *session = check->session;
    struct bitrix24_facts facts = bitrix24_facts_of(&check->pairing);
    const char *known = facts.unique_id;
    if (!bitrix24_get(session, "/", fault))
        return false;

    bool named = bitrix24_page_find(span_of(session->page.bytes, session->page.size), &found);
    if (named && known[0] && strcmp(found.unique_id, known) != 0)
        return fault_set(fault, FAILURE_PAIRING_OTHER_ID, "%s, paired as %s", found.unique_id,
                         known);

    snprintf(check->challenge.unique_id, sizeof(check->challenge.unique_id), "%s",
             known[0] ? known
             : named  ? found.unique_id
                      : "");
    snprintf(check->challenge.site_id, sizeof(check->challenge.site_id), "%s",
             named ? found.site_id : "s1");

    *seen = named ? BITRIX24_SEEN_CODE : BITRIX24_SEEN_NO_CODE;
    return true;
}

static bool check_password(struct check *check, enum bitrix24_seen *seen, struct fault *fault)
{
    check->password = pairing_store_password(check->action.pairings, check->pairing.id, fault);
    if (!check->password || !bitrix24_log_in(check->session, check->password, fault))
        return false;
    *seen = BITRIX24_SEEN_TAKEN;
    return true;
}

// A tag that no page has.
static void make_tag(const struct check *check, char out[static BITRIX24_CHANNEL_MAX + 1])
{
    static const char letters[] =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    uint8_t random[TAG_SIZE];
    action_random(&check->action, random, sizeof(random));
    for (size_t i = 0; i < TAG_SIZE; i++)
        out[i] = letters[random[i] % (sizeof(letters) - 1)];
    out[TAG_SIZE] = 0;
}

static bool check_confirm(struct check *check, enum bitrix24_seen *seen, struct fault *fault)
{
    make_tag(check, check->challenge.channel_tag);
    if (!check->challenge.unique_id[0]) {
        *seen = BITRIX24_SEEN_NOT_TRIED;
        return true;
    }

    if (bitrix24_push_token(check->session, check->password, &check->challenge, NULL, fault)) {
        *seen = BITRIX24_SEEN_SENT;
        return true;
    }

    char why[FAULT_DETAIL_MAX];
    memcpy(why, fault->detail, sizeof(why));
    if (fault->failure == FAILURE_NET_NO_RECEIPT ||
        fault->failure == FAILURE_NET_NOT_SENT) // nobody waits for this one
        return fault_set(fault, FAILURE_NET_TIMEOUT, "%s", why);
    if (fault->failure == FAILURE_CHALLENGE_WRONG_PROFILE)
        return fault_set(fault, FAILURE_PAIRING_OTHER_ID, "%s", why);
    return false;
}

// ---- all of them -------------------------------------------------------------------------

typedef bool step_function(struct check *check, enum bitrix24_seen *seen, struct fault *fault);

static bool run(struct check *check, enum bitrix24_step_of_check step, step_function *function)
{
    enum bitrix24_seen seen = BITRIX24_SEEN_ANSWER;
    struct fault fault = {0};
    int64_t begun_ms = action_boot_ms(&check->action);
    bool holds = function(check, &seen, &fault);
    int64_t took_ms = action_boot_ms(&check->action) - begun_ms;
    struct fault told = fault;
    if (action_stopped(&check->action))
        return false;
    if (holds && took_ms > BITRIX24_SLOW_MS)
        fault_set(&told, FAILURE_NET_SLOW, "%lld ms", (long long)took_ms);
    check->found(check->userdata, step, seen, &told);
    return holds;
}

static void run_all(struct check *check)
{
    static const struct {
        enum bitrix24_step_of_check step;
        step_function *function;
    } steps[] = {
        {BITRIX24_CHECK_PORTAL, check_portal},
        {BITRIX24_CHECK_PAGE, check_page},
        {BITRIX24_CHECK_PASSWORD, check_password},
        {BITRIX24_CHECK_CONFIRM, check_confirm},
    };
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (!run(check, steps[i].step, steps[i].function))
            return;
}

void bitrix24_check(const struct net_environment *environment, struct pairing_store *pairings,
                    const char *id, const struct http_stop *stop, bitrix24_found *found,
                    void *userdata)
{
    const struct http_limits limits = {
        .connect_ms = HTTP_CONNECT_MS, .call_ms = HTTP_CALL_MS, .cookies = true};
    struct fault fault = {0};
    struct check check = {.found = found, .userdata = userdata};

    check.action = (struct net_action){
        .environment = environment,
        .pairings = pairings,
        .stop = stop ? *stop : (struct http_stop){.asked = never},
    };

    if (!pairing_store_find(pairings, id, &check.pairing)) {
        fault_set(&fault, FAILURE_PAIRING_UNKNOWN, "%s", id);
        found(userdata, BITRIX24_CHECK_PORTAL, BITRIX24_SEEN_ANSWER, &fault);
        return;
    }

    check.action.http_session = http_client_new(environment, &limits, &fault);
    if (check.action.http_session)
        check.session = bitrix24_session_new(&check.action, &check.pairing, "qrconfirm");
    if (check.session) {
        run_all(&check);
    } else {
        if (fault.failure == FAILURE_NONE)
            fault_set(&fault, FAILURE_MEMORY, "session");
        found(userdata, BITRIX24_CHECK_PORTAL, BITRIX24_SEEN_ANSWER, &fault);
    }

    app_password_free(check.password);
    bitrix24_session_free(check.session);
    http_client_free(check.action.http_session);
}

// ---- in words ----------------------------------------------------------------------------

struct listener {
    dialect_found *found;
    void *userdata;
};

static void put_in_words(void *userdata, enum bitrix24_step_of_check step,
                         enum bitrix24_seen seen, const struct fault *fault)
{
    static const char *const details[] = {
        [BITRIX24_SEEN_ANSWER] = N_("answers"),
        [BITRIX24_SEEN_NEW_KEY] = N_("answers with a new key that an authority vouches for"),
        [BITRIX24_SEEN_CODE] = N_("shows a code"),
        [BITRIX24_SEEN_NO_CODE] = N_("shows no code"),
        [BITRIX24_SEEN_TAKEN] = N_("is taken"),
        [BITRIX24_SEEN_SENT] = N_("would be sent"),
        [BITRIX24_SEEN_NOT_TRIED] = N_("not tried: the portal's id is not known yet"),
    };
    static const struct {
        const char *name, *label;
    } steps[] = {
        [BITRIX24_CHECK_PORTAL] = {"portal", N_("Portal")},
        [BITRIX24_CHECK_PAGE] = {"login-page", N_("Login page")},
        [BITRIX24_CHECK_PASSWORD] = {"password", N_("Application password")},
        [BITRIX24_CHECK_CONFIRM] = {"confirmation", N_("A confirmation")},
    };

    const struct listener *listener = userdata;
    listener->found(listener->userdata, steps[step].name, steps[step].label, details[seen],
                    fault);
}

void bitrix24_look(const struct net_environment *environment, struct pairing_store *pairings,
                   const char *id, const struct http_stop *stop, dialect_found *found,
                   void *userdata)
{
    struct listener listener = {.found = found, .userdata = userdata};
    bitrix24_check(environment, pairings, id, stop, put_in_words, &listener);
}
