// SPDX-License-Identifier: MIT
#include "ui/app/app.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "net/dialects/dialects.h"
#include "net/pairings/atomic_file.h"
#include "net/pairings/pairing_pin.h"
#include "net/protocol/pin_shown.h"
#include "net/signer/signer_store.h"
#include "scanner/source_spec.h"
#include "ui/app/app_source.h"
#include "ui/app/introduction.h"
#include "ui/flow/flow.h"
#include "ui/view/entry.h"
#include "ui/view/view.h"

#define KIOSK_IDLE_MS 30000

int64_t app_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_net_event(void *userdata, const struct net_event *event)
{
    struct app *app = userdata;
    struct flow_event message = {.kind = FLOW_EVENT_NET, .net = *event};
    app_push_flow(app, atomic_load(&app->net_round), &message);
}

// The signer lacks walls, this kiosk's or that of a person.
static void on_open(void *userdata, const struct fault *fault)
{
    struct app *app = userdata;
    inbox_push(&app->inbox, &(struct message){.kind = MESSAGE_READER, .fault = *fault});
}

static void on_signal(void *userdata)
{
    struct app *app = userdata;
    app_push_flow(app, 0, &(struct flow_event){.kind = FLOW_EVENT_INTERRUPT});
}

// Where a person with a badge is there, it is his.
static struct net_worker *worker_of(const struct app *app)
{
    return app->visit.worker ? app->visit.worker : app->worker;
}

static struct pairing_store *pairings_of(const struct app *app)
{
    return app->visit.pairings ? app->visit.pairings : app->pairings;
}

static const char *state_of(const struct app *app)
{
    return app->visit.pairings ? app->visit.state : app->paths->state;
}

// What the instructions name, if it is clear which one.
static void find_portal(struct app *app)
{
    app->portal[0] = '\0';
    if (pairing_store_count(app->pairings) != 1 ||
        !pairing_store_summary(app->pairings, 0, &app->home))
        return;
    snprintf(app->portal, sizeof(app->portal), "%s", shown_host(app->home.origin).text);
}

// Whether there is a portal that shows the text of its codes.
static bool shows_text(const struct app *app)
{
    struct pairing_summary summary;
    for (size_t i = 0; pairing_store_summary(app->pairings, i, &summary); i++) {
        if (summary.dialect->ops->shows_text)
            return true;
    }
    return false;
}

static void fail_visit(struct app *app, const struct fault *fault)
{
    app_push_flow(app, 0,
                  &(struct flow_event){.kind = FLOW_EVENT_VISIT_FAILED, .fault = *fault});
}

// With badges the kiosk's own key answers nobody.
static void resolve(struct app *app)
{
    struct fault fault = {0};
    if (app->visit.badges && !app->visit.worker) {
        fault_set(&fault, FAILURE_INTERNAL, "a code without a badge");
        fail_visit(app, &fault);
        return;
    }
    introduction_tell(worker_of(app), app->options, app->paths); // a setting may be new
    net_worker_resolve(worker_of(app), &app->flow.challenge);
}

static void begin_visit(struct app *app)
{
    struct fault fault = {0};
    if (!visit_begin(&app->visit, &app->flow.challenge.badge, &fault))
        fail_visit(app, &fault);
}

static void pair_by_badge(struct app *app)
{
    struct fault fault = {0};
    badge_kiosk_find(app->pairings, &app->flow.challenge.badge, app->visit.wanted->kiosk_id,
                     app->flow.portal_origin);
    if (!visit_enrol(&app->visit, &fault))
        fail_visit(app, &fault);
}

static void decide(struct app *app)
{
    if (app->flow.settings.person)
        net_worker_decide(worker_of(app), app->flow.answer);
    else
        net_worker_decide_absent(worker_of(app), app->flow.answer);
}

