// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_COMMANDS_COMMAND_H
#define QRCONFIRM_PORTAL_COMMANDS_COMMAND_H

// The commands of qrportal. Each gets the arguments behind its name and returns an exit code:
// 0, EXIT_CODE_USAGE, or EXIT_CODE_INTERNAL; what is wrong goes to standard error in one line.

#include "base/failure.h"

#define COMMAND_DATA_DEFAULT "qrportal-data" // folder, in the current one

int command_serve(int count, char **arguments);
int command_user(int count, char **arguments);
int command_config(int count, char **arguments);
int command_key(int count, char **arguments);
int command_store(int count, char **arguments);
int command_check(int count, char **arguments);
int command_backup(int count, char **arguments);
int command_restore(int count, char **arguments);
int command_devices(int count, char **arguments);
int command_tokens(int count, char **arguments);
int command_badges(int count, char **arguments);
int command_bitrix24(int count, char **arguments);

// "qrportal: ..." on standard error; returns the exit code of the fault.
int command_failed(const struct fault *fault);
int command_usage(const char *what);
int command_not_written(void); // the store: a transaction failed

#endif
