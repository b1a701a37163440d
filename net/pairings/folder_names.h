// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_FOLDER_NAMES_H
#define QRCONFIRM_NET_PAIRINGS_FOLDER_NAMES_H

// The names of what is in a folder of this device, one after another.

#include "base/failure.h"

// Takes one name in `folder`. False, with the reason, ends the listing.
typedef bool folder_name_taker(int folder, const char *name, void *userdata,
                               struct fault *fault);

// Hands every name over, in the order of the file system. `folder` is a descriptor and stays
// the caller's; `what` names it in a fault. A folder that could not be read to its end has not
// been gone through: false, with what a failed read says (storage_fault.h).
bool folder_names_each(int folder, const char *what, folder_name_taker *take, void *userdata,
                       struct fault *fault);

#endif
