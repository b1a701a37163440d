// SPDX-License-Identifier: MIT
#include "ui/text/way_out.h"

#include <stddef.h>

#include "ui/text/language.h"

#define ASK N_("Ask your administrator.")

static const struct {
    enum way_out way;
    const char *words; // NULL: those of failure.def
} rows[FAILURE_COUNT] = {
    [FAILURE_NONE] = {WAY_OUT_NONE, NULL},

    [FAILURE_INTERNAL] = {WAY_OUT_AGAIN,
                          N_("Try again. If it happens again, tell your administrator.")},
    [FAILURE_MEMORY] = {WAY_OUT_AGAIN, N_("Close other programs and try again.")},
    [FAILURE_DESCRIPTORS] = {WAY_OUT_AGAIN, N_("Close other programs and try again.")},
    [FAILURE_OUTPUT] = {WAY_OUT_NONE, ASK},
    [FAILURE_NO_DISPLAY] = {WAY_OUT_NONE, ASK},
    [FAILURE_NO_FONT] = {WAY_OUT_NONE, ASK},
    [FAILURE_READER_LOST] = {WAY_OUT_AGAIN,
                             N_("Try again. If it happens again, tell your administrator.")},
    [FAILURE_NOT_CLOSED_IN] = {WAY_OUT_NONE, ASK},
    [FAILURE_SIGNER_LOST] = {WAY_OUT_AGAIN,
                             N_("Nothing is lost. Try again. If it happens again, tell your "
                                "administrator.")},
    [FAILURE_SIGNER_NOT_CLOSED_IN] = {WAY_OUT_NONE, ASK},
    [FAILURE_NO_LANDLOCK] = {WAY_OUT_NONE, ASK},
    [FAILURE_SIGNER_REFUSED] = {WAY_OUT_NONE,
                                N_("Nothing was signed. Tell your administrator.")},
    [FAILURE_INTERRUPTED] = {WAY_OUT_AGAIN, N_("Try again when you are ready.")},
    [FAILURE_USAGE] = {WAY_OUT_NONE, ASK},
    [FAILURE_CONFIG] = {WAY_OUT_NONE, ASK},
    [FAILURE_CONFIG_LINE] = {WAY_OUT_NONE, ASK},
    [FAILURE_CONFIG_NAME] = {WAY_OUT_NONE, ASK},
    [FAILURE_CONFIG_VALUE] = {WAY_OUT_NONE, ASK},

    [FAILURE_ADDRESS_FORM] = {WAY_OUT_ADDRESS, NULL},
    [FAILURE_ADDRESS_HOST] = {WAY_OUT_ADDRESS, NULL},
    [FAILURE_ADDRESS_PORT] = {WAY_OUT_ADDRESS, NULL},
    [FAILURE_ADDRESS_PLAIN] = {WAY_OUT_ADDRESS, NULL},
    [FAILURE_ADDRESS_PATH] = {WAY_OUT_ADDRESS, NULL},

    [FAILURE_SOURCE_NOT_FOUND] = {WAY_OUT_NONE, NULL},
    [FAILURE_SOURCE_UNREADABLE] = {WAY_OUT_NONE, NULL},
    [FAILURE_SOURCE_FORMAT] = {WAY_OUT_NONE, NULL},
    [FAILURE_SOURCE_DAMAGED] = {WAY_OUT_NONE, NULL},
    [FAILURE_SOURCE_TOO_LARGE] = {WAY_OUT_NONE, NULL},
    // These stand over the camera's picture too, where it is opened again by itself; the screen
    // of a failure adds "Then try again."
    [FAILURE_CAMERA_NONE] = {WAY_OUT_AGAIN, N_("Plug a camera in.")},
    [FAILURE_CAMERA_BUSY] = {WAY_OUT_AGAIN, N_("Close the other program.")},
    [FAILURE_CAMERA_PERMISSION] = {WAY_OUT_NONE,
                                   N_("Ask your administrator for the right to use it.")},
    [FAILURE_CAMERA_GONE] = {WAY_OUT_AGAIN, N_("Plug it in again.")},
    [FAILURE_CAMERA_REFUSED] = {WAY_OUT_AGAIN, N_("Plug it into another socket.")},
    [FAILURE_CAMERA_SILENT] = {WAY_OUT_AGAIN, N_("Unplug it and plug it in again.")},
    [FAILURE_CAMERA_UNKNOWN] = {WAY_OUT_NONE,
                                N_("Ask your administrator which camera is to be used.")},
    [FAILURE_CAMERA_METADATA] = {WAY_OUT_NONE,
                                 N_("Ask your administrator which camera is to be used.")},
    [FAILURE_CAMERA_OUTPUT] = {WAY_OUT_NONE,
                               N_("Ask your administrator which camera is to be used.")},
    [FAILURE_CAMERA_UNCONFIGURED] = {WAY_OUT_NONE, N_("Ask your administrator to set it up.")},
    [FAILURE_CAMERA_FORMAT] = {WAY_OUT_NONE, N_("Ask your administrator for another camera.")},
    [FAILURE_CAMERA_BANDWIDTH] = {WAY_OUT_AGAIN,
                                  N_("Unplug other cameras, or use a socket of its own.")},
    [FAILURE_CAMERA_DAMAGED] = {WAY_OUT_AGAIN, N_("Use another cable or socket.")},
    [FAILURE_CAMERA_DRIVER] = {WAY_OUT_AGAIN, N_("Unplug it and plug it in again.")},
    [FAILURE_CAMERA_ASLEEP] = {WAY_OUT_AGAIN, N_("Wait a moment.")},
    [FAILURE_CAMERA_TORCH] = {WAY_OUT_NONE,
                              N_("Ask your administrator for the right to use it.")},
    [FAILURE_PIPEWIRE_LIBRARY] = {WAY_OUT_NONE, N_("Ask your administrator to install it.")},
    [FAILURE_PIPEWIRE_DAEMON] = {WAY_OUT_AGAIN, N_("Ask your administrator to start it.")},
    [FAILURE_PIPEWIRE_NO_CAMERA] = {WAY_OUT_AGAIN, N_("Plug a camera in.")},
    [FAILURE_PIPEWIRE_GONE] = {WAY_OUT_AGAIN, N_("Plug the camera in again.")},
    [FAILURE_PIPEWIRE_UNLINKED] = {WAY_OUT_AGAIN, N_("Log out and in again.")},
    [FAILURE_PIPEWIRE_PORTAL] = {WAY_OUT_AGAIN, N_("Ask your administrator to start it.")},
    [FAILURE_PIPEWIRE_ASKS] = {WAY_OUT_AGAIN, N_("Answer its question.")},
    [FAILURE_PIPEWIRE_REFUSED] = {WAY_OUT_AGAIN, N_("Allow it in the system's settings.")},
    [FAILURE_RECORD_WRITE] = {WAY_OUT_NONE, NULL},

    [FAILURE_SCAN_TIMEOUT] = {WAY_OUT_AGAIN, NULL},
    [FAILURE_SCAN_NO_CODE] = {WAY_OUT_NONE, NULL},
    [FAILURE_SCAN_SEVERAL_CODES] = {WAY_OUT_SCAN, NULL},

    [FAILURE_CHALLENGE_NOT_SIGN_IN] = {WAY_OUT_SCAN, NULL},
    [FAILURE_CHALLENGE_NOT_PAIRING] = {WAY_OUT_SCAN, NULL},
    [FAILURE_CHALLENGE_DAMAGED] = {WAY_OUT_SCAN, NULL},
    [FAILURE_CHALLENGE_PART] = {WAY_OUT_SCAN, NULL},
    [FAILURE_CHALLENGE_NEWER_VERSION] = {WAY_OUT_NONE, NULL},
    [FAILURE_CHALLENGE_OTHER_PORTAL] = {WAY_OUT_SCAN_OR_PAIR, NULL},
    [FAILURE_CHALLENGE_EXPIRED] = {WAY_OUT_SCAN, NULL},
    [FAILURE_CHALLENGE_STALE_FRAME] = {WAY_OUT_SCAN, NULL},
    [FAILURE_CHALLENGE_UNKNOWN] = {WAY_OUT_SCAN, NULL},
    [FAILURE_CHALLENGE_TAKEN] = {WAY_OUT_SCAN, NULL},
    [FAILURE_CHALLENGE_DECIDED] = {WAY_OUT_SCAN, N_("Reload the page and scan the new code.")},
    [FAILURE_ANSWER_OPEN] = {WAY_OUT_SCAN, NULL},
    [FAILURE_ANSWER_NONE] = {WAY_OUT_SCAN, NULL},
    [FAILURE_ANSWER_PAST] = {WAY_OUT_NONE, NULL},
    [FAILURE_CHALLENGE_CLAIMED] = {WAY_OUT_SCAN, N_("Reload the page and scan the new code.")},
    [FAILURE_CHALLENGE_CHANGED] = {WAY_OUT_SCAN, NULL},
    [FAILURE_CHALLENGE_WRONG_PROFILE] = {WAY_OUT_SCAN_OR_PAIR, NULL},

    [FAILURE_PERSON_DENIED] = {WAY_OUT_NONE, NULL},
    [FAILURE_PERSON_UNSURE] = {WAY_OUT_AGAIN, N_("Try again, if you are sure.")},
    [FAILURE_PERSON_SILENT] = {WAY_OUT_AGAIN, NULL},

    [FAILURE_PORTAL_QR_DISABLED] = {WAY_OUT_NONE, NULL},
    [FAILURE_PORTAL_MALFORMED] = {WAY_OUT_NONE, NULL},
    [FAILURE_PORTAL_VERSION] = {WAY_OUT_NONE, NULL},
    [FAILURE_PORTAL_BAD_SIGNATURE] = {WAY_OUT_PAIR, NULL},
    [FAILURE_PORTAL_UNKNOWN_DEVICE] = {WAY_OUT_PAIR, NULL},
    [FAILURE_PORTAL_KEY_EXPIRED] = {WAY_OUT_PAIR, NULL},
    [FAILURE_PORTAL_DEVICE_REVOKED] = {WAY_OUT_PAIR, NULL},
    [FAILURE_PORTAL_ACCOUNT_DISABLED] = {WAY_OUT_NONE, NULL},
    [FAILURE_PORTAL_POLICY_DENIED] = {WAY_OUT_NONE, NULL},
    [FAILURE_PORTAL_MISMATCH] = {WAY_OUT_SCAN, NULL},
    [FAILURE_PORTAL_NOT_CONFORMING] = {WAY_OUT_NONE, NULL},
    [FAILURE_PORTAL_PRESENCE_REQUIRED] = {WAY_OUT_SCAN, NULL},
    [FAILURE_PORTAL_UV_REQUIRED] = {WAY_OUT_SET_PIN,
                                    N_("Set a PIN on this device, then sign in again.")},
    [FAILURE_PORTAL_ENROLMENT_REFUSED] = {WAY_OUT_SCAN,
                                          N_("Press Add device again and scan the new code.")},
    [FAILURE_PORTAL_UNKNOWN_TOKEN] = {WAY_OUT_SCAN, NULL},
    [FAILURE_PORTAL_TOKEN_USED] = {WAY_OUT_SCAN,
                                   N_("If that was not you, tell your administrator. Press Add "
                                      "device again and scan the new code.")},
    [FAILURE_PORTAL_TOKEN_EXPIRED] = {WAY_OUT_SCAN, NULL},
    [FAILURE_PORTAL_KEY_IN_USE] = {WAY_OUT_PAIR, NULL},
    [FAILURE_PORTAL_SEQUENCE_REUSED] = {WAY_OUT_PAIR, NULL},
    [FAILURE_PORTAL_RATE_LIMITED] = {WAY_OUT_AGAIN, NULL},
    [FAILURE_PORTAL_WRONG_PASSWORD] =
        {WAY_OUT_AGAIN,
         N_("Try again. If login and password are right, ask your administrator whether the "
            "account is blocked.")},
    [FAILURE_PORTAL_WRONG_CAPTCHA] =
        {WAY_OUT_AGAIN, N_("Try again: login and password, then the word of the new picture.")},
    [FAILURE_PORTAL_WRONG_CODE] =
        {WAY_OUT_AGAIN,
         N_("Try again with the code that is shown now, or with a recovery code.")},
    [FAILURE_PORTAL_PUSH_OTP] =
        {WAY_OUT_AGAIN,
         N_("Try again with a recovery code, or make an application password of the kind "
            "mobile in your profile and type it as the password.")},
    [FAILURE_PORTAL_PASSWORD_REVOKED] = {WAY_OUT_PAIR, NULL},
    [FAILURE_PORTAL_PASSWORD_SCOPE] = {WAY_OUT_PAIR, NULL},
    [FAILURE_PORTAL_NO_MOBILE] = {WAY_OUT_ADDRESS, NULL},
    [FAILURE_PORTAL_NOT_OFFERED] = {WAY_OUT_NONE, NULL},
    [FAILURE_PORTAL_PUSH_OFF] = {WAY_OUT_NONE, NULL},
    [FAILURE_PORTAL_TOKEN_NOT_MADE] = {WAY_OUT_AGAIN, NULL},
    [FAILURE_PORTAL_SESSION_LOST] = {WAY_OUT_AGAIN, NULL},
    [FAILURE_PORTAL_REFUSED] = {WAY_OUT_NONE, NULL},

    [FAILURE_NET_UNREACHABLE] = {WAY_OUT_AGAIN, NULL},
    [FAILURE_NET_PROXY] = {WAY_OUT_AGAIN, NULL},
    [FAILURE_NET_PROXY_PASSWORD] = {WAY_OUT_NONE, NULL},
    [FAILURE_NET_PROXY_REFUSED] = {WAY_OUT_NONE, NULL},
    [FAILURE_NET_TIMEOUT] = {WAY_OUT_AGAIN, NULL},
    [FAILURE_NET_TLS] = {WAY_OUT_NONE, NULL},
    [FAILURE_NET_PIN] = {WAY_OUT_NONE, NULL},
    [FAILURE_NET_PIN_PAIRING] = {WAY_OUT_NONE, NULL},
    [FAILURE_NET_CLOCK] = {WAY_OUT_AGAIN, NULL},
    [FAILURE_NET_REPLY] = {WAY_OUT_AGAIN, NULL},
    [FAILURE_NET_PORTAL_FAULT] = {WAY_OUT_AGAIN, NULL},
    [FAILURE_NET_OTHER_REPLY] = {WAY_OUT_AGAIN, NULL},
    [FAILURE_NET_REDIRECT] = {WAY_OUT_NONE, NULL},
    [FAILURE_NET_TOO_LARGE] = {WAY_OUT_NONE, NULL},
    [FAILURE_NET_STALE_PORTAL] = {WAY_OUT_NONE, NULL},
    [FAILURE_NET_NO_RECEIPT] = {WAY_OUT_NONE, NULL},
    [FAILURE_NET_UNSAFE_LATER] = {WAY_OUT_NONE, NULL},
    [FAILURE_NET_NOT_SENT] = {WAY_OUT_AGAIN, NULL},
    [FAILURE_NET_SLOW] = {WAY_OUT_NONE, NULL},

    [FAILURE_PAIRING_NONE] = {WAY_OUT_PAIR, N_("On the portal open Devices, press “Add "
                                               "device” and scan the code that is shown.")},
    [FAILURE_PAIRING_DAMAGED] = {WAY_OUT_PAIR, NULL},
    [FAILURE_PAIRING_STORE] = {WAY_OUT_AGAIN, N_("Make room on the disk and try again. If it "
                                                 "happens again, ask your administrator.")},
    [FAILURE_STORE_FULL] = {WAY_OUT_AGAIN, N_("Make room on the disk, then try again.")},
    [FAILURE_STORE_READ_ONLY] =
        {WAY_OUT_AGAIN, N_("Try again. If it happens again, ask your administrator to make the "
                           "disk writable.")},
    [FAILURE_STORE_UNREADABLE] =
        {WAY_OUT_AGAIN, N_("Nothing was changed. Try again. If it happens again, tell your "
                           "administrator.")},
    [FAILURE_STORE_FOREIGN] = {WAY_OUT_NONE,
                               N_("Nothing was changed. Tell your administrator.")},
    [FAILURE_STORE_DAMAGED] = {WAY_OUT_NONE, ASK},
    [FAILURE_PAIRING_LIMIT] = {WAY_OUT_PORTALS,
                               N_("Remove one that is no longer needed first.")},
    [FAILURE_PAIRING_BEGUN] = {WAY_OUT_PAIR,
                               N_("Go on with that pairing, or pair this device again.")},
    [FAILURE_ENROLMENT_DAMAGED] = {WAY_OUT_PAIR, N_("Pair this device again.")},
    [FAILURE_OUTBOX_DAMAGED] = {WAY_OUT_PAIR, N_("Pair this device again.")},
    [FAILURE_DEVICE_BUSY] = {WAY_OUT_SCAN, NULL},
    [FAILURE_ANSWER_MAY_FOLLOW] = {WAY_OUT_NONE, NULL},
    [FAILURE_PAIRING_UNKNOWN] = {WAY_OUT_PORTALS,
                                 N_("Look at the list of portals, which are paired.")},
    [FAILURE_PAIRING_FINGERPRINT] = {WAY_OUT_NONE, NULL},
    [FAILURE_PAIRING_OTHER_ORIGIN] = {WAY_OUT_PORTALS, NULL},
    [FAILURE_PAIRING_OTHER_ID] = {WAY_OUT_PAIR, NULL},
    [FAILURE_JOURNAL_BROKEN] = {WAY_OUT_NONE, N_("Tell your administrator.")},
    [FAILURE_JOURNAL_CUT] = {WAY_OUT_NONE, N_("Tell your administrator.")},
    [FAILURE_JOURNAL_REMOVED] = {WAY_OUT_NONE, N_("Tell your administrator.")},
    [FAILURE_JOURNAL_REWRITTEN] = {WAY_OUT_NONE, N_("Tell your administrator.")},
    [FAILURE_JOURNAL_HEAD_DAMAGED] = {WAY_OUT_NONE, N_("Tell your administrator.")},
    [FAILURE_JOURNAL_DIFFERS] = {WAY_OUT_NONE, N_("Tell your administrator.")},
    [FAILURE_JOURNAL_RECORD] = {WAY_OUT_NONE, ASK},
    [FAILURE_KEY_LOCKED] = {WAY_OUT_AGAIN, N_("Try again and enter your PIN.")},
    [FAILURE_KEY_MISSING] = {WAY_OUT_PAIR, N_("Pair this device again.")},
    [FAILURE_KEY_OTHER_PIN] = {WAY_OUT_PAIR, N_("Pair this device again.")},
    [FAILURE_KEY_PART_MISSING] = {WAY_OUT_AGAIN, N_("Unlock the keyring, then try again.")},
    [FAILURE_KEY_PART_OTHER] = {WAY_OUT_PAIR, N_("Pair this device again.")},
    [FAILURE_KEY_TPM_MISSING] = {WAY_OUT_NONE, ASK},
    [FAILURE_KEY_TPM_FORBIDDEN] = {WAY_OUT_NONE, ASK},
    [FAILURE_KEY_TPM_LOCKED] =
        {WAY_OUT_AGAIN,
         N_("Wait as long as it says, then try again and enter your PIN. Nothing is lost.")},
    [FAILURE_KEY_TPM_OTHER] = {WAY_OUT_PAIR, N_("Pair this device again.")},
    [FAILURE_KEY_TPM_CLEARED] = {WAY_OUT_PAIR, N_("Pair this device again.")},
    [FAILURE_KEY_TPM_FAILED] = {WAY_OUT_AGAIN,
                                N_("Try again. If it happens again, tell your administrator.")},
    [FAILURE_KEY_UNSEALED] = {WAY_OUT_NONE, N_("Change the PIN in the settings.")},
    [FAILURE_KEY_WRONG_PIN] = {WAY_OUT_AGAIN, N_("Try again.")},
    [FAILURE_KEY_WAIT] =
        {WAY_OUT_AGAIN,
         N_("Wait as long as it says, then try again and enter your PIN. Nothing is lost.")},
    [FAILURE_PIN_FORM] = {WAY_OUT_NONE, NULL},
    [FAILURE_PIN_NOT_SET] = {WAY_OUT_SET_PIN, N_("Set a PIN on this device.")},
    [FAILURE_PIN_DAMAGED] = {WAY_OUT_NONE, ASK},
    [FAILURE_PIN_UNFINISHED] = {WAY_OUT_NONE,
                                N_("Nothing is lost. The rest is done at the next start.")},
    [FAILURE_PIN_IS_SET] = {WAY_OUT_NONE, N_("Change it in the settings.")},
    [FAILURE_ADMINISTRATOR_NOT_SET] = {WAY_OUT_NONE, ASK},
    [FAILURE_ADMINISTRATOR_IS_SET] = {WAY_OUT_NONE, ASK},
    [FAILURE_ADMINISTRATOR_DAMAGED] = {WAY_OUT_NONE,
                                       N_("The administrator sets it anew from a shell.")},
    [FAILURE_PROVISION_TOKEN_UNKNOWN] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_TOKEN_USED] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_TOKEN_EXPIRED] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_TOKEN_WITHDRAWN] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_OTHER_ACCOUNT] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_ASKS_PERSON] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_OTHER_PINS] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_UNREADABLE] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_FORM] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_NAME] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_MISSING] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_PORTAL] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_PORTAL_KEY] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_PINS] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_ACCOUNT] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_TOKEN] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_LABEL] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_ADMINISTRATOR] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_SETTING] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_DAMAGED] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_BUSY] = {WAY_OUT_NONE, ASK},
    [FAILURE_PROVISION_GONE] = {WAY_OUT_NONE, ASK},

    [FAILURE_BADGE_OTHER_PORTAL] = {WAY_OUT_SCAN, NULL},
    [FAILURE_BADGE_UNKNOWN] = {WAY_OUT_SCAN, NULL},
    [FAILURE_BADGE_OVER] = {WAY_OUT_SCAN, NULL},
    [FAILURE_BADGE_REFUSED] = {WAY_OUT_SCAN, NULL},
    [FAILURE_BADGE_ELSEWHERE] = {WAY_OUT_SCAN, NULL},
    [FAILURE_BADGE_KIOSK] = {WAY_OUT_NONE, NULL},
    [FAILURE_BADGE_ENDED] = {WAY_OUT_SCAN, NULL},
    [FAILURE_BADGE_WRONG_PINS] = {WAY_OUT_SCAN, NULL},
};

