// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_SCHEMA_H
#define QRCONFIRM_PORTAL_CORE_SCHEMA_H

// The scripts that make the tables of the store: the .sql files beside this header.

#include "portal/base/asset.h"

// Of the tables that they make together; both kinds of store have the same.
#define SCHEMA_VERSION 8

extern const struct asset schema_scripts[];

#endif
