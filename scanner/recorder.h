// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_RECORDER_H
#define QRCONFIRM_SCANNER_RECORDER_H

// Copies what a source gives into a recording (scanner/frames/record.h).

#include "scanner/frames/source.h"

typedef void recorder_tell(void *userdata, const struct fault *fault);

// Opens `source`, records it into the new file `path`, and closes it: a live one for `seconds`
// from its first frame on, anything else to its end, and each until it is interrupted. A camera
// whose process is lost is opened again, and the recording goes on. Frames of which nothing
// comes are left out, unless no other came. `frames`: how many are in the file.
//
// `tell`: the source or the converter of frames lacks walls (NOT_CLOSED_IN, NO_LANDLOCK), which
// is told once of each; NULL: nobody is told.
//
// Fails as the source, the recording and eye_converter_convert() do. No file is made where the
// source cannot be opened; what was written of one stays.
bool recorder_record(struct source *source, const char *path, unsigned seconds,
                     recorder_tell *tell, void *userdata, uint64_t *frames,
                     struct fault *fault);

#endif
