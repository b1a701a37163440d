// SPDX-License-Identifier: MIT
#include "portal/modes/modes.h"

#include <string.h>

#include "portal/bitrix24/pages.h"
#include "portal/pages/page.h"
#include "portal/pages/pages.h"
#include "portal/qr_login/api.h"
#include "portal/requests/health.h"
#include "portal/requests/metrics_page.h"

static const struct route *const qr_login_tables[] = {
    ROUTES_DEVICE, ROUTES_BROWSER, ROUTES_PAGES, ROUTES_ASSETS,
    ROUTES_HEALTH, ROUTES_METRICS, NULL};
static const struct route *const bitrix24_tables[] = {ROUTES_ASSETS, ROUTES_HEALTH,
                                                      ROUTES_METRICS, ROUTES_BITRIX24, NULL};

static const struct mode modes[] = {
    {"qr-login", PORTAL_QR_LOGIN, qr_login_tables, page_missing},
    {"bitrix24", PORTAL_BITRIX24, bitrix24_tables, page_missing},
};

const struct mode *mode_find(const char *name)
{
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (strcmp(modes[i].name, name) == 0)
            return &modes[i];
    }
    return NULL;
}
