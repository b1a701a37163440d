// SPDX-License-Identifier: MIT
#include "ui/app/health_watch.h"

static const enum system_journal_entry entries[] = {
    [HEALTH_STARTED] = SYSTEM_JOURNAL_STARTED,
    [HEALTH_APPROVED] = SYSTEM_JOURNAL_APPROVED,
    [HEALTH_FAILED] = SYSTEM_JOURNAL_FAILED,
    [HEALTH_CAMERA] = SYSTEM_JOURNAL_CAMERA,
};

static void note(const struct health_watch *watch, enum health_event_kind kind,
                 enum failure failure)
{
    const struct net_environment *environment = watch->environment;
    int64_t now = environment->wall_clock(environment->userdata);
    const struct health_event event = {
        .kind = kind, .failure = failure, .time = now > 0 ? now : 0};
    health_add(watch->state_dir, &event, NULL);
    system_journal_write(watch->journal, entries[kind], failure);
}

static void note_camera(struct health_watch *watch, enum failure failure)
{
    if (!watch->has_camera || (watch->camera_known && watch->camera == failure))
        return;
    watch->camera_known = true;
    watch->camera = failure;
    note(watch, HEALTH_CAMERA, failure);
}

void health_watch_begin(struct health_watch *watch, const char *state_dir,
                        const struct net_environment *environment,
                        const struct system_journal *journal, bool has_camera)
{
    *watch = (struct health_watch){.state_dir = state_dir,
                                   .environment = environment,
                                   .journal = journal,
                                   .has_camera = has_camera};
    note(watch, HEALTH_STARTED, FAILURE_NONE);
}

static bool is_approval(const struct flow *flow)
{
    return flow->receipt.result == NET_RESULT_APPROVED ||
           flow->receipt.result == NET_RESULT_PICKUP_CODE ||
           flow->receipt.result == NET_RESULT_SENT;
}

void health_watch_take(struct health_watch *watch, const struct flow *flow,
                       enum flow_state before, const struct flow_event *event)
{
    if (event->kind == FLOW_EVENT_SOURCE_FAILED || event->kind == FLOW_EVENT_SOURCE_WAITING)
        note_camera(watch, event->fault.failure);
    if (event->kind == FLOW_EVENT_SOURCE_RUNNING)
        note_camera(watch, FAILURE_NONE);

    if (flow->state == FLOW_FAILED && before != FLOW_FAILED)
        note(watch, HEALTH_FAILED, flow->fault.failure);
    // It comes back there from what may follow: an end of the session, a new key.
    if (flow->state == FLOW_DONE && before == FLOW_SENDING && is_approval(flow))
        note(watch, HEALTH_APPROVED, FAILURE_NONE);
}

void health_watch_frame(struct health_watch *watch)
{
    note_camera(watch, FAILURE_NONE);
}
