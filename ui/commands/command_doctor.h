// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_DOCTOR_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_DOCTOR_H

// `qrconfirm doctor`: checks what a sign-in needs: configuration, typeface, camera, the
// reader of codes, clock, pairings, journal, portals. One line for each; what is wrong has its
// next step.

#include "net/environment.h"
#include "ui/settings/options.h"
#include "ui/settings/paths.h"

// The exit code is that of the first failure. `unread` is what kept the configuration or the
// folders of this user from being found; without folders only what needs none is checked. The
// time that a portal tells decides whether a key is over; the environment's clock only names
// the day.
enum exit_code command_doctor(const struct options *options, const struct paths *paths,
                              const struct net_environment *environment,
                              const struct fault *unread);

#endif
