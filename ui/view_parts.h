// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_VIEW_PARTS_H
#define QRCONFIRM_UI_VIEW_PARTS_H

// A view from inside, private to what fills one in: view.c (on the way), view_question.c,
// view_open.c, view_pairing.c, view_outcome.c, places_view.c and gate.c.

#include "ui/view.h"

__attribute__((format(printf, 2, 3))) void view_write(char out[static VIEW_TEXT_MAX],
                                                      const char *format, ...);
void view_add_button(struct view *view, enum action_kind action, const char *label);
void view_add_quiet_button(struct view *view, enum action_kind action, const char *label);

// Nothing is added for an empty value.
void view_add_row(struct view *view, const char *label, const char *value);
void view_add_step(struct view *view, const char *text);
void view_add_warning(struct view *view, const char *text);

// The next step after a failure, in the words of the face.
const char *view_next(const struct flow *flow, enum failure failure);

// True where the text of a code can be entered: a paired portal shows it (qr-login v1, section
// 3).
bool view_may_enter_by_hand(const struct flow *flow);

// Whole seconds until `end_ms`, never less than 0.
int64_t view_seconds_to(int64_t end_ms, int64_t now_ms);

// ---- one state of the flow each ----

void view_asking(const struct flow *flow, int64_t now_ms, const struct wall_clock *clock,
                 struct view *view);
void view_done(const struct flow *flow, int64_t now_ms, struct view *view);
void view_refused(const struct flow *flow, struct view *view);
void view_failed(const struct flow *flow, struct view *view);
void view_open_answer(const struct flow *flow, int64_t now_ms, const struct wall_clock *clock,
                      struct view *view);
void view_withdrawn(const struct flow *flow, struct view *view);
void view_pair_asking(const struct flow *flow, int64_t now_ms, struct view *view);
void view_by_address(struct view *view);
void view_certificate(const struct flow *flow, int64_t now_ms, struct view *view);
void view_login(const struct flow *flow, struct view *view);
void view_begun(const struct flow *flow, const struct wall_clock *clock, struct view *view);
void view_typing_code(const struct flow *flow, struct view *view);
void view_confirming(const struct flow *flow, int64_t now_ms, struct view *view);
void view_paired(const struct flow *flow, struct view *view);

#endif
