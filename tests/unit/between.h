// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_BETWEEN_H
#define QRCONFIRM_TESTS_BETWEEN_H

// Include it behind cmocka.h, which in version 2 has a new name for this, and warns of the
// former one. The values fit into intmax_t.

#ifdef assert_int_in_range
#define assert_between(value, least, most)                                                     \
    assert_int_in_range((intmax_t)(value), (intmax_t)(least), (intmax_t)(most))
#else
#define assert_between(value, least, most) assert_in_range(value, least, most)
#endif

#endif