static void act(struct app *app, unsigned todo)
{
    struct flow *flow = &app->flow;
    struct net_worker *worker = worker_of(app);

    if (todo & FLOW_DO_CANCEL) {
        net_worker_cancel(worker);
        app_next_round(&app->net_round);
    }

    if (todo & FLOW_DO_STOP_SOURCE)
        app_stop_source(app);
    if (todo & FLOW_DO_START_SOURCE)
        app_start_source(app);
    if ((todo & FLOW_DO_PAUSE) && app->pipeline)
        pipeline_pause(app->pipeline);
    if ((todo & FLOW_DO_RESUME) && app->pipeline)
        pipeline_resume(app->pipeline);

    if (todo & FLOW_DO_VISIT)
        begin_visit(app);
    if (todo & FLOW_DO_PAIR_BY_BADGE)
        pair_by_badge(app);

    if (todo & FLOW_DO_RESOLVE)
        resolve(app);
    if (todo & FLOW_DO_DECIDE)
        decide(app);
    if (todo & FLOW_DO_END_SESSION)
        net_worker_end_session(worker);
    if (todo & FLOW_DO_RENEW)
        net_worker_renew(worker);
    if (todo & FLOW_DO_REMOVE)
        net_worker_unpair(app->worker, flow->removal.pairing_id);

    if (todo & FLOW_DO_SEND_OPEN)
        net_worker_send_open(worker, flow->open.answer.pairing_id);
    if (todo & FLOW_DO_WITHDRAW)
        net_worker_withdraw(worker, flow->open.answer.pairing_id);

    if (todo & FLOW_DO_PAIR)
        net_worker_pair(app->worker, &flow->challenge, app->label);
    if (todo & FLOW_DO_RESUME_PAIRING)
        net_worker_resume_pairing(app->worker);
    if (todo & FLOW_DO_GIVE_UP_PAIRING)
        net_worker_give_up_pairing(app->worker);
    if (todo & FLOW_DO_PAIR_BY_URL) {
        snprintf(flow->portal_origin, sizeof(flow->portal_origin), "%.*s", (int)ORIGIN_MAX,
                 app->url);
        net_worker_pair_by_url(app->worker, app->url, app->key_pin[0] ? app->key_pin : NULL,
                               app->label);
    }
    if (todo & FLOW_DO_TRUST)
        net_worker_trust(app->worker, flow->trust);
    if (todo & FLOW_DO_KEEP)
        net_worker_keep_pairing(worker, flow->keep);

    if (todo & FLOW_DO_QUIT) {
        app->quit = true;
        pairing_store_leave(app->pairings);
        pairing_store_leave(pairings_of(app));
    }
}

// What a former run left open; not while it is at hand.
static void look_for_open(struct app *app, const struct flow_event *event)
{
    struct flow *flow = &app->flow;
    struct flow_open *open = &flow->open;
    enum flow_event_kind kind = event->kind;
    bool unlocked =
        app->visit.pairings && kind == FLOW_EVENT_NET && event->net.kind == NET_EVENT_UNLOCKED;
    bool begins = kind == FLOW_EVENT_START || kind == FLOW_EVENT_SCAN ||
                  kind == FLOW_EVENT_BY_HAND || unlocked;
    bool withdrew =
        flow_withdraws_unasked(flow) && flow->state == FLOW_WITHDRAWING &&
        kind == FLOW_EVENT_NET &&
        (event->net.kind == NET_EVENT_WITHDRAWN || event->net.kind == NET_EVENT_FAILED);
    bool ends = (kind == FLOW_EVENT_BACK || kind == FLOW_EVENT_TICK) &&
                flow_is_outcome(flow->state) && open->at_hand;
    size_t first = 0;
    if (!begins && !ends && !withdrew)
        return;
    open->any = open_answer_next(pairings_of(app), state_of(app), &first, &open->answer);
}

static bool may_begin_pairing(const struct flow *flow, enum flow_event_kind kind)
{
    bool pairing = flow->pairing || flow->settings.pairing;
    return kind == FLOW_EVENT_PAIR || kind == FLOW_EVENT_BY_ADDRESS ||
           (pairing &&
            (kind == FLOW_EVENT_START || kind == FLOW_EVENT_SCAN || kind == FLOW_EVENT_AGAIN));
}

// Why no pairing could be kept now: there are too many, or the folder takes no file.
static struct fault unpairable(const struct app *app)
{
    struct fault why = {0};
    if (pairing_store_has_room(app->pairings, &why))
        private_path_probe(app->paths->data, &why);
    return why;
}

