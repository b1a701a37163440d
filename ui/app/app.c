// SPDX-License-Identifier: MIT
#include "ui/app/app.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "net/dialects/dialects.h"
#include "net/known_codes.h"
#include "net/pairings/atomic_file.h"
#include "net/pairings/pairing_pin.h"
#include "net/protocol/pin_shown.h"
#include "net/signer/signer_store.h"
#include "scanner/source_spec.h"
#include "ui/app/introduction.h"
#include "ui/app/scan_notes.h"
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

static void push_flow(struct app *app, unsigned round, const struct flow_event *event)
{
    inbox_push(&app->inbox,
               &(struct message){.kind = MESSAGE_FLOW, .round = round, .event = *event});
}

// Rounds of scans are odd, those of the network even, so that neither is taken for the other;
// 0 belongs to no round.
static unsigned next_round(atomic_uint *round)
{
    return atomic_fetch_add(round, 2) + 2;
}

static void on_net_event(void *userdata, const struct net_event *event)
{
    struct app *app = userdata;
    struct flow_event message = {.kind = FLOW_EVENT_NET, .net = *event};
    push_flow(app, atomic_load(&app->net_round), &message);
}

static void on_signal(void *userdata)
{
    struct app *app = userdata;
    push_flow(app, 0, &(struct flow_event){.kind = FLOW_EVENT_INTERRUPT});
}

static void push_codes(struct app *app, unsigned round, const struct pipeline_codes *found)
{
    struct scan_note notes[SCAN_NOTES_MAX];
    size_t count = scan_notes_from(found, notes);
    for (size_t i = 0; i < count; i++)
        inbox_push(&app->inbox,
                   &(struct message){.kind = MESSAGE_CODE, .round = round, .code = notes[i]});
}

static void on_pipeline_event(void *userdata, const struct pipeline_event *event)
{
    struct app *app = userdata;
    unsigned round = atomic_load(&app->scan_round);
    struct flow_event message = {0};

    switch (event->kind) {
    case PIPELINE_CODES:
        push_codes(app, round, &event->codes);
        return;
    case PIPELINE_NO_CODE:
        inbox_push(&app->inbox, &(struct message){.kind = MESSAGE_NO_CODE,
                                                  .round = round,
                                                  .event = {.kind = FLOW_EVENT_NO_CODE,
                                                            .hint = event->hint}});
        return;
    case PIPELINE_PREVIEW:
        if (app->face.on_preview)
            app->face.on_preview(app->face.userdata);
        return;
    case PIPELINE_WAITING:
        message.kind = FLOW_EVENT_SOURCE_WAITING;
        message.fault = event->fault;
        break;
    case PIPELINE_READER:
        inbox_push(
            &app->inbox,
            &(struct message){.kind = MESSAGE_READER, .round = round, .fault = event->fault});
        return;
    case PIPELINE_RUNNING:
        message.kind = FLOW_EVENT_SOURCE_RUNNING;
        break;
    case PIPELINE_ENDED:
        message.kind = FLOW_EVENT_SOURCE_ENDED;
        break;
    case PIPELINE_FAILED:
        message.kind = FLOW_EVENT_SOURCE_FAILED;
        message.fault = event->fault;
        break;
    }

    push_flow(app, round, &message);
}

static void note_camera(struct app *app)
{
    struct camera_in_use in_use;
    if (!source_is_camera(app->source))
        return;
    camera_source_in_use(app->source, &in_use);
    if (in_use.id[0])
        memcpy(app->used_camera, in_use.name, sizeof(app->used_camera));
    if (in_use.id[0] && app->camera_switched)
        memcpy(app->camera, in_use.id, sizeof(app->camera));
}

static void stop_source(struct app *app)
{
    if (app->pipeline) {
        pipeline_stop(app->pipeline);
        pipeline_join(app->pipeline);
        pipeline_destroy(app->pipeline);
        free(app->pipeline);
        app->pipeline = NULL;
    }
    if (app->source) {
        note_camera(app);
        app->source->ops->destroy(app->source);
        app->source = NULL;
    }
    next_round(&app->scan_round);
}

