// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_BETWEEN_H
#define QRCONFIRM_TESTS_BETWEEN_H

// Include it behind cmocka.h. Version 2 has a new name for this, and warns of the former one.

#ifdef assert_uint_in_range
#define assert_between(value, least, most) assert_uint_in_range(value, least, most)
#else
#define assert_between(value, least, most) assert_in_range(value, least, most)
#endif

#endif
