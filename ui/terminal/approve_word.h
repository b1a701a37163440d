// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_TERMINAL_APPROVE_WORD_H
#define QRCONFIRM_UI_TERMINAL_APPROVE_WORD_H

// The word that a person at a terminal types to approve: a different one at each question, so
// that only somebody who has read the question can give it. The words are known in most
// languages, have no two spellings, and stand on every keyboard.

#include "net/environment.h"

const char *approve_word(const struct net_environment *environment);

#endif
