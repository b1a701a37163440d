// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_SCREEN_FILLS_H
#define QRCONFIRM_TESTS_SCREEN_FILLS_H

// What the samples are made of: each brings a new flow to a moment with plausible contents, in
// the language of now.

#include "ui/flow/flow_state.h"

// ---- sign-ins, and what a device shows between them (fills_sign_in.c) ----

void fill_context(struct flow *flow);
void fill_welcome(struct flow *flow);
void fill_instructions(struct flow *flow);
void fill_kiosk(struct flow *flow);
void fill_unpaired_kiosk(struct flow *flow);
void fill_aiming(struct flow *flow);
void fill_camera_gone(struct flow *flow);
void fill_foreign(struct flow *flow);
void fill_other_portal(struct flow *flow);
void fill_too_far(struct flow *flow);
void fill_dazzled(struct flow *flow);
void fill_by_hand(struct flow *flow);
void fill_wrong_by_hand(struct flow *flow);
void fill_unlocking(struct flow *flow);
void fill_wrong_pin(struct flow *flow);
void fill_resolving(struct flow *flow);
void fill_asking(struct flow *flow);
void fill_marked(struct flow *flow);
void fill_warned(struct flow *flow);
void fill_most_warned(struct flow *flow);
void fill_untold(struct flow *flow);
void fill_sending(struct flow *flow);
void fill_retrying(struct flow *flow);
void fill_signed_in(struct flow *flow);
void fill_one_time_code(struct flow *flow);
void fill_pickup_code(struct flow *flow);
void fill_sent(struct flow *flow);
void fill_key_ends(struct flow *flow);
void fill_renewal_asked(struct flow *flow);
void fill_renewing(struct flow *flow);
void fill_ending(struct flow *flow);
void fill_ended(struct flow *flow);
void fill_refused(struct flow *flow);
void fill_expired(struct flow *flow);
void fill_no_camera(struct flow *flow);
void fill_not_paired(struct flow *flow);
void fill_unreachable(struct flow *flow);
void fill_copied(struct flow *flow);
void fill_no_safe_line(struct flow *flow);
void fill_open_answer(struct flow *flow);
void fill_withdrawing(struct flow *flow);
void fill_withdrawn(struct flow *flow);
void fill_withdrawal_over(struct flow *flow);
void fill_withdrawal_unsure(struct flow *flow);
void fill_longest_outcome(struct flow *flow);
void fill_withdrawal_taken(struct flow *flow);

// ---- pairings (fills_pairing.c) ----

void fill_pair_asking(struct flow *flow);
void fill_pair_warned(struct flow *flow);
void fill_by_address(struct flow *flow);
void fill_certificate(struct flow *flow);
void fill_login(struct flow *flow);
void fill_wrong_password(struct flow *flow);
void fill_captcha(struct flow *flow);
void fill_otp(struct flow *flow);
void fill_push_otp(struct flow *flow);
void fill_typing_code(struct flow *flow);
void fill_enrolling(struct flow *flow);
void fill_confirming(struct flow *flow);
void fill_keeping(struct flow *flow);
void fill_paired(struct flow *flow);
void fill_longest_pairing(struct flow *flow);
void fill_resuming(struct flow *flow);
void fill_resumed_code(struct flow *flow);
void fill_resume_pin(struct flow *flow);
void fill_giving_up(struct flow *flow);
void fill_given_up(struct flow *flow);

// ---- a kiosk with badges (fills_badge.c) ----

void fill_badge_kiosk(struct flow *flow);
void fill_badge_aiming(struct flow *flow);
void fill_badge_wanted(struct flow *flow);
void fill_badge_of_another(struct flow *flow);
void fill_badge_pin(struct flow *flow);
void fill_badge_pin_wrong(struct flow *flow);
void fill_badge_pin_new(struct flow *flow);
void fill_badge_pin_again(struct flow *flow);
void fill_badge_full(struct flow *flow);
void fill_badge_code(struct flow *flow);
void fill_badge_confirming(struct flow *flow);
void fill_badge_known(struct flow *flow);
void fill_badge_given_up(struct flow *flow);
void fill_badge_ended(struct flow *flow);
void fill_badge_wrong_pins(struct flow *flow);

#endif
