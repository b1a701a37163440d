// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_BROWSER_H
#define QRCONFIRM_TESTS_BROWSER_H

// A browser as far as qrportal's forms need one: cookies, Origin, forms and JSON. Failures end
// the test.

#include <jansson.h>
#include <stddef.h>

#define BROWSER_PAGE_MAX 262144u

struct browser {
    void *curl;
    char url[128]; // of the portal
    long status;   // of the last reply
    size_t size;
    char page[BROWSER_PAGE_MAX + 1]; // the last reply
};

struct browser *browser_new(const char *url);
void browser_free(struct browser *browser);

void browser_get(struct browser *browser, const char *path);
void browser_post(struct browser *browser, const char *path, const char *type,
                  const char *body);

// Signs in with name and password.
void browser_sign_in(struct browser *browser);
// Presses "Add device"; the text of the pairing code, to be freed.
char *browser_add_device(struct browser *browser);
// Types the six digits that the device shows.
void browser_confirm_device(struct browser *browser, const char *digits);
// Removes the one device that is listed.
void browser_revoke_device(struct browser *browser);

// Opens the QR window; the text of the sign-in code, to be freed.
char *browser_open_code(struct browser *browser);
// The state of the page, "waiting" and so on; to be freed.
char *browser_state(struct browser *browser);
// Takes the session; "done", or the code of the refusal. To be freed.
char *browser_claim(struct browser *browser, const char *pickup_code);

#endif
