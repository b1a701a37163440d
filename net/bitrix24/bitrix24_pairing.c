// SPDX-License-Identifier: MIT
#include "net/bitrix24/bitrix24_pairing.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/bitrix24/bitrix24_page.h"
#include "net/bitrix24/bitrix24_record.h"
#include "net/new_key.h"
#include "net/pairings/atomic_file.h"
#include "net/pairings/pairing_secrets.h"
#include "net/protocol/text.h"
#include "net/protocol/typed_address.h"

#define APP_PASSWORD_LETTERS 16u
#define ANSWER_MS            INT64_C(600000) // a person who looks for a phone has this long

// ---- the address -------------------------------------------------------------------------

// Where Bitrix24 has it, the origin is all: "portal.example.com", "https://Портал.рф/stream/".
static bool read_address(const char *url, struct pairing *out, struct fault *fault)
{
    struct typed_address address;
    if (!typed_address_read(url, &address, fault))
        return false;
    memcpy(out->portal.base_url, address.origin.text, sizeof(address.origin.text));
    const char *name = strstr(address.origin.text, "://") + 3;
    snprintf(out->portal.display_name, sizeof(out->portal.display_name), "%.*s",
             (int)STATEMENT_LABEL_MAX, name);
    return true;
}

// One installation has one UUID: a portal replaces the password that was made for it before.
static void choose_device_id(const struct net_action *action, struct pairing *out)
{
    struct pairing held;
    for (size_t i = 0; pairing_store_get(action->pairings, i, &held); i++)
        if (held.dialect == out->dialect) {
            memcpy(out->device_id, held.device_id, sizeof(out->device_id));
            return;
        }
    action_random(action, out->device_id, sizeof(out->device_id));
    out->device_id[6] = (uint8_t)((out->device_id[6] & 0x0F) | 0x40); // RFC 9562, version 4
    out->device_id[8] = (uint8_t)((out->device_id[8] & 0x3F) | 0x80);
}

static void choose_label(char out[static STATEMENT_LABEL_MAX + 1], const char *label)
{
    if (*label && strlen(label) <= STATEMENT_LABEL_MAX &&
        text_check_whole(span_str(label)) == TEXT_OK)
        snprintf(out, STATEMENT_LABEL_MAX + 1, "%s", label);
    else
        snprintf(out, STATEMENT_LABEL_MAX + 1, "qrconfirm");
}

struct pairing_try *bitrix24_pairing_new(const struct net_action *action,
                                         const struct dialect *dialect, const char *url,
                                         const char *pin, const char *label,
                                         struct fault *fault)
{
    struct pairing_try *pairing = calloc(1, sizeof(*pairing));
    if (!pairing) {
        fault_set(fault, FAILURE_MEMORY, "pairing");
        return NULL;
    }

    pairing->action = action;
    pairing->pairing.dialect = dialect;
    choose_label(pairing->label, label);
    if (!read_address(url, &pairing->pairing, fault))
        goto free_pairing;

    pairing->pin_given = pin != NULL;
    if (pin && !pin_parse(pin, pairing->pairing.portal.pins.hash[0])) {
        fault_set(fault, FAILURE_USAGE, "--pin is sha256// and 44 characters of base64");
        goto free_pairing;
    }

    choose_device_id(action, &pairing->pairing);
    pairing->session = bitrix24_session_new(action, &pairing->pairing, pairing->label);
    pairing->typed = sodium_malloc(sizeof(*pairing->typed));
    pairing->password = app_password_new();
    if (pairing->session && pairing->typed && pairing->password)
        return pairing;
    fault_set(fault, FAILURE_MEMORY, "pairing");

free_pairing:
    bitrix24_pairing_free(pairing);
    return NULL;
}

void bitrix24_pairing_free(struct pairing_try *pairing)
{
    if (!pairing)
        return;
    app_password_free(pairing->password);
    sodium_free(pairing->typed);
    bitrix24_session_free(pairing->session);
    free(pairing);
}

