// SPDX-License-Identifier: MIT
#include "net/http.h"

#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <openssl/x509_vfy.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/shortage.h"
#include "net/peer_key.h"
#include "net/protocol/origin.h"
#include "net/proxy.h"
#include "net/tls_watch.h"

#define POLL_MS 1000

struct http_client {
    const struct net_environment *environment;
    struct http_limits limits;
    CURLM *multi;
    CURL *easy;
    struct tls_watch tls;
    char policy[STATEMENT_PINS_MAX * (PIN_TEXT_MAX + 1) + 1]; // of the connection that is kept
};

// What one call needs while it runs.
struct call {
    const struct http_request *request;
    struct http_reply *reply;
    CURL *easy;
    enum peer_key key; // judged before anything is sent
    bool plain_http;
    struct proxy proxy;
    size_t header_bytes;
    bool body_too_large, headers_too_large, coded;
    int error;          // errno of the step that ended the call
    unsigned shortages; // before it
    struct curl_slist *headers;
    char pins[STATEMENT_PINS_MAX * (PIN_TEXT_MAX + 1) + 1];
    char text[CURL_ERROR_SIZE];
};

static bool is_starved(const struct call *call)
{
    return shortage_count() != call->shortages;
}

// Once for all calls: curl_easy_reset keeps cookies, but leaks what CURLOPT_COOKIEFILE, the
// usual way, would set for each call.
static bool keep_cookies(struct http_client *client)
{
    CURLcode kept =
        curl_easy_setopt(client->easy, CURLOPT_COOKIELIST, "Set-Cookie: a=b; domain=invalid");
    http_forget_cookies(client);
    return kept == CURLE_OK;
}

struct http_client *http_client_new(const struct net_environment *environment,
                                    const struct http_limits *limits, struct fault *fault)
{
    struct http_client *client = calloc(1, sizeof(*client));
    if (!client) {
        fault_set(fault, FAILURE_MEMORY, "http client");
        return NULL;
    }

    client->environment = environment;
    client->limits =
        (struct http_limits){.connect_ms = HTTP_CONNECT_MS, .call_ms = HTTP_CALL_MS};
    if (limits)
        client->limits = *limits;

    const unsigned shortages = shortage_count();
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, shortage_malloc, free, shortage_realloc,
                             shortage_strdup, shortage_calloc) != CURLE_OK)
        goto free_client;
    client->multi = curl_multi_init();
    if (!client->multi)
        goto clean_global;
    // One portal at a time: the connection of the call before is the only one worth keeping.
    curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, 1L);
    client->easy = curl_easy_init();
    if (!client->easy)
        goto clean_multi;

    if (!client->limits.cookies || keep_cookies(client))
        return client;

    curl_easy_cleanup(client->easy);
clean_multi:
    curl_multi_cleanup(client->multi);
clean_global:
    curl_global_cleanup();
free_client:
    free(client);
    bool starved = shortage_count() != shortages;
    enum failure otherwise = starved ? FAILURE_MEMORY : FAILURE_INTERNAL;
    fault_set(fault, shortage_of_descriptors() ? FAILURE_DESCRIPTORS : otherwise,
              "libcurl does not start");
    return NULL;
}

void http_client_free(struct http_client *client)
{
    if (!client)
        return;
    curl_easy_cleanup(client->easy);
    curl_multi_cleanup(client->multi);
    curl_global_cleanup();
    free(client);
}

void http_wake(struct http_client *client)
{
    curl_multi_wakeup(client->multi);
}

void http_forget_cookies(struct http_client *client)
{
    curl_easy_setopt(client->easy, CURLOPT_COOKIELIST, "ALL");
}

bool http_is_tls_failure(enum failure failure)
{
    return failure == FAILURE_NET_TLS || failure == FAILURE_NET_PIN ||
           failure == FAILURE_NET_CLOCK;
}

// What the URL's origin allows: https everywhere, http where origin_check accepts it (loopback
// only) and the test setting is on.
static bool judge_url(const struct http_client *client, const char *url, bool *plain_http,
                      struct fault *fault)
{
    const char *host = strstr(url, "://");
    size_t size = host ? (size_t)(host - url) + 3 : 0;
    size += strcspn(url + size, "/?#");
    if (!host || strlen(url) > HTTP_URL_MAX || !origin_is_normal(span_of(url, size)))
        return fault_set(fault, FAILURE_INTERNAL, "not a portal's address: %.200s", url);
    bool plain = strncmp(url, "http://", 7) == 0;
    if (plain && !client->environment->allow_plain_http)
        return fault_set(fault, FAILURE_NET_TLS, "plain http is not allowed: %.200s", url);
    *plain_http = plain;
    return true;
}