enum way_out way_out_of(enum failure failure)
{
    return rows[failure].way;
}

bool way_out_is_danger(enum failure failure)
{
    switch (failure) {
    case FAILURE_CHALLENGE_TAKEN:
    case FAILURE_CHALLENGE_CHANGED:
    case FAILURE_PORTAL_BAD_SIGNATURE:
    case FAILURE_PORTAL_MISMATCH:
    case FAILURE_PORTAL_TOKEN_USED:
    case FAILURE_PORTAL_KEY_IN_USE:
    case FAILURE_PORTAL_SEQUENCE_REUSED:
    case FAILURE_NET_TLS:
    case FAILURE_NET_PIN:
    case FAILURE_NET_PIN_PAIRING:
    case FAILURE_NET_REPLY:
    case FAILURE_NET_REDIRECT:
    case FAILURE_NET_UNSAFE_LATER:
    case FAILURE_JOURNAL_BROKEN:
    case FAILURE_JOURNAL_CUT:
    case FAILURE_JOURNAL_REMOVED:
    case FAILURE_JOURNAL_REWRITTEN:
    case FAILURE_JOURNAL_HEAD_DAMAGED:
        return true;
    default:
        return false;
    }
}

const char *way_out_name(enum way_out way)
{
    static const char *const names[WAYS_OUT] = {
        [WAY_OUT_UNSAID] = "",
        [WAY_OUT_NONE] = "none",
        [WAY_OUT_AGAIN] = "again",
        [WAY_OUT_SCAN] = "scan",
        [WAY_OUT_SCAN_OR_PAIR] = "scan-or-pair",
        [WAY_OUT_PAIR] = "pair",
        [WAY_OUT_ADDRESS] = "address",
        [WAY_OUT_SET_PIN] = "set-pin",
        [WAY_OUT_PORTALS] = "portals",
    };
    return names[way];
}

const char *way_out_words(enum failure failure)
{
    return rows[failure].words ? rows[failure].words : failure_next(failure);
}
