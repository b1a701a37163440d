// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_BOXED_H
#define QRCONFIRM_TESTS_BOXED_H

// A device and a boxed Bitrix24 that answers what the test says, and the way of both through a
// pairing and a sign-in.

#include "net/action.h"
#include "tests/unit/net/parts/box.h"
#include "tests/unit/net/parts/device.h"

#define NOW      INT64_C(1795500000)
#define PROBE    "/mobile/?mobile_action=checkout&servercheck=1"
#define CHECKOUT "/mobile/?mobile_action=checkout"
#define PUSH     "/bitrix/services/main/ajax.php?action=main.qrcodeauth.pushToken"
#define UNIQUE   "AbCdEfGhIjKlMnOp"
#define CODE     "https://b24.to/a/s1/" UNIQUE "/0123456789abcdefghijklmnopqrstuv/"
#define OTHER    "https://b24.to/a/s1/zzzzzzzzzzzzzzzz/0123456789abcdefghijklmnopqrstuv/"
#define SESSID   "0123456789abcdef0123456789abcdef"
#define SESSID2  "fedcba9876543210fedcba9876543210"
#define APP      "abcdefghijklmnop"
// base64 of "anna:correct horse" and "anna:" APP
#define BASIC_HUMAN "Basic YW5uYTpjb3JyZWN0IGhvcnNl"
#define BASIC_APP   "Basic YW5uYTphYmNkZWZnaGlqa2xtbm9w"

#define FAILED "{\"status\":\"failed\",\"bitrix_sessid\":\"" SESSID "\"}"
#define IN     "{\"status\":\"success\",\"id\":7,\"name\":\"Anna\",\"sessid_md5\":\"" SESSID "\"}"
#define IN_PASSWORD                                                                            \
    "{\"status\":\"success\",\"id\":\"7\",\"login\":\"anna\",\"name\":\"Anna\","               \
    "\"sessid_md5\":\"" SESSID "\",\"appPassword\":\"" APP "\"}"
#define SENT "{\"status\":\"success\",\"data\":null,\"errors\":[]}"
#define NO_SESSION                                                                             \
    "{\"status\":\"error\",\"data\":null,\"errors\":["                                         \
    "{\"message\":\"x\",\"code\":\"invalid_csrf\",\"customData\":{\"csrf\":\"" SESSID2 "\"}}," \
    "{\"message\":\"y\",\"code\":\"invalid_authentication\",\"customData\":null}]}"
#define NO_CSRF                                                                                \
    "{\"status\":\"error\",\"data\":null,\"errors\":["                                         \
    "{\"message\":\"x\",\"code\":\"invalid_csrf\",\"customData\":{\"csrf\":\"" SESSID2         \
    "\"}}]}"
#define PAGE "<script>qr({text: 'https://b24.to/a/s1/" UNIQUE "/aaaa/'});</script>"

struct boxed {
    struct certificate certificate;
    struct box box;
    struct device device;
    char url[64], pin[64]; // of the box, and of its key
};

extern struct boxed boxed; // of the test that runs

// Set-up and tear-down of a test; its state is a struct scratch.
int boxed_set_up(void **state);
int boxed_tear_down(void **state);

void boxed_answer(const char *target, unsigned status, const char *body);
void boxed_answer_page(const char *body); // the login page

void boxed_begin_pairing(void);
void boxed_type_password(const char *password);
void boxed_type_word(const char *word); // of a captcha, or of the second step
void boxed_expect_login(enum net_login_need need, enum failure why);
void boxed_keep(void);

// A whole pairing, by the login page `page`; forgets what was asked on the way.
void boxed_pair_with(const char *page);
void boxed_pair(void);

void boxed_ask(const char *code, struct net_event *event);
void boxed_approve(const char *code);
void boxed_expect_sent(void);

// Whether a file of the device holds the text.
bool boxed_is_on_disk(void **state, const char *text);

// What the device's thread would do with this client, without that thread, which is paused.
struct net_action boxed_action(struct http_client *client);

#endif