static size_t reply_room(const struct http_request *request)
{
    return request->large ? request->large->room : HTTP_REPLY_MAX;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *userdata)
{
    struct call *call = userdata;
    struct http_large *large = call->request->large;
    uint8_t *body = large ? large->bytes : call->reply->body;
    size_t *have = large ? &large->size : &call->reply->size;
    size_t n = size * count;
    if (n > reply_room(call->request) - *have) {
        call->body_too_large = true;
        return 0;
    }
    memcpy(body + *have, bytes, n);
    *have += n;
    return n;
}

// The value of the header `name` in a line, without space around it; false if it is another.
static bool header_value(struct span line, const char *name, struct span *out)
{
    size_t length = strlen(name);
    if (line.n <= length || line.p[length] != ':' ||
        strncasecmp((const char *)line.p, name, length) != 0)
        return false;

    struct span value = {line.p + length + 1, line.n - length - 1};
    while (value.n > 0 && isspace(value.p[0])) {
        value.p++;
        value.n--;
    }
    while (value.n > 0 && isspace(value.p[value.n - 1]))
        value.n--;

    *out = value;
    return true;
}

// A longer value counts as none.
static void copy_field(struct span value, char *out, size_t most)
{
    size_t n = value.n <= most ? value.n : 0;
    memcpy(out, value.p, n);
    out[n] = 0;
}

static void clear_headers(struct http_reply *reply)
{
    reply->content_type[0] = 0;
    reply->retry_after[0] = 0;
    reply->location[0] = 0;
    reply->date_s = 0;
}

static int64_t read_date(struct span value)
{
    char text[HTTP_FIELD_MAX + 1];
    copy_field(value, text, HTTP_FIELD_MAX);
    time_t date = curl_getdate(text, NULL);
    return date > 0 ? (int64_t)date : 0;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *userdata)
{
    struct call *call = userdata;
    size_t n = size * count;
    call->header_bytes += n;
    if (call->header_bytes > HTTP_HEADERS_MAX) {
        call->headers_too_large = true;
        return 0;
    }

    struct span line = span_of(bytes, n), value;
    if (n > 5 && strncmp(bytes, "HTTP/", 5) == 0) { // a later reply than an interim one
        clear_headers(call->reply);
        call->coded = false;
    } else if (header_value(line, "Content-Type", &value)) {
        copy_field(value, call->reply->content_type, HTTP_FIELD_MAX);
    } else if (header_value(line, "Retry-After", &value)) {
        copy_field(value, call->reply->retry_after, HTTP_FIELD_MAX);
    } else if (header_value(line, "Location", &value)) {
        copy_field(value, call->reply->location, HTTP_URL_MAX);
    } else if (header_value(line, "Date", &value)) {
        call->reply->date_s = read_date(value);
    } else if (header_value(line, "Content-Encoding", &value)) {
        call->coded = value.n != 0 && !span_equal(value, span_str("identity"));
    }
    return n;
}

static void write_pins(const struct statement_pins *pins, char *out)
{
    size_t at = 0;
    for (size_t i = 0; i < pins->count; i++) {
        if (i > 0)
            out[at++] = ';';
        pin_text(pins->hash[i], out + at);
        at += strlen(out + at);
    }
    out[at] = 0;
}

static enum peer_key judge_key(const struct call *call)
{
    if (call->request->trust != HTTP_TRUST_PINS || call->plain_http)
        return PEER_KEY_PINNED;
    const struct curl_tlssessioninfo *tls = NULL;
    curl_easy_getinfo(call->easy, CURLINFO_TLS_SSL_PTR, &tls);
    return peer_key_check(tls ? tls->internals : NULL, call->request->pins);
}

// A connection stands, and the request follows: libcurl asks each time, also before it repeats
// a request on a new connection by itself.
static int see_sending(void *userdata, char *their_ip, char *own_ip, int their_port,
                       int own_port)
{
    struct call *call = userdata;
    (void)their_ip;
    (void)own_ip;
    (void)their_port;
    (void)own_port;
    call->key = judge_key(call);
    if (call->key != PEER_KEY_PINNED)
        return CURL_PREREQFUNC_ABORT;
    call->reply->sent = true;
    return CURL_PREREQFUNC_OK;
}

static CURLcode watch_tls(CURL *easy, void *ssl_ctx, void *userdata)
{
    (void)easy;
    tls_watch_begin(userdata, ssl_ctx);
    return CURLE_OK;
}

static void set_trust(struct http_client *client, struct call *call)
{
    CURL *easy = client->easy;
    bool judged = call->request->trust == HTTP_TRUST_CHAIN;

    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, judged ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, judged ? 2L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    // A resumed session brings no certificate to judge.
    curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, watch_tls);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &client->tls);

    if (client->limits.ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, client->limits.ca_file);
    if (call->request->trust == HTTP_TRUST_PINS)
        write_pins(call->request->pins, call->pins);

    // What was trusted for one reason is not taken for another: a new connection.
    bool nobody = call->request->trust == HTTP_TRUST_NOBODY;
    if (nobody || call->request->tell_peer || call->request->once ||
        strcmp(client->policy, call->pins) != 0)
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    if (nobody)
        curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    else
        memcpy(client->policy, call->pins, sizeof(client->policy));
}

