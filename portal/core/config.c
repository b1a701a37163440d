// SPDX-License-Identifier: MIT
#include "portal/core/config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "po/languages.h"
#include "portal/base/shown_text.h"
#include "portal/core/pins.h"
#include "portal/proxies/proxy.h"

#define VERSION_PART_MAX 999999

const struct config_row config_rows[CONFIG_COUNT] = {
#define X(id, name, kind, value, low, high, meaning)                                           \
    [CONFIG_##id] = {name, CONFIG_##kind, value, low, high, meaning},
#include "portal/core/config.def"
#undef X
};

bool config_find(const char *name, enum config_id *out)
{
    for (size_t i = 0; i < CONFIG_COUNT; i++) {
        if (strcmp(config_rows[i].name, name) == 0) {
            *out = (enum config_id)i;
            return true;
        }
    }
    return false;
}

static void read_text(struct store *store, enum config_id id, char *out, size_t size)
{
    const char *value = store_find_setting(store, config_rows[id].name);
    snprintf(out, size, "%s", value ? value : config_rows[id].value);
}

void config_text(struct store *store, enum config_id id, char out[static CONFIG_VALUE_MAX + 1])
{
    read_text(store, id, out, CONFIG_VALUE_MAX + 1);
}

void config_list(struct store *store, enum config_id id, char out[static CONFIG_LIST_MAX + 1])
{
    read_text(store, id, out, CONFIG_LIST_MAX + 1);
}

bool config_switch(struct store *store, enum config_id id)
{
    char value[CONFIG_VALUE_MAX + 1];
    config_text(store, id, value);
    return strcmp(value, "on") == 0;
}

int64_t config_number(struct store *store, enum config_id id)
{
    char value[CONFIG_VALUE_MAX + 1];
    config_text(store, id, value);
    return strtoll(value, NULL, 10);
}

bool config_parse_version(const char *text, int out[static 3])
{
    int part[3];
    for (int i = 0; i < 3; i++) {
        if (!isdigit((unsigned char)*text))
            return false;
        char *end;
        long number = strtol(text, &end, 10);
        if (number > VERSION_PART_MAX || *end != (i < 2 ? '.' : '\0'))
            return false;
        part[i] = (int)number;
        text = end + 1;
    }
    memcpy(out, part, sizeof(part));
    return true;
}

static bool number_allowed(const struct config_row *row, const char *value)
{
    if (value[0] == '\0' || strlen(value) > 9 || strspn(value, "0123456789") != strlen(value))
        return false;
    int64_t number = strtoll(value, NULL, 10);
    return number >= row->low && number <= row->high;
}

static bool list_allowed(const struct config_row *row, const char *value, struct fault *fault)
{
    struct proxies proxies = {0};
    struct pins pins;
    if (strlen(value) > CONFIG_LIST_MAX)
        return fault_set(fault, FAILURE_USAGE, "%s has at most %u bytes", row->name,
                         CONFIG_LIST_MAX);
    if (row->kind == CONFIG_NETWORKS)
        return proxies_read(value, &proxies, fault);
    if (row->kind == CONFIG_PINS)
        return pins_read(value, &pins, fault);
    return proxy_tells_find(value, &proxies.tells) ||
           fault_set(fault, FAILURE_USAGE, "%s is x-forwarded-for, forwarded or proxy-protocol",
                     row->name);
}

static bool plain_allowed(const char *value, size_t most)
{
    for (const char *at = value; *at; at++) {
        if (*at < ' ' || *at > '~')
            return false;
    }
    return strlen(value) <= most;
}

bool config_allows(enum config_id id, const char *value, struct fault *fault)
{
    const struct config_row *row = &config_rows[id];
    int version[3];

    switch (row->kind) {
    case CONFIG_SWITCH:
        if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0)
            return fault_set(fault, FAILURE_USAGE, "%s is on or off", row->name);
        break;
    case CONFIG_VERSION:
        if (strcmp(value, "absent") != 0 && !config_parse_version(value, version))
            return fault_set(fault, FAILURE_USAGE, "%s is a version like 21.800.0, or absent",
                             row->name);
        break;
    case CONFIG_NUMBER:
        if (!number_allowed(row, value))
            return fault_set(fault, FAILURE_USAGE, "%s is a number from %lld to %lld",
                             row->name, (long long)row->low, (long long)row->high);
        break;
    case CONFIG_TEXT:
        if (!shown_text_allowed(row->name, value, (size_t)row->low, (size_t)row->high, fault))
            return false;
        break;
    case CONFIG_PLAIN:
        if (!plain_allowed(value, (size_t)row->high))
            return fault_set(fault, FAILURE_USAGE,
                             "%s has at most %lld characters of ASCII, or none", row->name,
                             (long long)row->high);
        break;
    case CONFIG_NETWORKS:
    case CONFIG_TELLS:
    case CONFIG_PINS:
        if (!list_allowed(row, value, fault))
            return false;
        break;
    }

    return true;
}

bool config_set(struct store *store, enum config_id id, const char *value, struct fault *fault)
{
    if (!config_allows(id, value, fault))
        return false;
    store_set_setting(store, config_rows[id].name, value);
    return true;
}
