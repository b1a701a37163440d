// SPDX-License-Identifier: MIT
// Calls for descriptors, for bytes of them, for messages and for processes that fail, in a test
// program that is linked to `failing_files`: they are counted by failing.h, and the chosen one
// fails. No other line of the test is needed but the error that it is to fail with.
//
//     eventfd, fcntl, fopen, fork, fstat, fsync, ftruncate, ioctl, lseek, memfd_create, mmap,
//     open, openat, poll, posix_spawn, pread, read, recvmsg, renameat, sendmsg, socketpair,
//     unlinkat, write
#ifndef TESTS_FAILING_FILES_H
#define TESTS_FAILING_FILES_H

#include <stddef.h>

#include "tests/unit/failing.h"

// From now on what fails does so with this errno. 0: a call that writes takes half of its bytes
// instead, and one that reads gives half of what was asked; others do not fail. With EINTR and
// EAGAIN only calls fail, and are counted, that can end so.
void failing_with(int error);

// Descriptors that this process has open, and children that it has, ended or not.
size_t failing_descriptors(void);
size_t failing_children(void);

#endif
