// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_CAPTCHA_H
#define QRCONFIRM_UI_WINDOW_CAPTCHA_H

// The picture of a captcha as the portal sent it, read into gray for the screen. It comes from
// outside: only JPEG and PNG of a sensible size are taken, and they are decoded in a process
// apart (scanner/eye/eye_converter.h).

#include "decode/luma.h"
#include "scanner/frames/frame.h"

#define CAPTCHA_SIDE_MAX 1024u // pixels

struct captcha {
    struct frame frame;
    struct luma luma;  // width 0: none
    struct fault open; // what the process that decoded the last file lacks; NONE: nothing
};

void captcha_init(struct captcha *captcha);
void captcha_destroy(struct captcha *captcha);

// Reads a file; waits for it, some milliseconds. False if there is no whole picture in it, or
// no process to decode it, and then captcha->luma is empty.
bool captcha_read(struct captcha *captcha, struct span file);

// Forgets the picture.
void captcha_clear(struct captcha *captcha);

#endif
