// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_APART_SANITIZED_H
#define QRCONFIRM_APART_SANITIZED_H

// SANITIZED is defined where the compiler builds with AddressSanitizer or ThreadSanitizer,
// which need more of the system than the program does, and more memory. Gcc and clang say so in
// ways of their own.

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

#endif
