// SPDX-License-Identifier: MIT
#include "ui/app/scan_notes.h"

#include "ui/text/code_text.h"

static bool is_ours(const struct challenge *challenge)
{
    return payload_is_sign_in(challenge->kind) || payload_is_pairing(challenge->kind) ||
           challenge->kind == PAYLOAD_BADGE;
}

static struct scan_note note_of(const struct pipeline_codes *found, const struct qr_code *code,
                                const struct challenge *challenge)
{
    struct scan_note note = {.challenge = *challenge,
                             .frame = found->frame,
                             .after_ms = (found->read_us - found->first_frame_us) / 1000,
                             .width = found->width,
                             .height = found->height,
                             .view = found->view};
    memcpy(note.corners, code->corners, sizeof(note.corners));
    return note;
}

static bool holds_challenge(const struct scan_note *notes, size_t count,
                            const struct challenge *challenge)
{
    for (size_t i = 0; i < count; i++)
        if (challenge_is_same(&notes[i].challenge, challenge))
            return true;
    return false;
}

static bool holds_code(const struct qr_code *const *codes, size_t count,
                       const struct qr_code *code)
{
    for (size_t i = 0; i < count; i++)
        if (codes[i]->part.number == code->part.number &&
            span_equal(qr_payload(codes[i]), qr_payload(code)))
            return true;
    return false;
}

size_t scan_notes_from(const struct pipeline_codes *found,
                       struct scan_note out[static SCAN_NOTES_MAX])
{
    const struct qr_code *other[SCAN_NOTES_OTHERS];
    struct scan_note own[SCAN_NOTES_OURS];
    size_t others = 0, ours = 0;

    for (size_t i = 0; i < found->codes->count; i++) {
        const struct qr_code *code = &found->codes->code[i];
        struct challenge challenge;
        code_read(code, &challenge);
        bool is_own = is_ours(&challenge);
        if (is_own && ours < SCAN_NOTES_OURS && !holds_challenge(own, ours, &challenge))
            own[ours++] = note_of(found, code, &challenge);
        if (!is_own && others < SCAN_NOTES_OTHERS && !holds_code(other, others, code)) {
            out[others] = note_of(found, code, &challenge);
            other[others++] = code;
        }
    }

    for (size_t i = 0; i < ours; i++) {
        out[others + i] = own[i];
        out[others + i].more = i + 1 < ours;
    }
    return others + ours;
}