// A pairing that was begun and left comes before another one.
static void look_for_begun(struct app *app, enum flow_event_kind kind)
{
    struct flow_begun *begun = &app->flow.begun;
    bool begins =
        kind == FLOW_EVENT_START || kind == FLOW_EVENT_SCAN || kind == FLOW_EVENT_PAIR;
    if (begins && !begun->at_hand)
        begun->any = begun_pairing_find(app->pairings, &begun->pairing, NULL);
}

// What the flow is to know before it takes an event. Another qrconfirm may have changed it
// meanwhile.
static void look_at_pairings(struct app *app, struct flow_event *event)
{
    enum flow_event_kind kind = event->kind;
    app->flow.settings.locked = pairing_store_has_pin(pairings_of(app));
    app->flow.settings.shows_text = shows_text(app);
    if (may_begin_pairing(&app->flow, kind))
        app->flow.settings.unpairable = unpairable(app);
    if (app->visit.badges && kind == FLOW_EVENT_PAYLOAD &&
        event->challenge.kind == PAYLOAD_BADGE)
        visit_look(&app->visit, &event->challenge.badge, &app->flow.badge,
                   &app->flow.settings.full);
    if (kind == FLOW_EVENT_NET)
        visit_heed(&app->visit, &event->net);
    look_for_open(app, event);
    look_for_begun(app, kind);
}

// A pairing that cannot be read now is one all the same: why it cannot is told when it is used.
static bool is_paired(struct pairing_store *pairings)
{
    return pairing_store_count(pairings) > 0 || pairing_store_unread(pairings, NULL);
}

static bool aims_by_camera(const struct app *app)
{
    const char *source = app->options->source;
    return !source || source_spec_is_camera(source);
}

// The portal's connection is open by the time that its code is read. A picture is read at once,
// and with badges the kiosk itself answers nobody.
static void connect_early(struct app *app)
{
    const struct flow *flow = &app->flow;
    bool pairs = flow->pairing || flow->settings.pairing;
    if (aims_by_camera(app) && !pairs && (!app->visit.badges || app->visit.worker))
        net_worker_connect(worker_of(app));
}

void app_feed(struct app *app, struct flow_event event)
{
    struct flow *flow = &app->flow;
    enum flow_state before = flow->state;
    unsigned removals = flow->removal.count;
    event.now_ms = app_now_ms();
    if (event.kind != FLOW_EVENT_TOUCH) // which leads nowhere
        look_at_pairings(app, &event);
    act(app, flow_take(flow, &event));
    if (app->visit.here && !flow->visit.on) {
        visit_end(&app->visit);
        app_next_round(&app->net_round); // what he was told in the end is nobody's
    }
    health_watch_take(&app->health, flow, before, &event);
    if (flow->state == FLOW_AIMING && before != FLOW_AIMING)
        connect_early(app);

    bool removed = flow->removal.count != removals;
    if (removed)
        flow->settings.paired = is_paired(app->pairings);
    if (removed && !flow->settings.paired)
        visit_forget_all(&app->visit);
    if (removed || (flow->state == FLOW_PAIRED && before != FLOW_PAIRED))
        find_portal(app);
    app->face.changed(app->face.userdata);
}

void app_find_pairing(struct app *app)
{
    if (app->flow.settings.paired || !pairing_store_refresh(app->pairings, NULL))
        return;
    find_portal(app);
    app->flow.settings.paired = is_paired(app->pairings);
}

size_t app_pairings(const struct app *app, struct pairing_summary out[static PAIRINGS_MAX])
{
    size_t count = 0;
    while (count < PAIRINGS_MAX && pairing_store_summary(app->pairings, count, &out[count]))
        count++;
    return count;
}

void app_remove_pairing(struct app *app, const char *id, struct span pin)
{
    struct flow_event event = {.kind = FLOW_EVENT_REMOVE, .remove.with_pin = pin.n > 0};
    if (!flow_may_remove(&app->flow))
        return;
    snprintf(event.remove.pairing_id, sizeof(event.remove.pairing_id), "%s", id);
    if (pin.n > 0)
        net_worker_unlock(app->worker, pin);
    app_feed(app, event);
}

static void take_code(struct app *app, const struct scan_note *note)
{
    if (app->flow.state != FLOW_AIMING)
        return;
    health_watch_frame(&app->health);
    app->face.code(app->face.userdata, note);
    app_feed(app, (struct flow_event){.kind = FLOW_EVENT_PAYLOAD,
                                      .challenge = note->challenge,
                                      .frame = note->frame,
                                      .more = note->more});
}

