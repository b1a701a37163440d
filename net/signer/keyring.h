// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_SIGNER_KEYRING_H
#define QRCONFIRM_NET_SIGNER_KEYRING_H

// The Secret Service of the desktop, by libsecret
// (https://specifications.freedesktop.org/secret-service/): entries of this program, each by a
// name of its own. A keyring that is locked asks a person for its password, and one that hangs
// answers nobody: libsecret waits for both, however it is told to stop. So it has a thread of
// its own for each question, and whoever waits for that can leave. A thread that was left ends
// with the program.
//
// Any thread may call.

#include "base/failure.h"
#include "base/span.h"

#define KEYRING_NAME_MAX 64u // bytes of a name with its NUL

// By it whoever waits is told to leave: NULL waits as long as it takes. NULL: memory is short.
struct keyring_wait;
struct keyring_wait *keyring_wait_new(void);
void keyring_wait_free(struct keyring_wait *wait);

// Whoever waits by it waits no more, now or later. A dialog that it waits for is withdrawn.
void keyring_wait_end(struct keyring_wait *wait);

// All fail with KEY_PART_MISSING and what kept it from being done, or with MEMORY.

// The text of an entry, to be freed with keyring_text_free; NULL if there is none.
char *keyring_find(const char *name, struct keyring_wait *wait, struct fault *fault);
void keyring_text_free(char *text);

// Keeps a text, which is copied.
bool keyring_keep(const char *name, const char *text, struct keyring_wait *wait,
                  struct fault *fault);

// Forgets an entry; none of this name is none to forget.
bool keyring_forget(const char *name, struct keyring_wait *wait, struct fault *fault);

#endif
