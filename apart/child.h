// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_APART_CHILD_H
#define QRCONFIRM_APART_CHILD_H

// A process that is this program once more, executed anew (/proc/self/exe): nothing that was in
// memory is in its. It is spoken to by messages over one socket that keeps their borders
// (SOCK_SEQPACKET), and has no environment but what sanitizers and the dynamic linker need.
// main() has to know it before all else: child_asked().

#include <stdint.h>
#include <sys/types.h>

#include "base/failure.h"

#define CHILD_SOCKET 3 // its descriptor
#define CHILD_FOLDER 4 // that of a folder that it is given

struct child {
    pid_t pid;  // 0: there is none
    int socket; // -1 then
};

// How long it is waited for.
struct child_patience {
    int wake;        // a descriptor that is readable when there is no more waiting; or -1
    int64_t busy_us; // of the child's processor time
    int64_t idle_us; // in which it takes none at all
};

enum child_wait { CHILD_SPOKE, CHILD_GONE, CHILD_HUNG, CHILD_WOKEN };
enum child_receipt { CHILD_WHOLE, CHILD_LEFT, CHILD_LIED, CHILD_NOT_YET };

void child_init(struct child *child);

// Starts it with this argument; `folder` (or -1) becomes its CHILD_FOLDER. `lost` is the row of
// a failure; besides DESCRIPTORS, MEMORY.
bool child_start(struct child *child, const char *argument, int folder, enum failure lost,
                 struct fault *fault);

// Ends it by SIGKILL, if there is one, and returns its status as waitpid() has it. One that is
// ending keeps the end that it has.
int child_end(struct child *child);

// Whether it still runs.
bool child_runs(const struct child *child);

// Sends a message, and a descriptor with it if that is not -1. Waits some seconds for a child
// that has not taken what was sent before.
bool child_send(const struct child *child, const void *bytes, size_t size, int fd);

// The same, but waits for nothing: CHILD_NOT_YET where it did not fit, else CHILD_WHOLE or
// CHILD_LEFT.
enum child_receipt child_send_at_once(const struct child *child, const void *bytes, size_t size,
                                      int fd);

// Waits until there is a message. Time is the child's own, of the processor: a machine that is
// busy elsewhere makes none hang. One that waits for what never comes takes none.
enum child_wait child_await(const struct child *child, const struct child_patience *patience);

// Takes a message of just that size; does not wait. A descriptor that comes along is a lie.
enum child_receipt child_receive(const struct child *child, void *bytes, size_t size);

// ---- in the child ----

// Whether this process was started with that argument, by child_start().
bool child_asked(int argc, char *const argv[], const char *argument);

// No descriptor from `first` on, and no standard stream, is the child's. What a sanitizer finds
// has to be seen all the same.
bool child_close_all_others(int first);

// The next message, and the descriptor that came along with it, or -1. False: the program is
// gone, or is not the program.
bool child_take(void *bytes, size_t size, int *came);
bool child_tell(const void *bytes, size_t size);

#endif