static void add_line(struct call *call, const char *line)
{
    struct curl_slist *longer = curl_slist_append(call->headers, line);
    if (longer)
        call->headers = longer;
}

static void add_header(struct call *call, const char *name, const char *value)
{
    char line[HTTP_FIELD_MAX + 64];
    snprintf(line, sizeof(line), value ? "%s: %s" : "%s:", name, value);
    add_line(call, line);
}

// A header may have held a password.
static void free_headers(struct call *call)
{
    for (struct curl_slist *line = call->headers; line; line = line->next)
        sodium_memzero(line->data, strlen(line->data));
    curl_slist_free_all(call->headers);
}

static void set_request(struct http_client *client, struct call *call)
{
    CURL *easy = client->easy;
    const struct http_request *request = call->request;

    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    if (request->content_type) {
        add_header(call, "Content-Type", request->content_type);
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.p);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.n);
        add_header(call, "Expect", NULL);
    } else {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    }

    if (request->accept)
        add_header(call, "Accept", request->accept);
    for (const char *const *line = request->headers; line && *line; line++)
        add_line(call, *line);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
}

static void set_policy(struct http_client *client, struct call *call)
{
    CURL *easy = client->easy;

    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, call->plain_http ? "http" : "https");
    curl_easy_setopt(easy, CURLOPT_PROXY, call->proxy.variable ? call->proxy.url : "");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_TRANSFER_DECODING, 1L);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "qrconfirm");

    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)client->limits.connect_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)client->limits.call_ms);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)reply_room(call->request));
    if (call->request->tell_peer)
        curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);

    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, see_sending);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, call);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->text);
}

static bool is_clock_wrong(const struct http_client *client)
{
    const struct net_environment *environment = client->environment;
    return environment->wall_clock(environment->userdata) < NET_CLOCK_FLOOR_S;
}

static enum failure failure_of_certificate(const struct http_client *client)
{
    long verify = 0;
    curl_easy_getinfo(client->easy, CURLINFO_SSL_VERIFYRESULT, &verify);
    if (verify == X509_V_ERR_OUT_OF_MEM)
        return FAILURE_MEMORY;
    return verify == X509_V_ERR_CERT_NOT_YET_VALID && is_clock_wrong(client) ? FAILURE_NET_CLOCK
                                                                             : FAILURE_NET_TLS;
}

static enum failure failure_of_tls(enum tls_end end)
{
    switch (end) {
    case TLS_END_CUT:
        return FAILURE_NET_UNREACHABLE;
    case TLS_END_MEMORY:
        return FAILURE_MEMORY;
    case TLS_END_UNSAFE:
        break;
    }
    return FAILURE_NET_TLS;
}

// Nothing came that speaks for or against the portal: the network's fault, or this device's.
static enum failure failure_of_device(const struct http_client *client, enum failure otherwise)
{
    long error = 0;
    curl_easy_getinfo(client->easy, CURLINFO_OS_ERRNO, &error);
    if (shortage_of_descriptors())
        return FAILURE_DESCRIPTORS;
    if (error == ENOMEM || error == ENOBUFS || tls_watch_found_no_memory())
        return FAILURE_MEMORY;
    return otherwise;
}

static enum failure failure_of(const struct http_client *client, const struct call *call,
                               CURLcode code)
{
    if (call->body_too_large || call->headers_too_large)
        return FAILURE_NET_TOO_LARGE;
    if (call->key != PEER_KEY_PINNED)
        return call->key == PEER_KEY_OTHER ? FAILURE_NET_PIN : FAILURE_MEMORY;
    // libcurl and OpenSSL have many codes for want of memory, and some for what comes of it.
    if (is_starved(call) || call->error == ENOMEM)
        return FAILURE_MEMORY;

    switch (code) {
    case CURLE_FILESIZE_EXCEEDED:
        return FAILURE_NET_TOO_LARGE;
    case CURLE_OPERATION_TIMEDOUT:
        return FAILURE_NET_TIMEOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
        return failure_of_certificate(client);
    case CURLE_SSL_CONNECT_ERROR:
        return failure_of_tls(tls_watch_end(&client->tls));
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_USE_SSL_FAILED:
        return failure_of_device(client, FAILURE_NET_TLS);
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_UNSUPPORTED_PROTOCOL: // HTTP/0.9
        return FAILURE_NET_REPLY;
    case CURLE_OUT_OF_MEMORY:
        return FAILURE_MEMORY;
    default:
        return failure_of_device(client, FAILURE_NET_UNREACHABLE);
    }
}