// Most frames change nothing that anybody sees.
static void take_no_code(struct app *app, struct flow_event event)
{
    struct flow *flow = &app->flow;
    enum hint advice = flow->advice.shown;
    bool another_kind = flow->hint.another_kind;
    enum failure waiting = flow->hint.waiting, refused = flow->hint.refused;
    event.now_ms = app_now_ms();
    health_watch_frame(&app->health);
    act(app, flow_take(flow, &event));
    if (flow->advice.shown != advice || flow->hint.another_kind != another_kind ||
        flow->hint.waiting != waiting || flow->hint.refused != refused)
        app->face.changed(app->face.userdata);
}

// Of a person with a badge, at his first use here.
static void choose_pin(struct app *app, struct span pin)
{
    struct flow_event event = {.kind = FLOW_EVENT_PIN};
    bool good = app->flow.state == FLOW_PIN_AGAIN
                    ? visit_is_chosen(&app->visit, pin)
                    : visit_choose_pin(&app->visit, pin, &event.fault);
    if (!good)
        event.kind = FLOW_EVENT_PIN_REFUSED;
    app_feed(app, event);
}

void app_enter_pin(struct app *app, struct span pin)
{
    if (!flow_takes_pin(&app->flow, app_now_ms()))
        return;
    if (app->flow.visit.first) {
        choose_pin(app, pin);
        return;
    }
    net_worker_unlock(worker_of(app), pin);
    app_feed(app, (struct flow_event){.kind = FLOW_EVENT_PIN});
}

void app_enter_address(struct app *app, const char *url, const char *pin)
{
    if (app->flow.state != FLOW_BY_ADDRESS)
        return;
    snprintf(app->url, sizeof(app->url), "%s", url);
    snprintf(app->key_pin, sizeof(app->key_pin), "%s", pin ? pin : "");
    app_feed(app, (struct flow_event){.kind = FLOW_EVENT_ADDRESS});
}

void app_log_in(struct app *app, const struct net_login_answer *answer)
{
    if (app->flow.state != FLOW_LOGIN)
        return;
    net_worker_log_in(app->worker, answer);
    app_feed(app, (struct flow_event){.kind = FLOW_EVENT_LOGIN});
}

void app_enter_code(struct app *app, struct span text)
{
    struct flow_event event = {.kind = FLOW_EVENT_PAYLOAD};
    dialect_read_code(dialects, text, &event.challenge);
    uint8_t upper[ENTRY_MAX];
    if (event.challenge.kind >= PAYLOAD_LINK && text.n <= sizeof(upper)) {
        // Our codes are in capitals; people may type them in lower case.
        for (size_t i = 0; i < text.n; i++)
            upper[i] = text.p[i] >= 'a' && text.p[i] <= 'z' ? text.p[i] & 0xdf : text.p[i];
        dialect_read_code(dialects, (struct span){upper, text.n}, &event.challenge);
    }
    app_feed(app, event);
}

void app_drain(struct app *app)
{
    struct message message;
    while (!app->quit && inbox_take(&app->inbox, &message)) {
        if (message.round != 0 && message.round != atomic_load(&app->scan_round) &&
            message.round != atomic_load(&app->net_round))
            continue;
        if (message.kind == MESSAGE_CODE)
            take_code(app, &message.code);
        else if (message.kind == MESSAGE_NO_CODE)
            take_no_code(app, message.event);
        else if (message.kind == MESSAGE_READER)
            reader_notes_tell(&app->reader, &message.fault, stderr);
        else
            app_feed(app, message.event);
    }
    if (!app->quit && app_wait_ms(app) == 0)
        app_feed(app, (struct flow_event){.kind = FLOW_EVENT_TICK});
}

