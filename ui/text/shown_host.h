// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_TEXT_SHOWN_HOST_H
#define QRCONFIRM_UI_TEXT_SHOWN_HOST_H

// The host of a portal as a person is shown it. A name in letters of the country stands beside
// the form that counts, "портал.рф (xn--80awhdgm.xn--p1ai)", since letters of two scripts may
// look the same; one that mixes scripts is shown in the latter form alone.

#define SHOWN_HOST_MAX 400u // bytes, with the NUL

struct shown_host {
    char text[SHOWN_HOST_MAX];
};

struct shown_host shown_host(const char *origin);

// The host as it stands in the origin, with its port: "portal.example.com:8443".
const char *plain_host(const char *origin);

#endif