// Runs the transfer to its end. False if `stop` asked to leave.
static bool run(struct http_client *client, struct call *call, const struct http_stop *stop,
                CURLcode *result)
{
    bool has_fd = stop && stop->fd > 0;
    struct curl_waitfd beside = {.fd = has_fd ? stop->fd : -1, .events = CURL_WAIT_POLLIN};

    for (;;) {
        int running = 0;
        errno = 0;
        CURLMcode multi = curl_multi_perform(client->multi, &running);
        call->error = errno;
        if (multi != CURLM_OK) {
            *result = CURLE_OUT_OF_MEMORY;
            return true;
        }

        int queued;
        const CURLMsg *message = curl_multi_info_read(client->multi, &queued);
        if (message && message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return true;
        }

        if (stop && stop->asked(stop->userdata))
            return false;
        curl_multi_poll(client->multi, &beside, has_fd ? 1 : 0, POLL_MS, NULL);
    }
}

// The first certificate is the server's own.
static bool read_peer(struct http_client *client, uint8_t pin[static HASH_SIZE])
{
    struct curl_certinfo *chain = NULL;
    if (curl_easy_getinfo(client->easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain ||
        chain->num_of_certs < 1)
        return false;
    for (const struct curl_slist *field = chain->certinfo[0]; field; field = field->next)
        if (strncmp(field->data, "Cert:", 5) == 0)
            return certificate_pin(field->data + 5, pin);
    return false;
}

static bool judge_reply(const struct call *call, struct fault *fault)
{
    const char *url = call->request->url;
    if (call->reply->status >= 300 && call->reply->status < 400 &&
        !call->request->tell_redirect)
        return fault_set(fault, FAILURE_NET_REDIRECT, "%.180s: status %ld", url,
                         call->reply->status);
    if (call->coded)
        return fault_set(fault, FAILURE_NET_REPLY, "%.180s: a coded reply", url);
    return true;
}

static void tell_failure(const struct http_client *client, const struct call *call,
                         CURLcode code, struct fault *fault)
{
    const char *text = call->text[0] ? call->text : curl_easy_strerror(code);
    if (call->key == PEER_KEY_OTHER)
        text = "the server has another key";
    enum failure failure = failure_of(client, call, code);
    if (!call->proxy.variable) {
        fault_set(fault, failure, "%.140s: %.100s", call->request->url, text);
        return;
    }
    long status = 0;
    curl_easy_getinfo(client->easy, CURLINFO_HTTP_CONNECTCODE, &status);
    if (!call->reply->sent)
        failure = proxy_failure(&call->proxy, status, failure);
    fault_set(fault, failure, "%.80s: %.60s (proxy %.70s of %s)", call->request->url, text,
              call->proxy.name, call->proxy.variable);
}

static void choose_proxy(const struct http_client *client, struct call *call)
{
    const struct net_environment *environment = client->environment;
    const struct proxy_variables variables = {environment->variable, environment->userdata};
    proxy_choose(call->request->url, &variables, &call->proxy);
}

bool http_call(struct http_client *client, const struct http_request *request,
               const struct http_stop *stop, struct http_reply *out, struct fault *fault)
{
    struct call call = {
        .request = request, .reply = out, .easy = client->easy, .shortages = shortage_count()};
    out->sent = false;
    if (!judge_url(client, request->url, &call.plain_http, fault))
        return false;
    out->status = 0;
    out->size = 0;
    out->has_peer = false;
    clear_headers(out);
    if (request->large)
        request->large->size = 0;

    choose_proxy(client, &call);
    curl_easy_reset(client->easy);
    tls_watch_reset(&client->tls);
    set_policy(client, &call);
    set_trust(client, &call);
    set_request(client, &call);

    bool ok = false;
    CURLcode result = CURLE_OUT_OF_MEMORY;
    // Without a text that libcurl had no memory to copy the call would not be what was asked
    // for: by another proxy, with a header less.
    CURLMcode taken = is_starved(&call) ? CURLM_OUT_OF_MEMORY
                                        : curl_multi_add_handle(client->multi, client->easy);
    if (taken != CURLM_OK) {
        fault_set(fault, taken == CURLM_OUT_OF_MEMORY ? FAILURE_MEMORY : FAILURE_INTERNAL,
                  "libcurl does not take the call");
        goto done;
    }
    if (!run(client, &call, stop, &result)) {
        fault_set(fault, FAILURE_INTERRUPTED, "%.200s", request->url);
    } else if (result != CURLE_OK) {
        tell_failure(client, &call, result, fault);
    } else {
        curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &out->status);
        out->has_peer = request->tell_peer && read_peer(client, out->peer);
        ok = judge_reply(&call, fault);
    }
    curl_multi_remove_handle(client->multi, client->easy);

done:
    free_headers(&call);
    return ok;
}
