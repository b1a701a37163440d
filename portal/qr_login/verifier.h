// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_QR_LOGIN_VERIFIER_H
#define QRCONFIRM_PORTAL_QR_LOGIN_VERIFIER_H

// The portal's side of every call a device makes (qr-login v1, sections 6, 7, 8, 9 and 11).
// Each call takes the envelope as it came and who sent it, decides in one transaction and in
// the order that the protocol gives, and fills in the answer.

#include "po/languages.h"
#include "portal/base/outcome.h"
#include "portal/core/devices.h"
#include "portal/core/notices.h"
#include "portal/core/portal.h"

// Who calls, as far as HTTP says.
struct caller {
    struct device_contact contact;
    const struct language *language; // that the words of a context are in
};

struct answer {
    enum outcome outcome;
    unsigned status;      // of a success: 200 or 202
    struct notice notice; // what a person is told of it
    enum metrics_sign_in end;
    bool has_envelope; // the signed reply; with DEVICE_REVOKED the signed revocation
    char envelope[ENVELOPE_SEALED_MAX + 1];
};

typedef void verifier_call(struct portal *portal, struct span envelope,
                           const struct caller *caller, struct answer *out);

verifier_call verifier_enrol;
verifier_call verifier_resolve;
verifier_call verifier_decision;
verifier_call verifier_rotate;
verifier_call verifier_unpair;
verifier_call verifier_endsession;

#endif