// ---- who is there ------------------------------------------------------------------------

// Asks who answers at the address; nothing but the address is sent.
static bool ask_who(struct pairing_try *pairing, enum http_trust trust, struct fault *fault)
{
    const struct net_action *action = pairing->action;
    struct http_reply *reply = &pairing->session->reply;
    char url[HTTP_URL_MAX + 1];
    snprintf(url, sizeof(url), "%s/mobile/", pairing->pairing.portal.base_url);
    struct http_request request = {.url = url,
                                   .trust = trust,
                                   .large = &pairing->session->page,
                                   .tell_redirect = true,
                                   .tell_peer = true};

    if (!http_call(action->http_session, &request, &action->stop, reply, fault))
        return false;
    if (reply->has_peer)
        memcpy(pairing->peer, reply->peer, sizeof(pairing->peer));

    bool plain = strncmp(url, "http://", 7) == 0;
    return plain || reply->has_peer ||
           fault_set(fault, FAILURE_NET_TLS, "%s: no certificate", url);
}

// The portal's public id stands in its login page; where it does not, the first sign-in tells.
static bool learn_unique_id(struct pairing_try *pairing, struct fault *fault)
{
    static const char *const pages[] = {"/", "/auth/"};
    struct bitrix24_session *session = pairing->session;
    struct bitrix24_challenge found;

    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        bitrix24_session_clear(session);
        if (!bitrix24_get(session, pages[i], fault)) {
            if (fault->failure == FAILURE_NET_REDIRECT ||
                fault->failure == FAILURE_NET_TOO_LARGE)
                continue;
            return false;
        }

        if (!bitrix24_page_find(span_of(session->page.bytes, session->page.size), &found))
            continue;
        struct bitrix24_facts facts = bitrix24_facts_of(&pairing->pairing);
        memcpy(facts.unique_id, found.unique_id, sizeof(found.unique_id));
        bitrix24_facts_set(&pairing->pairing, &facts);
        break;
    }

    bitrix24_session_clear(session);
    return true;
}

// The portal is who it should be: is it one, and which?
static enum pairing_step get_to_know(struct pairing_try *pairing, struct fault *fault)
{
    struct bitrix24_checkout told;
    const struct bitrix24_login nobody = {0};
    if (!learn_unique_id(pairing, fault) ||
        !bitrix24_checkout(pairing->session, &nobody, &told, fault))
        return PAIRING_STEP_FAILED;
    pairing->need = NET_LOGIN_PASSWORD;
    return PAIRING_STEP_LOGIN;
}

static enum pairing_step take_pin(struct pairing_try *pairing, bool vouched,
                                  struct fault *fault)
{
    struct statement_pins *pins = &pairing->pairing.portal.pins;
    bool plain = strncmp(pairing->pairing.portal.base_url, "http://", 7) == 0;

    if (pairing->pin_given && !plain && memcmp(pins->hash[0], pairing->peer, HASH_SIZE) != 0) {
        char seen[PIN_TEXT_MAX + 1];
        pin_text(pairing->peer, seen);
        fault_set(fault, FAILURE_NET_PIN, "its key is %s", seen);
        return PAIRING_STEP_FAILED;
    }

    // A key that was asked for by name is the only one ever.
    struct bitrix24_facts facts = bitrix24_facts_of(&pairing->pairing);
    facts.vouched = vouched && !pairing->pin_given;
    bitrix24_facts_set(&pairing->pairing, &facts);
    pins->count = plain ? 0 : 1;
    memcpy(pins->hash[0], pairing->peer, HASH_SIZE);
    return get_to_know(pairing, fault);
}

