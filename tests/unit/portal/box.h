// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_PORTAL_BOX_H
#define QRCONFIRM_TESTS_PORTAL_BOX_H

// A portal in the mode bitrix24 with two accounts, and what browsers and devices do there. The
// tests are named by the checklist of the protocol: b1 to b16.

#include "portal/bitrix24/bitrix24.h"
#include "portal/bitrix24/captcha.h"
#include "portal/bitrix24/sign_in_tokens.h"
#include "wire.h"

#define BOX_PASSWORD "correct horse"
#define BOX_ANNA     "anna:" BOX_PASSWORD // as HTTP Basic wants it
#define BOX_OTTO     "otto:" BOX_PASSWORD
#define BOX_AJAX     BITRIX24_AJAX "?action=main.qrcodeauth."
#define BOX_CHECKOUT "/mobile/?mobile_action=checkout"
#define BOX_UUID     "0F8FAD5B-D9CB-469F-A165-70867728950E"

struct box {
    struct wire wire;
    int64_t anna, otto;                  // otto has two-step login on
    char otto_secret[USER_OTP_TEXT + 1]; // base32
};

extern struct box box; // of the test that runs
int box_open(void **state);
int box_close(void **state);
#define BOX_TEST(name) cmocka_unit_test_setup_teardown(name, box_open, box_close)

// The generation of the modules, old or new.
void box_generation(bool newer);
// Sets what policy_set would refuse, too.
void box_set(const char *name, const char *value);

// What the login page shows, seen by a browser.
struct box_page {
    char text[128];                     // the code
    char modules[8], dark[49 * 49 + 1]; // as the page is to draw it
    struct challenge challenge;
    char channel[65], sessid[BITRIX24_SESSID + 1];
};
void box_look(CURL *browser, const char *path, struct box_page *out);

// Checkout by HTTP Basic; the reply, to be freed.
void box_checkout(CURL *device, const char *user, struct wire_reply *out);
// A device that is signed in, and its CSRF token.
CURL *box_device(const char *user, char sessid[static BITRIX24_SESSID + 1]);

// Posts a form to pushToken with sessid in it; the codes of the errors, with spaces between, go
// to `codes` ("success" if there are none). Returns the status.
#define BOX_CODES 128u
long box_push(CURL *device, const char *sessid, const char *fields,
              char codes[static BOX_CODES]);
// The same for what a page shows.
long box_confirm(CURL *device, const char *sessid, const struct box_page *page,
                 char codes[static BOX_CODES]);
void box_codes(const struct wire_reply *reply, char codes[static BOX_CODES]);

// A browser before the login page, and anna's device.
struct box_scene {
    CURL *browser, *device;
    struct box_page page;
    char sessid[BITRIX24_SESSID + 1];
};
void box_scene_open(struct box_scene *scene);
void box_scene_close(struct box_scene *scene);
// The fields of pushToken for this page; `unique` NULL: the right id.
void box_fields(const struct box_page *page, const char *unique, char *out, size_t size);
// The scene's device posts them; status 200 and these codes.
void box_expect(struct box_scene *scene, const char *fields, const char *expected);

// The token of the only message that the page's channel holds; "" if there is none.
void box_token(const struct box_page *page, char out[static SIGN_IN_TOKEN + 1]);
// The messages of a channel; the caller frees them.
json_t *box_messages(const char *channel);

// Hands a token in, as the page does. Codes as above.
void box_authenticate(CURL *browser, const struct box_page *page, const char *token,
                      bool remember, char codes[static BOX_CODES]);
// The name of who is signed in in this browser; "" for a guest.
void box_who(CURL *browser, char out[static USER_NAME_MAX + 1]);

// Otto's one-time code `steps` of 30 s ahead.
void box_otp(int steps, char out[static CODE_DIGITS + 1]);
const char *box_string(const struct wire_reply *reply, const char *key); // "" if none

#endif