int app_wait_ms(const struct app *app)
{
    int64_t deadline = flow_deadline(&app->flow);
    if (deadline == FLOW_NEVER)
        return -1;
    int64_t left = deadline - app_now_ms();
    return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

static void prepare_flow(struct app *app)
{
    const struct options *options = app->options;
    bool window = options->face == FACE_WINDOW;

    snprintf(app->url, sizeof(app->url), "%s", options->url ? options->url : "");
    pin_typed(options->pin ? options->pin : "", app->key_pin, sizeof(app->key_pin));

    struct flow_settings settings = {
        .by_url = options->url != NULL,
        .pairing = options->command == COMMAND_PAIR,
        .paired = is_paired(app->pairings),
        .badges = app->visit.badges,
        .loop = options->loop,
        .stream = !window && !aims_by_camera(app),
        .camera = window && aims_by_camera(app),
        .window = window,
        .person = app->face.person,
        .scan_timeout_ms = (int64_t)options->timeout_s * 1000,
        .idle_ms = options->loop && window ? KIOSK_IDLE_MS : 0,
    };

    flow_init(&app->flow, &settings);
}

static bool open_visit(struct app *app, struct fault *fault)
{
    const struct visit_host host = {.kiosk = app->pairings,
                                    .environment = &app->environment,
                                    .options = app->options,
                                    .paths = app->paths,
                                    .on_event = on_net_event,
                                    .on_open = on_open,
                                    .userdata = app};
    return visit_open(&app->visit, &host, fault);
}

bool app_init(struct app *app, const struct options *options, const struct paths *paths,
              const struct app_face *face, struct fault *fault)
{
    *app = (struct app){
        .options = options, .paths = paths, .face = *face, .scan_round = 1, .net_round = 2};
    options_device_label(app->options, app->label, sizeof(app->label));
    if (!paths_make(paths->state, fault) || !inbox_init(&app->inbox, fault))
        return false;
    app->inbox.wake = face->wake;
    app->inbox.userdata = face->userdata;
    if (!signals_watch_start(&app->signals, on_signal, app, fault))
        goto no_signals;
    app->pairings = signer_store_open(paths->data, dialects, on_open, app, fault);
    if (!app->pairings)
        goto no_pairings;
    net_environment_system(&app->environment, paths->state);
    app->environment.allow_plain_http = options->allow_plain_http;
    app->environment.kiosk = options->badges > 0;
    if (!open_visit(app, fault))
        goto no_visit;
    app->worker = net_worker_start(&app->environment, app->pairings, on_net_event, app, fault);
    if (!app->worker)
        goto no_worker;

    introduction_tell(app->worker, options, paths);
    find_portal(app);
    prepare_flow(app);
    system_journal_open(&app->journal, SYSTEM_JOURNAL_SOCKET, getenv("JOURNAL_STREAM"),
                        STDERR_FILENO);
    health_watch_begin(&app->health, paths->state, &app->environment, &app->journal,
                       aims_by_camera(app));
    return true;

no_worker:
    visit_close(&app->visit);
no_visit:
    pairing_store_close(app->pairings);
no_pairings:
    signals_watch_stop(&app->signals);
no_signals:
    inbox_destroy(&app->inbox);
    return false;
}

// What came of an answer that was under way when the program was ended.
static void look_at_the_end(struct app *app)
{
    struct message message;
    struct open_answer answer;
    size_t first = 0;

    while (inbox_take(&app->inbox, &message)) {
        const struct net_event *net = &message.event.net;
        if (message.kind == MESSAGE_READER)
            reader_notes_tell(&app->reader, &message.fault, stderr);
        if (message.kind != MESSAGE_FLOW || message.event.kind != FLOW_EVENT_NET ||
            (net->kind != NET_EVENT_RECEIPT && net->kind != NET_EVENT_LATE_RECEIPT))
            continue;
        app->came_late = true;
        app->last_receipt = net->receipt;
        if (net->receipt.origin[0])
            continue;
        memcpy(app->last_receipt.origin, app->flow.context.origin,
               sizeof(app->last_receipt.origin));
        memcpy(app->last_receipt.account_name, app->flow.context.account_name,
               sizeof(app->last_receipt.account_name));
    }
    app->answer_open = open_answer_next(pairings_of(app), state_of(app), &first, &answer);
}

void app_destroy(struct app *app)
{
    app_stop_source(app);
    net_worker_stop(app->worker);
    system_journal_close(&app->journal);
    if (app->flow.left_open)
        look_at_the_end(app);
    visit_close(&app->visit);
    pairing_store_close(app->pairings);
    signals_watch_stop(&app->signals);
    inbox_destroy(&app->inbox);
}
