// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_APP_INTRODUCTION_H
#define QRCONFIRM_UI_APP_INTRODUCTION_H

// What portals are told besides statements: the language of the person, and for their list of
// devices the program with its version, and the hash of its configuration.

#include "net/worker.h"
#include "ui/settings/options.h"
#include "ui/settings/paths.h"

// As language and configuration file are now. A file that cannot be read is not told of.
void introduction_tell(struct net_worker *worker, const struct options *options,
                       const struct paths *paths);
// The same with the hash that the configuration file will have.
void introduction_tell_early(struct net_worker *worker, const char *configuration);

#endif
