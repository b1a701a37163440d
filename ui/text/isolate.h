// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_TEXT_ISOLATE_H
#define QRCONFIRM_UI_TEXT_ISOLATE_H

// Foreign text inside of ours: a name that runs from right to left must not carry away what
// stands before or behind it, on the screen or on a terminal (UAX #9, isolates).

#define ISOLATED_MAX 520u // bytes, with the NUL

struct isolated {
    char text[ISOLATED_MAX];
};

// The text between FSI and PDI where it holds letters from right to left, else as it is:
//     view_write(out, _("Sign in as %s?"), isolated(name).text);
struct isolated isolated(const char *text);

#endif
