// SPDX-License-Identifier: MIT
#include "portal/core/policy.h"

#include <stdio.h>

static const struct {
    const char *name;
    enum config_id id;
    const char *required;
} needs[REQUIREMENTS] = {
    {"push", CONFIG_PUSH, ""},
    {"mobile", CONFIG_MODULE_MOBILE, ""},
    {"main", CONFIG_MODULE_MAIN, "21.800.0"},
    {"pull", CONFIG_MODULE_PULL, "21.300.0"},
    {"crm", CONFIG_MODULE_CRM, "21.1000.0"},
    {"calendar", CONFIG_MODULE_CALENDAR, "21.500.0"},
    {"intranet", CONFIG_MODULE_INTRANET, "21.1000.0"},
};

static bool version_suffices(const char *found, const char *required)
{
    int have[3], want[3];
    if (!config_parse_version(found, have))
        return false;
    if (!config_parse_version(required, want))
        return true; // being there is enough
    for (int i = 0; i < 3; i++) {
        if (have[i] != want[i])
            return have[i] > want[i];
    }
    return true;
}

void policy_requirements(struct store *store, struct requirements *out)
{
    out->ok = true;
    for (size_t i = 0; i < REQUIREMENTS; i++) {
        struct requirement *item = &out->item[i];
        item->name = needs[i].name;
        item->required = needs[i].required;
        config_text(store, needs[i].id, item->found);
        item->ok = needs[i].id == CONFIG_PUSH ? strcmp(item->found, "on") == 0
                                              : version_suffices(item->found, item->required);
        out->ok = out->ok && item->ok;
    }
}

bool policy_qr_enabled(struct store *store)
{
    struct requirements needed;
    policy_requirements(store, &needed);
    return needed.ok && config_switch(store, CONFIG_ALLOW_QR);
}

static bool refuse_for_unmet(const struct requirements *needed, struct fault *fault)
{
    char list[FAULT_DETAIL_MAX / 2] = "";
    size_t n = 0;
    for (size_t i = 0; i < REQUIREMENTS && n < sizeof(list); i++) {
        const struct requirement *item = &needed->item[i];
        if (!item->ok)
            n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s is %s%s%s",
                                  n > 0 ? ", " : "", item->name, item->found,
                                  item->required[0] ? ", needs " : "", item->required);
    }
    return fault_set(fault, FAILURE_USAGE, "allow-qr cannot be switched on: %s", list);
}

bool policy_set(struct store *store, enum config_id id, const char *value, struct fault *fault)
{
    struct requirements needed;
    policy_requirements(store, &needed);
    if (id == CONFIG_ALLOW_QR && strcmp(value, "on") == 0 && !needed.ok)
        return refuse_for_unmet(&needed, fault);
    return config_set(store, id, value, fault);
}
