// SPDX-License-Identifier: MIT
#include "portal/bitrix24/bitrix24.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <sodium.h>
#include <stdio.h>

const char BITRIX24_ALPHANUMERIC[] =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const char BITRIX24_LETTERS[] = "abcdefghijklmnopqrstuvwxyz";
const char BITRIX24_HEX[] = "0123456789abcdef";

static const int first_qrcode_auth[3] = {21, 800, 0};
static const int first_newer[3] = {24, 0, 0};

void bitrix24_random(const struct portal *portal, const char *alphabet, size_t count, char *out)
{
    size_t letters = strlen(alphabet);
    uint8_t even =
        (uint8_t)(256 - 256 % letters - 1); // above it letters are not equally likely
    for (size_t i = 0; i < count; i++) {
        uint8_t byte;
        do {
            environment_random(&portal->environment, &byte, 1);
        } while (byte > even);
        out[i] = alphabet[byte % letters];
    }
    out[count] = '\0';
}

static void made_once(struct portal *portal, const char *name, size_t size, char *out)
{
    store_copy_setting(&portal->store, name, out, size + 1);
    if (strlen(out) == size)
        return;
    bitrix24_random(portal, BITRIX24_ALPHANUMERIC, size, out);
    store_set_setting(&portal->store, name, out);
}

void bitrix24_unique_id(struct portal *portal, char out[static BITRIX24_UNIQUE_ID + 1])
{
    made_once(portal, "bitrix24.unique-id", BITRIX24_UNIQUE_ID, out);
}

void bitrix24_server_id(struct portal *portal, char out[static BITRIX24_SERVER_ID + 1])
{
    made_once(portal, "bitrix24.server-id", BITRIX24_SERVER_ID, out);
}

static bool at_least(struct store *store, enum config_id module, const int wanted[static 3])
{
    char text[CONFIG_VALUE_MAX + 1];
    int version[3];
    config_text(store, module, text);
    if (!config_parse_version(text, version))
        return false;
    for (int i = 0; i < 3; i++) {
        if (version[i] != wanted[i])
            return version[i] > wanted[i];
    }
    return true;
}

bool bitrix24_is_newer(struct store *store, enum config_id module)
{
    return at_least(store, module, first_newer);
}

bool bitrix24_has_qrcode_auth(struct store *store)
{
    return at_least(store, CONFIG_MODULE_MAIN, first_qrcode_auth);
}

bool bitrix24_has_module(struct store *store, enum config_id module)
{
    char version[CONFIG_VALUE_MAX + 1];
    config_text(store, module, version);
    return strcmp(version, "absent") != 0;
}

void bitrix24_md5(const char *first, const char *second, char out[static BITRIX24_MD5_TEXT + 1])
{
    uint8_t digest[BITRIX24_MD5_TEXT / 2] = {0};
    gnutls_hash_hd_t hash;
    if (gnutls_hash_init(&hash, GNUTLS_DIG_MD5) == 0) {
        gnutls_hash(hash, first, strlen(first));
        gnutls_hash(hash, second, strlen(second));
        gnutls_hash_deinit(hash, digest);
    }
    sodium_bin2hex(out, BITRIX24_MD5_TEXT + 1, digest, sizeof(digest));
}

bool bitrix24_parameter(const struct request *request, const char *name,
                        char out[static FORM_VALUE_MAX + 1])
{
    if (request_form(request, name, out))
        return true;
    const char *value = request_query(request, name);
    snprintf(out, FORM_VALUE_MAX + 1, "%s",
             value && strlen(value) <= FORM_VALUE_MAX ? value : "");
    return value != NULL;
}