static enum pairing_step find_out(struct pairing_try *pairing, struct fault *fault)
{
    if (ask_who(pairing, HTTP_TRUST_CHAIN, fault))
        return take_pin(pairing, true, fault);
    if (fault->failure != FAILURE_NET_TLS || !ask_who(pairing, HTTP_TRUST_NOBODY, fault))
        return PAIRING_STEP_FAILED;
    return pairing->pin_given ? take_pin(pairing, false, fault) : PAIRING_STEP_CERTIFICATE;
}

static enum pairing_step trust(struct pairing_try *pairing, struct fault *fault)
{
    return take_pin(pairing, false, fault);
}

// ---- the login ---------------------------------------------------------------------------

static enum pairing_step ask_again(struct pairing_try *pairing, enum net_login_need need,
                                   enum failure why)
{
    pairing->need = need;
    pairing->why = why;
    return PAIRING_STEP_LOGIN;
}

// An application password is 16 letters; spaces in it are for people.
static bool take_typed_password(struct pairing_try *pairing)
{
    char letters[APP_PASSWORD_LETTERS + 1];
    size_t count = 0;

    for (const char *c = pairing->typed->password; *c; c++) {
        if (*c == ' ')
            continue;
        if (*c < 'a' || *c > 'z' || count == APP_PASSWORD_LETTERS)
            return false;
        letters[count++] = *c;
    }

    if (count == APP_PASSWORD_LETTERS) {
        letters[count] = 0;
        memcpy(pairing->password->text, letters, sizeof(letters));
    }
    sodium_memzero(letters, sizeof(letters));
    return count == APP_PASSWORD_LETTERS;
}

// Whoever typed it, it is no longer needed; and what will be kept is tried once as it will be
// used.
static enum pairing_step finish(struct pairing_try *pairing,
                                const struct bitrix24_checkout *told, struct fault *fault)
{
    struct pairing *out = &pairing->pairing;
    bool made = *told->app_password;
    const char *login = pairing->typed->login;

    snprintf(out->account_id, sizeof(out->account_id), "%.*s", (int)STATEMENT_ACCOUNT_MAX,
             *told->user_id ? told->user_id : login);
    snprintf(out->account_name, sizeof(out->account_name), "%.*s", (int)STATEMENT_ACCOUNT_MAX,
             *told->user_name ? told->user_name : login);
    struct bitrix24_facts facts = bitrix24_facts_of(out);
    snprintf(facts.login, sizeof(facts.login), "%s", login);
    bitrix24_facts_set(out, &facts);

    if (made)
        memcpy(pairing->password->text, told->app_password, sizeof(told->app_password));
    bool have = made || (pairing->need != NET_LOGIN_OTP && take_typed_password(pairing));
    sodium_memzero(pairing->typed, sizeof(*pairing->typed));
    if (!have) {
        fault_set(fault, FAILURE_PORTAL_PASSWORD_SCOPE,
                  "the portal made no application password");
        return PAIRING_STEP_FAILED;
    }

    return bitrix24_log_in(pairing->session, pairing->password, fault) ? PAIRING_STEP_PAIRED
                                                                       : PAIRING_STEP_FAILED;
}

