// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_PAGES_ASSETS_H
#define QRCONFIRM_PORTAL_PAGES_ASSETS_H

// The files of portal/pages/assets/: templates, scripts, the style, the icon.

#include "portal/base/asset.h"

extern const struct asset page_assets[];

#endif
