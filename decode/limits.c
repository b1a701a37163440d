// SPDX-License-Identifier: MIT
#include "decode/limits.h"

#include "decode/finder.h"

const struct qr_limits qr_limits_live = {
    .frame_work = 350000, // about 4 ms
    .found_work = 350000,
    .read_work = 0,
    .torn_work = 0,
    .turned_work = 0,
    .finders = 96,
    .open_looks = 12,
    .triples = 48,
    .poor = 12,
    .vain = 8,
    .failed = 16,
    .micro = 4,
    .looks = 2,
    .crowd = 32,
    .all_levels = false,
    .second_reader = false,
};

const struct qr_limits qr_limits_patient = {
    .frame_work = 3000000, // about 40 ms
    .found_work = 1000000,
    .read_work = 0,
    .torn_work = 3000000,
    .turned_work = 0,
    .finders = 512,
    .open_looks = 64,
    .triples = 512,
    .poor = 256,
    .vain = 512,
    .failed = 64,
    .micro = 8,
    .looks = 4,
    .crowd = FINDERS_MAX,
    .all_levels = true,
    .second_reader = false,
};

const struct qr_limits qr_limits_still = {
    .frame_work = 30000000, // about half a second
    .found_work = 35000000,
    .read_work = 60000,
    .torn_work = 20000000,
    .turned_work = 10000000,
    .finders = 2048,
    .open_looks = 256,
    .triples = 4096,
    .poor = 4096,
    .vain = 4096,
    .failed = 512,
    .micro = 64,
    .looks = 8,
    .crowd = FINDERS_MAX,
    .all_levels = true,
    .second_reader = true,
};