// What the portal wants next, or did not like.
static enum pairing_step judge(struct pairing_try *pairing,
                               const struct bitrix24_checkout *told)
{
    enum net_login_need before = pairing->need;
    if (*told->captcha_code) {
        memcpy(pairing->captcha_code, told->captcha_code, sizeof(pairing->captcha_code));
        // The first time it may be all that is missing: the same once more, with the word. Who
        // has typed a wrong password before has perhaps done so again.
        if (before == NET_LOGIN_PASSWORD && pairing->why == FAILURE_NONE)
            return ask_again(pairing, NET_LOGIN_CAPTCHA, FAILURE_NONE);
        return ask_again(pairing, NET_LOGIN_PASSWORD,
                         before == NET_LOGIN_PASSWORD ? FAILURE_PORTAL_WRONG_PASSWORD
                                                      : FAILURE_PORTAL_WRONG_CAPTCHA);
    }

    if (told->needs_otp) {
        pairing->push_otp = told->push_otp;
        return ask_again(pairing, NET_LOGIN_OTP,
                         before == NET_LOGIN_OTP ? FAILURE_PORTAL_WRONG_CODE
                         : told->push_otp        ? FAILURE_PORTAL_PUSH_OTP
                                                 : FAILURE_NONE);
    }

    if (before == NET_LOGIN_OTP && (told->wrong_otp || !pairing->otp_with_password)) {
        // A form that says nothing of the code may not have been read: the next code goes the
        // older way, behind the password.
        pairing->otp_with_password = pairing->otp_with_password || !told->wrong_otp;
        return ask_again(pairing, NET_LOGIN_OTP, FAILURE_PORTAL_WRONG_CODE);
    }

    pairing->otp_with_password = false;
    return ask_again(pairing, NET_LOGIN_PASSWORD, FAILURE_PORTAL_WRONG_PASSWORD);
}

// The request that the answer makes; `with_code` holds a password with a code behind it.
static struct bitrix24_login request_of(struct pairing_try *pairing, char *with_code,
                                        size_t room)
{
    const struct net_login_answer *typed = pairing->typed;
    struct bitrix24_login login = {.login = typed->login, .password = typed->password};
    if (pairing->need == NET_LOGIN_CAPTCHA) {
        login.captcha_code = pairing->captcha_code;
        login.captcha_word = typed->word;
    } else if (pairing->need == NET_LOGIN_OTP && !pairing->otp_with_password) {
        return (struct bitrix24_login){.one_time_code = typed->word};
    } else if (pairing->need == NET_LOGIN_OTP) {
        snprintf(with_code, room, "%s%s", typed->password, typed->word);
        login.password = with_code;
    }
    return login;
}

static enum pairing_step log_in(struct pairing_try *pairing,
                                const struct net_login_answer *answer, struct fault *fault)
{
    struct net_login_answer *typed = pairing->typed;
    struct bitrix24_checkout told;
    char with_code[NET_LOGIN_MAX + NET_WORD_MAX + 1] = "";

    if (pairing->need == NET_LOGIN_PASSWORD) {
        *typed = *answer;
        if (*pairing->captcha_code) // it is wanted with the next try
            return ask_again(pairing, NET_LOGIN_CAPTCHA, FAILURE_NONE);
    } else {
        memcpy(typed->word, answer->word, sizeof(typed->word));
    }

    struct bitrix24_login login = request_of(pairing, with_code, sizeof(with_code));
    if (!login.one_time_code && !login.captcha_code)
        bitrix24_session_clear(pairing->session);

    enum pairing_step step = PAIRING_STEP_FAILED;
    bool replied = bitrix24_checkout(pairing->session, &login, &told, fault);
    pairing->captcha_code[0] = 0; // good for one try
    if (replied)
        step = told.success ? finish(pairing, &told, fault) : judge(pairing, &told);

    sodium_memzero(with_code, sizeof(with_code));
    sodium_memzero(&told, sizeof(told));
    return step;
}

static size_t captcha(struct pairing_try *pairing, uint8_t out[static NET_CAPTCHA_MAX])
{
    char path[BITRIX24_CAPTCHA_MAX + 32];
    struct fault fault;
    const struct http_large *page = &pairing->session->page;
    for (const char *c = pairing->captcha_code; *c; c++)
        if (!isalnum((unsigned char)*c))
            return 0;
    snprintf(path, sizeof(path), "/mobile/?captcha_sid=%s", pairing->captcha_code);
    if (!bitrix24_get(pairing->session, path, &fault) || page->size > NET_CAPTCHA_MAX)
        return 0;
    memcpy(out, page->bytes, page->size);
    return page->size;
}

// ---- keeping it --------------------------------------------------------------------------

