// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include <curl/curl.h>

#include "tests/unit/net/parts/browser.h"
#include "tests/unit/net/parts/sandbox.h"

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"

struct browser *browser_new(const char *url)
{
    struct browser *browser = calloc(1, sizeof(*browser));
    assert_non_null(browser);
    browser->curl = curl_easy_init();
    assert_non_null(browser->curl);
    snprintf(browser->url, sizeof(browser->url), "%s", url);
    return browser;
}

void browser_free(struct browser *browser)
{
    curl_easy_cleanup(browser->curl);
    free(browser);
}

static size_t take(char *bytes, size_t size, size_t count, void *userdata)
{
    struct browser *browser = userdata;
    size_t n = size * count;
    assert_true(n <= BROWSER_PAGE_MAX - browser->size);
    memcpy(browser->page + browser->size, bytes, n);
    browser->size += n;
    browser->page[browser->size] = 0;
    return n;
}

static void call(struct browser *browser, const char *path, struct curl_slist *headers)
{
    char url[512];
    CURL *curl = browser->curl;
    snprintf(url, sizeof(url), "%s%s", browser->url, path);
    browser->size = 0;
    browser->page[0] = 0;

    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_COOKIEFILE, "");
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, browser);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);

    assert_int_equal(curl_easy_perform(curl), CURLE_OK);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &browser->status);
}

void browser_get(struct browser *browser, const char *path)
{
    curl_easy_setopt(browser->curl, CURLOPT_HTTPGET, 1L);
    call(browser, path, NULL);
}

void browser_post(struct browser *browser, const char *path, const char *type, const char *body)
{
    char origin[160], content[96];
    snprintf(origin, sizeof(origin), "Origin: %s", browser->url);
    snprintf(content, sizeof(content), "Content-Type: %s", type);
    struct curl_slist *headers = curl_slist_append(NULL, origin);
    headers = curl_slist_append(headers, content);
    curl_easy_setopt(browser->curl, CURLOPT_POST, 1L);
    curl_easy_setopt(browser->curl, CURLOPT_POSTFIELDS, body);
    call(browser, path, headers);
    curl_slist_free_all(headers);
}

// The value of `attribute` behind the first `mark` in the page; to be freed.
static char *attribute_after(const struct browser *browser, const char *mark,
                             const char *attribute)
{
    const char *at = strstr(browser->page, mark);
    if (at)
        at = strstr(at, attribute);
    if (!at)
        fail_msg("no %s %s in the page (status %ld):\n%.2000s", mark, attribute,
                 browser->status, browser->page);
    at += strlen(attribute) + 2; // ="
    const char *end = strchr(at, '"');
    assert_non_null(end);
    char *value = strndup(at, (size_t)(end - at));
    assert_non_null(value);
    return value;
}

void browser_sign_in(struct browser *browser)
{
    browser_post(browser, "/login", FORM, "name=anna&password=correct+horse");
    assert_true(browser->status == 303 || browser->status == 302);
}

char *browser_add_device(struct browser *browser)
{
    browser_post(browser, "/devices/add", FORM, "password=correct+horse");
    if (browser->status == 302 || browser->status == 303)
        browser_get(browser, "/devices");
    return attribute_after(browser, "id=\"pairing-qr\"", "data-text");
}

void browser_confirm_device(struct browser *browser, const char *digits)
{
    char body[64];
    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", digits);
    browser_post(browser, "/devices/confirm", JSON, body);
    assert_int_equal(browser->status, 200);
}

void browser_revoke_device(struct browser *browser)
{
    char body[128];
    browser_get(browser, "/devices");
    char *device = attribute_after(browser, "name=\"device\"", "value");
    snprintf(body, sizeof(body), "device=%s&sessions=on", device);
    free(device);
    browser_post(browser, "/devices/revoke", FORM, body);
    assert_true(browser->status < 400);
}

// The text member of the JSON that came last; to be freed.
static char *member(const struct browser *browser, const char *name)
{
    json_t *object = json_loadb(browser->page, browser->size, 0, NULL);
    const char *text = json_string_value(json_object_get(object, name));
    if (!text)
        fail_msg("no %s (status %ld): %.500s", name, browser->status, browser->page);
    char *copy = strdup(text);
    assert_non_null(copy);
    json_decref(object);
    return copy;
}

char *browser_open_code(struct browser *browser)
{
    browser_post(browser, "/qr-login/v1/challenge", JSON, "{\"new\":true}");
    assert_int_equal(browser->status, 201);
    return member(browser, "qr");
}

char *browser_state(struct browser *browser)
{
    browser_get(browser, "/qr-login/v1/challenge");
    return member(browser, "state");
}

char *browser_claim(struct browser *browser, const char *pickup_code)
{
    char body[64];
    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", pickup_code);
    browser_post(browser, "/qr-login/v1/claim", JSON, body);
    return member(browser, browser->status == 200 ? "next" : "code");
}
