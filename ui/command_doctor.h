// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMAND_DOCTOR_H
#define QRCONFIRM_UI_COMMAND_DOCTOR_H

// `qrconfirm doctor`: checks what a sign-in needs - configuration, typeface, camera, clock, pairings, journal,
// portals - one line each, what is wrong with its next step.

#include "net/environment.h"
#include "ui/options.h"
#include "ui/paths.h"

// The exit code is that of the first failure. `unread` is what kept the configuration or the
// folders of this user from being found; without folders only what needs none is checked. When a
// key ends is judged by the time that a portal tells; by the environment's clock it is only said.
enum exit_code command_doctor(const struct options *options, const struct paths *paths,
                              const struct net_environment *environment,
                              const struct fault *unread);

#endif
