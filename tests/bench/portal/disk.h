// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BENCH_PORTAL_DISK_H
#define QRCONFIRM_BENCH_PORTAL_DISK_H

// How many commits a second SQLite itself makes on a disk, one after the other, under the
// settings of the portal's store: where that is low, no portal on SQLite is fast.

// In a file of its own in `folder`, for so many seconds; 0: it does not work.
double disk_commits(const char *folder, double seconds);

#endif