static bool open_source(struct app *app, struct fault *fault)
{
    const char *spec = app->options->source ? app->options->source : "camera";
    app->source = source_apart_from_spec(spec, fault);
    if (!app->source)
        return false;
    if (app->camera[0] && source_is_camera(app->source))
        camera_source_switch(app->source, app->camera);

    struct pipeline *pipeline = calloc(1, sizeof(*pipeline));
    if (!pipeline)
        return fault_set(fault, FAILURE_MEMORY, "pipeline");

    known_codes_of(app->pairings, &app->known);
    struct pipeline_settings settings = {
        .eye = true,
        .known = &app->known,
        .preview = app->face.on_preview != NULL,
        .paced = app->options->face == FACE_WINDOW,
        // A window waits for its camera; a command says what is wrong and ends.
        .reopen = app->options->loop || app->options->face == FACE_WINDOW,
        .on_event = on_pipeline_event,
        .userdata = app,
    };

    if (!pipeline_init(pipeline, app->source, &settings, fault)) {
        free(pipeline);
        return false;
    }
    if (!pipeline_start(pipeline, fault)) {
        pipeline_destroy(pipeline);
        free(pipeline);
        return false;
    }

    app->pipeline = pipeline;
    return true;
}

static void start_source(struct app *app)
{
    struct flow_event failed = {.kind = FLOW_EVENT_SOURCE_FAILED};
    if (!open_source(app, &failed.fault))
        push_flow(app, atomic_load(&app->scan_round), &failed);
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

static void resolve(struct app *app)
{
    introduction_tell(app->worker, app->options, app->paths); // a setting may be new
    net_worker_resolve(app->worker, &app->flow.challenge);
}

static void act(struct app *app, unsigned todo)
{
    struct flow *flow = &app->flow;

    if (todo & FLOW_DO_CANCEL) {
        net_worker_cancel(app->worker);
        next_round(&app->net_round);
    }

    if (todo & FLOW_DO_STOP_SOURCE)
        stop_source(app);
    if (todo & FLOW_DO_START_SOURCE)
        start_source(app);
    if ((todo & FLOW_DO_PAUSE) && app->pipeline)
        pipeline_pause(app->pipeline);
    if ((todo & FLOW_DO_RESUME) && app->pipeline)
        pipeline_resume(app->pipeline);

    if (todo & FLOW_DO_RESOLVE)
        resolve(app);
    if ((todo & FLOW_DO_DECIDE) && flow->settings.person)
        net_worker_decide(app->worker, flow->answer);
    else if (todo & FLOW_DO_DECIDE)
        net_worker_decide_absent(app->worker, flow->answer);
    if (todo & FLOW_DO_END_SESSION)
        net_worker_end_session(app->worker);
    if (todo & FLOW_DO_RENEW)
        net_worker_renew(app->worker);
    if (todo & FLOW_DO_REMOVE)
        net_worker_unpair(app->worker, flow->removal.pairing_id);

    if (todo & FLOW_DO_SEND_OPEN)
        net_worker_send_open(app->worker, flow->open.answer.pairing_id);
    if (todo & FLOW_DO_WITHDRAW)
        net_worker_withdraw(app->worker, flow->open.answer.pairing_id);

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
        net_worker_keep_pairing(app->worker, flow->keep);

    if (todo & FLOW_DO_QUIT)
        app->quit = true;
}

// What a former run left open; not while it is at hand.
static void look_for_open(struct app *app, enum flow_event_kind kind)
{
    struct flow *flow = &app->flow;
    struct flow_open *open = &flow->open;
    bool begins =
        kind == FLOW_EVENT_START || kind == FLOW_EVENT_SCAN || kind == FLOW_EVENT_BY_HAND;
    bool ends = (kind == FLOW_EVENT_BACK || kind == FLOW_EVENT_TICK) &&
                flow_is_outcome(flow->state) && open->at_hand;
    size_t first = 0;
    if (!begins && !ends)
        return;
    open->any = open_answer_next(app->pairings, app->paths->state, &first, &open->answer);
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
static void look_at_pairings(struct app *app, enum flow_event_kind kind)
{
    app->flow.settings.locked = pairing_store_has_pin(app->pairings);
    app->flow.settings.shows_text = shows_text(app);
    if (may_begin_pairing(&app->flow, kind))
        app->flow.settings.unpairable = unpairable(app);
    look_for_open(app, kind);
    look_for_begun(app, kind);
}

// A pairing that cannot be read now is one all the same: why it cannot is told when it is used.
static bool is_paired(struct pairing_store *pairings)
{
    return pairing_store_count(pairings) > 0 || pairing_store_unread(pairings, NULL);
}

void app_feed(struct app *app, struct flow_event event)
{
    struct flow *flow = &app->flow;
    enum flow_state before = flow->state;
    unsigned removals = flow->removal.count;
    event.now_ms = app_now_ms();
    if (event.kind != FLOW_EVENT_TOUCH) // which leads nowhere
        look_at_pairings(app, event.kind);
    act(app, flow_take(flow, &event));
    health_watch_take(&app->health, flow, before, &event);

    bool removed = flow->removal.count != removals;
    if (removed)
        flow->settings.paired = is_paired(app->pairings);
    if (removed || (flow->state == FLOW_PAIRED && before != FLOW_PAIRED))
        find_portal(app);
    app->face.changed(app->face.userdata);
}

size_t app_other_cameras(const struct app *app)
{
    struct camera_in_use in_use = {0};
    if (app->source && source_is_camera(app->source))
        camera_source_in_use(app->source, &in_use);
    return in_use.others;
}

void app_switch_camera(struct app *app)
{
    if (!app->source || !source_is_camera(app->source))
        return;
    app->camera_switched = true;
    camera_source_switch(app->source, NULL);
}

void app_forget_camera(struct app *app)
{
    app->camera_switched = false;
    app->camera[0] = '\0';
}

void app_used_camera(const struct app *app, char out[static 32])
{
    memcpy(out, app->used_camera, sizeof(app->used_camera));
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

void app_enter_pin(struct app *app, struct span pin)
{
    if (!flow_takes_pin(&app->flow, app_now_ms()))
        return;
    net_worker_unlock(app->worker, pin);
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
        .loop = options->loop,
        .stream = options->source && !window && !source_spec_is_camera(options->source),
        .camera = window && (!options->source || source_spec_is_camera(options->source)),
        .window = window,
        .person = app->face.person,
        .scan_timeout_ms = (int64_t)options->timeout_s * 1000,
        .idle_ms = options->loop && window ? KIOSK_IDLE_MS : 0,
    };

    flow_init(&app->flow, &settings);
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
    app->pairings = signer_store_open(paths->data, dialects, fault);
    if (!app->pairings)
        goto no_pairings;
    net_environment_system(&app->environment, paths->state);
    app->environment.allow_plain_http = options->allow_plain_http;
    app->worker = net_worker_start(&app->environment, app->pairings, on_net_event, app, fault);
    if (!app->worker)
        goto no_worker;

    introduction_tell(app->worker, options, paths);
    find_portal(app);
    prepare_flow(app);
    system_journal_open(&app->journal, SYSTEM_JOURNAL_SOCKET, getenv("JOURNAL_STREAM"),
                        STDERR_FILENO);
    health_watch_begin(&app->health, paths->state, &app->environment, &app->journal,
                       !options->source || source_spec_is_camera(options->source));
    return true;

no_worker:
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
    app->answer_open = open_answer_next(app->pairings, app->paths->state, &first, &answer);
}

void app_destroy(struct app *app)
{
    stop_source(app);
    net_worker_stop(app->worker);
    system_journal_close(&app->journal);
    if (app->flow.left_open)
        look_at_the_end(app);
    pairing_store_close(app->pairings);
    signals_watch_stop(&app->signals);
    inbox_destroy(&app->inbox);
}
