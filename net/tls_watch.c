// SPDX-License-Identifier: MIT
#include "net/tls_watch.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>

#include "base/shortage.h"

static void *take(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return shortage_malloc(size);
}

static void *take_more(void *old, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return shortage_realloc(old, size);
}

static void give_back(void *given, const char *file, int line)
{
    (void)file;
    (void)line;
    free(given);
}

// Before OpenSSL has asked for anything: later it takes no others. Then what it says is all
// that is known.
__attribute__((constructor)) static void set_functions(void)
{
    (void)CRYPTO_set_mem_functions(take, take_more, give_back);
}

static bool is_memory(unsigned long error)
{
    return ERR_SYSTEM_ERROR(error) ? ERR_GET_REASON(error) == ENOMEM
                                   : ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
}

static void see(const SSL *ssl, int where, int result)
{
    // Not every allocation that fails leaves an error of OpenSSL, but malloc leaves ENOMEM, and
    // the handshake began by clearing errno.
    bool no_memory = errno == ENOMEM;
    const SSL_CTX *context = SSL_get_SSL_CTX(ssl);
    struct tls_watch *watch = SSL_CTX_get_app_data(context);
    // A connection of a former call may be closed meanwhile.
    if (where != SSL_CB_CONNECT_EXIT || !watch || watch->context != context)
        return;
    watch->error = result > 0 ? 0 : ERR_peek_error();
    watch->no_memory = result <= 0 && (no_memory || is_memory(watch->error) ||
                                       is_memory(ERR_peek_last_error()));
}

void tls_watch_reset(struct tls_watch *watch)
{
    *watch = (struct tls_watch){0};
    ERR_clear_error();
}

void tls_watch_begin(struct tls_watch *watch, void *ssl_ctx)
{
    watch->context = ssl_ctx;
    watch->error = 0;
    watch->no_memory = false;
    SSL_CTX_set_app_data((SSL_CTX *)ssl_ctx, watch);
    SSL_CTX_set_info_callback((SSL_CTX *)ssl_ctx, see);
}

// Alerts by which a server says that it cannot go on, not that TLS was broken.
static bool is_given_up(unsigned long error)
{
    if (ERR_GET_LIB(error) != ERR_LIB_SSL)
        return false;
    int reason = ERR_GET_REASON(error);
    return reason == SSL_R_UNEXPECTED_EOF_WHILE_READING ||
           reason == SSL_AD_REASON_OFFSET + SSL_AD_CLOSE_NOTIFY ||
           reason == SSL_AD_REASON_OFFSET + SSL_AD_INTERNAL_ERROR ||
           reason == SSL_AD_REASON_OFFSET + SSL_AD_USER_CANCELLED;
}

enum tls_end tls_watch_end(const struct tls_watch *watch)
{
    if (watch->no_memory)
        return TLS_END_MEMORY;

    // Without an error of OpenSSL the line itself ended.
    if (watch->error == 0 || ERR_SYSTEM_ERROR(watch->error) || is_given_up(watch->error))
        return TLS_END_CUT;
    return TLS_END_UNSAFE;
}

bool tls_watch_found_no_memory(void)
{
    bool found = false;
    unsigned long error;
    while ((error = ERR_get_error()) != 0)
        found = is_memory(error) || found;
    return found;
}