// Its application password was replaced when this one was made, at the same account.
static void replace_older(const struct pairing_try *pairing)
{
    const struct net_action *action = pairing->action;
    const struct pairing *kept = &pairing->pairing;
    struct pairing held;
    for (size_t i = 0; pairing_store_get(action->pairings, i, &held);) {
        if (strcmp(held.id, kept->id) == 0 || held.dialect != kept->dialect ||
            strcmp(held.portal.base_url, kept->portal.base_url) != 0) {
            i++;
            continue;
        }

        action_note(action, "replaced", &held, NULL, NULL);
        if (!pairing_store_forget(action->pairings, held.id, NULL))
            i++;
    }
}

static bool keep(struct pairing_try *pairing, struct fault *fault)
{
    struct pairing_store *pairings = pairing->action->pairings;
    struct pairing *out = &pairing->pairing;

    out->paired_at = (int64_t)action_wall_s(pairing->action);
    struct bitrix24_facts facts = bitrix24_facts_of(out);
    if (!new_key_make(pairing->action, out, facts.session_key, fault))
        return false;
    bitrix24_facts_set(out, &facts);
    if (!pairing_store_save_password(pairings, out->id, pairing->password, fault) ||
        !pairing_store_save(pairings, out, fault)) {
        pairing_store_erase_keys(pairings, out->id, NULL);
        return false;
    }

    action_note(pairing->action, "paired", out, NULL, NULL);
    replace_older(pairing);
    return true;
}

// The application password stays in the person's profile.
static void left(struct pairing_try *pairing)
{
    action_note(pairing->action, "not kept", &pairing->pairing, NULL, NULL);
}

// ---- for the worker ----------------------------------------------------------------------

static struct pairing_try *begin(const struct net_action *action, const struct dialect *dialect,
                                 const char *url, const char *key_pin, const char *label,
                                 struct fault *fault)
{
    // Before the portal hears of a pairing that could not be kept.
    if (!pairing_store_has_room(action->pairings, fault) ||
        !private_folder_probe(pairing_store_folder(action->pairings), "pairings", fault))
        return NULL;
    return bitrix24_pairing_new(action, dialect, url, key_pin, label, fault);
}

static void tell(const struct pairing_try *pairing, enum pairing_step step,
                 struct net_event *out)
{
    const struct pairing *known = &pairing->pairing;
    struct origin origin;
    portal_facts_origin(&known->portal, &origin);
    *out = (struct net_event){0};

    switch (step) {
    case PAIRING_STEP_CERTIFICATE:
        out->kind = NET_EVENT_CERTIFICATE;
        memcpy(out->certificate.origin, origin.text, sizeof(origin.text));
        pin_text(pairing->peer, out->certificate.pin);
        break;
    case PAIRING_STEP_LOGIN:
        out->kind = NET_EVENT_LOGIN;
        memcpy(out->login.origin, origin.text, sizeof(origin.text));
        out->login.need = pairing->need;
        out->login.push_otp = pairing->push_otp;
        out->login.why = pairing->why;
        break;
    case PAIRING_STEP_PAIRED:
        out->kind = NET_EVENT_PAIRED;
        memcpy(out->pairing.origin, origin.text, sizeof(origin.text));
        snprintf(out->pairing.portal_name, sizeof(out->pairing.portal_name), "%s",
                 known->portal.display_name);
        snprintf(out->pairing.account_name, sizeof(out->pairing.account_name), "%s",
                 known->account_name);
        break;
    case PAIRING_STEP_PORTAL:
    case PAIRING_STEP_FAILED:
        break;
    }
}

const struct pairing_ops bitrix24_pairing_ops = {
    .begin_by_address = begin,
    .advance = find_out,
    .trust = trust,
    .log_in = log_in,
    .tell = tell,
    .captcha = captcha,
    .answer_ms = ANSWER_MS,
    .keep = keep,
    .left = left,
    .free = bitrix24_pairing_free,
};
