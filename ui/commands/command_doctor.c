// SPDX-License-Identifier: MIT
#include "ui/commands/command_doctor.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "apart/sandbox.h"
#include "console/signals.h"
#include "net/dialects/dialects.h"
#include "net/http.h"
#include "net/open_answer.h"
#include "net/pairings/administrator.h"
#include "net/pairings/atomic_file.h"
#include "net/pairings/journal_check.h"
#include "net/pairings/pairing.h"
#include "net/pairings/pairing_part.h"
#include "net/pairings/pairing_pin.h"
#include "net/pairings/pairing_secrets.h"
#include "net/signer/part_store.h"
#include "net/signer/signer_child.h"
#include "net/signer/signer_store.h"
#include "scanner/camera/camera_list.h"
#include "scanner/eye/eye.h"
#include "scanner/eye/eye_steps.h"
#include "scanner/pipewire/pipewire_list.h"
#include "ui/commands/journal_fault.h"
#include "ui/commands/portal_probe.h"
#include "ui/drawing/fonts.h"
#include "ui/terminal/terminal.h"
#include "ui/text/json_line.h"
#include "ui/text/language.h"
#include "ui/text/shown_host.h"
#include "ui/text/wall_clock.h"
#include "ui/view/view.h"

#define EARLIEST_CLOCK INT64_C(1767225600) // 2026-01-01: this program is not older
#define CLOCK_OFF_MAX  300                 // seconds
#define DAY_S          (24 * 3600)

struct doctor {
    const struct options *options;
    const struct paths *paths;
    const struct net_environment *environment;
    const struct fault *unread; // what is wrong with the folders or the configuration
    struct http_stop stop;      // a signal
    bool portal_told_time;      // one of those asked so far
    int64_t clock_off_s;        // ahead of the portal that told it last
    enum exit_code exit;
};

// What was found: `mark` stands before it on a terminal, if nothing is wrong.
static void report_as(struct doctor *doctor, char mark, const char *name, const char *label,
                      const char *detail, const struct fault *fault)
{
    bool well = fault->failure == FAILURE_NONE;
    if (!well && doctor->exit == EXIT_CODE_OK)
        doctor->exit = failure_exit(fault->failure);

    if (doctor->options->face == FACE_JSON) {
        json_t *object =
            json_pack("{s:s, s:s, s:b, s:o}", "event", "check", "name", name, "ok", well,
                      "detail", json_line_text(span_str(well ? detail : fault->detail)));
        if (!well) {
            json_line_add(&object, "code", json_string(failure_code(fault->failure)));
            json_line_add(&object, "text", json_string(_(failure_text(fault->failure))));
            json_line_add(&object, "next", json_string(_(failure_next(fault->failure))));
        }
        json_line_print(stdout, object, JSON_COMPACT);
        return;
    }

    if (well)
        printf("%c %s: %s\n", mark, label, detail);
    else
        printf("! %s: %s (%s) %s\n", label, _(failure_text(fault->failure)), fault->detail,
               _(failure_next(fault->failure)));
}

static void report(struct doctor *doctor, const char *name, const char *label,
                   const char *detail, const struct fault *fault)
{
    report_as(doctor, '+', name, label, detail, fault);
}

static void check_settings(struct doctor *doctor)
{
    struct fault fault = *doctor->unread;
    report(doctor, "configuration", _("Configuration"), doctor->paths->config, &fault);
}

static void check_typeface(struct doctor *doctor)
{
    struct fault fault = {0};
    struct fonts *fonts = fonts_open(&fault);
    fonts_close(fonts);
    report(doctor, "typeface", _("Typeface"), _("found"), &fault);
}

// The camera of PipeWire that is used where the kernel has none, and by whose hand it is
// linked.
static bool find_pipewire_camera(char *out, size_t size, struct fault *fault)
{
    struct pipewire_list *list = malloc(sizeof(*list));
    if (!list)
        return fault_set(fault, FAILURE_MEMORY, "the cameras of PipeWire");

    bool found = pipewire_list_read(list, -1, fault);
    if (found && list->chosen == list->count)
        found = fault_set(fault, FAILURE_PIPEWIRE_NO_CAMERA, "PipeWire lists no camera%s",
                          list->managed ? "" : ", there is no session manager");
    if (found)
        snprintf(out, size, "pipewire:%s (%s)", list->entry[list->chosen].id,
                 list->managed ? _("linked by the session manager")
                               : _("without a session manager"));
    free(list);
    return found;
}

static void check_camera(struct doctor *doctor)
{
    struct fault fault = {0};
    struct fault pipewire = {0};
    char name[FAULT_DETAIL_MAX] = "";
    struct camera_list *list = malloc(sizeof(*list));

    if (!list) {
        fault_set(&fault, FAILURE_MEMORY, "the list of cameras");
    } else {
        camera_list_read(list, camera_system_real());
        if (list->chosen < list->count)
            snprintf(name, sizeof(name), "%s", list->entry[list->chosen].id);
        else if (!find_pipewire_camera(name, sizeof(name), &pipewire))
            fault_set(
                &fault, list->count > 0 ? list->entry[0].verdict.failure : FAILURE_CAMERA_NONE,
                "%s; %s: %s", list->count > 0 ? list->entry[0].verdict.detail : "/dev/video*",
                failure_code(pipewire.failure), _(failure_text(pipewire.failure)));
    }

    report(doctor, "camera", _("Camera"), name, &fault);
    free(list);
}

// ---- processes apart ----

static void report_closed_in(struct doctor *doctor, const char *name, const char *label,
                             bool files, const struct fault *fault)
{
    report_as(doctor, files ? '+' : '*', name, label,
              files ? _("closed in (seccomp, Landlock)")
                    : _("closed in (seccomp; this kernel has no Landlock)"),
              fault);
}

// A real one is started: what a kernel says that it has, it may not give.
static void check_eye(struct doctor *doctor, enum eye_role role, const char *label)
{
    struct fault fault = {0};
    struct eye_steps eye;
    bool files = false;

    if (role == EYE_FILMS && camera_system_is_shimmed()) {
        report_as(doctor, '*', eye_role_name(role), label,
                  _("not a process of its own: LD_PRELOAD names a library for V4L2"), &fault);
        return;
    }

    if (eye_steps_init(&eye, EYE_IDLE_US, &fault)) {
        if (eye_steps_await(&eye, role, &fault) &&
            eye_child_is_closed_in(role, eye.walls, &fault))
            files = (eye.walls & SANDBOX_FILES) != 0;
        eye_steps_destroy(&eye);
    }

    report_closed_in(doctor, eye_role_name(role), label, files, &fault);
}

static void check_eyes(struct doctor *doctor)
{
    static const char *const labels[EYE_ROLES] = {
        [EYE_READS] = N_("Reader of codes"),
        [EYE_OPENS] = N_("Opener of pictures"),
        [EYE_CONVERTS] = N_("Converter of frames"),
        [EYE_FILMS] = N_("Holder of the camera"),
    };
    for (size_t role = 0; role < EYE_ROLES && !signals_came(); role++)
        check_eye(doctor, (enum eye_role)role, _(labels[role]));
}

// The same of who holds the keys.
static void check_signer(struct doctor *doctor)
{
    struct fault fault = {0};
    struct signer_child signer;
    bool files = false;

    int folder = private_folder_open(doctor->paths->data, &fault);
    signer_child_init(&signer);
    if (folder >= 0 && signer_child_await(&signer, folder, &fault) &&
        signer_child_is_closed_in(&signer, &fault))
        files = (signer.walls & SANDBOX_FILES) != 0;
    signer_child_destroy(&signer);
    if (folder >= 0)
        close(folder);

    report_closed_in(doctor, "signer", _("Keeper of keys"), files, &fault);
}

// ---- the rest ----

static int64_t wall_clock(const struct doctor *doctor)
{
    return doctor->environment->wall_clock(doctor->environment->userdata);
}

// Written, not only looked at: a full disk and one that can only be read show by that alone.
static void check_storage(struct doctor *doctor)
{
    const char *const folders[] = {doctor->paths->data, doctor->paths->state};
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        struct fault fault = {0};
        private_path_probe(folders[i], &fault);
        report(doctor, "storage", _("Storage"), folders[i], &fault);
    }
}

static void check_clock(struct doctor *doctor, int64_t latest_pairing)
{
    struct fault fault = {0};
    int64_t now = wall_clock(doctor), off = doctor->clock_off_s;
    if (off > CLOCK_OFF_MAX || off < -CLOCK_OFF_MAX)
        fault_set(&fault, FAILURE_NET_CLOCK, _("%lld s from the clock of the portal"),
                  (long long)off);
    else if (now < EARLIEST_CLOCK || now + DAY_S < latest_pairing)
        fault_set(&fault, FAILURE_NET_CLOCK, _("%lld s since 1970"), (long long)now);
    report(doctor, "clock", _("Clock"), _("plausible"), &fault);
}

static void pass_by(void *userdata, const struct journal_line *line)
{
    (void)userdata;
    (void)line;
}

static void check_journal(struct doctor *doctor)
{
    struct fault fault = {0};
    const struct paths *paths = doctor->paths;
    struct journal_checked checked;
    char detail[192] = "";

    if (journal_check(paths->state, paths->data, JOURNAL_ALL, pass_by, NULL, &checked,
                      &fault)) {
        const struct journal_sum sum = checked.sum;
        snprintf(detail, sizeof(detail), ngettext("%zu entry", "%zu entries", sum.lines),
                 sum.lines);
        if (sum.torn > 0)
            snprintf(detail + strlen(detail), sizeof(detail) - strlen(detail),
                     ngettext(", %zu cut short by a full disk or a crash",
                              ", %zu cut short by a full disk or a crash", sum.torn),
                     sum.torn);
        if (!checked.has_head && sum.lines > 0)
            snprintf(detail + strlen(detail), sizeof(detail) - strlen(detail), "%s",
                     _(", whose end is kept from the next one on"));
        journal_is_whole(paths, &checked, &fault);
    }

    report(doctor, "journal", _("Journal"), detail, &fault);
}

// Until when, as far as it is known. False if it is over, which only a portal's time can say: a
// wrong clock of the device ends no key.
static bool key_lasts(const struct doctor *doctor, int64_t ends_at, char *out, size_t size)
{
    int64_t now = wall_clock(doctor) - doctor->clock_off_s, left_s = ends_at - now;

    if (ends_at <= 0) {
        snprintf(out, size, "%s", _("found"));
        return true;
    }

    if (!doctor->portal_told_time) {
        struct wall_clock clock = {.now = now, .zone = localtime_r};
        char day[WALL_CLOCK_MAX];
        wall_clock_day(&clock, ends_at, day);
        snprintf(out, size, _("until %s, by this device's clock"), day);
        return true;
    }

    unsigned long days = left_s > 0 ? (unsigned long)((left_s + DAY_S - 1) / DAY_S) : 0;
    snprintf(out, size, ngettext("%lu day left", "%lu days left", days), days);
    return left_s > 0;
}

static void check_key(struct doctor *doctor, struct pairing_store *store,
                      const struct pairing_summary *pairing)
{
    struct fault fault = {0};
    char detail[192];
    bool lasts = key_lasts(doctor, pairing->key_ends_at, detail, sizeof(detail));
    if (pairing_store_check_secrets(store, pairing->id, &fault) && !lasts)
        fault_set(&fault, FAILURE_PORTAL_KEY_EXPIRED, "%s", pairing->id);
    report(doctor, "key", _("Key"), detail, &fault);
}

static void check_portal(struct doctor *doctor, const struct pairing_summary *pairing)
{
    struct fault fault = {0};
    struct portal_probe probe;
    if (portal_probe(doctor->environment, pairing, &doctor->stop, &probe, &fault) &&
        probe.told_time) {
        doctor->portal_told_time = true;
        doctor->clock_off_s = probe.ahead_s;
    }
    if (fault.failure != FAILURE_INTERRUPTED)
        report(doctor, "portal", _("Portal"), shown_host(pairing->origin).text, &fault);
}

// An answer that a former run left: only the person can say whether it is to be sent.
static void check_answer(struct doctor *doctor, struct pairing_store *store,
                         const struct pairing_summary *pairing)
{
    struct fault fault = {0};
    struct open_answer open;
    if (!open_answer_of(store, doctor->paths->state, pairing->id, &open))
        return;
    fault_set(&fault, FAILURE_ANSWER_OPEN, "%s, %s, %s", net_decision_name(open.decision),
              plain_host(open.origin), open.browser);
    report(doctor, "answer", _("Answer"), "", &fault);
}

// A pairing that was begun before: the next start goes on with it.
static void check_begun(struct doctor *doctor, struct pairing_store *store)
{
    struct fault fault = {0};
    struct begun_pairing begun;
    if (begun_pairing_find(store, &begun, &fault))
        fault_set(&fault, FAILURE_PAIRING_BEGUN, "%s", plain_host(begun.origin));
    if (fault.failure != FAILURE_PAIRING_NONE)
        report(doctor, "pairing-begun", _("Pairing"), "", &fault);
}

// Sealed or not is the person's choice, but to be known.
static void check_pin(struct doctor *doctor, struct pairing_store *store)
{
    struct fault fault = {0};
    bool is_set = pairing_store_has_pin(store);
    pairing_store_check_pin(store, &fault);
    report_as(doctor, is_set ? '+' : '*', "pin", _("PIN"),
              is_set ? _("set: asked before each sign-in")
                     : _("not set: whoever has this device can approve"),
              &fault);
}

static void leave_keyring(void *userdata)
{
    keyring_wait_end(userdata);
}

// A keyring, and the person whom it asks, is waited for until a signal comes.
static void fetch_part(enum seal_part_kind kind, const uint8_t id[static SEAL_PART_ID_SIZE],
                       struct fault *fault)
{
    struct signals_watch signals;
    struct keyring_wait *wait = keyring_wait_new();
    if (signals_watch_start(&signals, leave_keyring, wait, fault)) {
        seal_part_free(part_store_fetch(kind, id, wait, fault));
        signals_watch_stop(&signals);
    }
    keyring_wait_free(wait);
}

// What seals beside the PIN: whether it is to be had here.
static void check_seal(struct doctor *doctor, struct pairing_store *store)
{
    struct fault fault = {0};
    uint8_t id[SEAL_PART_ID_SIZE];
    enum seal_part_kind kind = pairing_store_part(store, id);
    if (kind == SEAL_PART_TPM)
        (void)pairing_store_check_tpm(store, &fault);
    else if (kind != SEAL_PART_NONE)
        fetch_part(kind, id, &fault);
    report_as(doctor, kind == SEAL_PART_NONE ? '*' : '+', "seal", _("Seal"),
              kind == SEAL_PART_KEYRING      ? _("a part of it is in the keyring")
              : kind == SEAL_PART_CREDENTIAL ? _("a part of it is a credential of systemd")
              : kind == SEAL_PART_TPM        ? _("a part of it is in the TPM of this device")
                                             : _("in the files alone: a copy of them can be "
                                                        "used, or its PIN guessed"),
              &fault);
}

// Only a kiosk needs one, and which device is a kiosk its systemd unit knows.
static void check_administrator(struct doctor *doctor, struct pairing_store *store)
{
    struct fault fault = {0};
    bool is_set = administrator_is_set(store);
    if (is_set)
        administrator_look(store, &fault);
    report_as(doctor, is_set ? '+' : '*', "administrator-pin", _("Administrator PIN"),
              is_set
                  ? _("set: asked before a kiosk is paired or set up at its screen")
                  : _("not set: a kiosk cannot be paired or set up at its screen; set one with "
                      "qrconfirm-kiosk pin set --administrator"),
              &fault);
}

static void tell_finding(void *userdata, const char *name, const char *label, const char *seen,
                         const struct fault *fault)
{
    report(userdata, name, _(label), _(seen), fault);
}

static void leave_store(void *userdata)
{
    pairing_store_leave(userdata);
}

static void check_pairings(struct doctor *doctor)
{
    struct fault fault = {0};
    struct pairing_store *store =
        signer_store_open(doctor->paths->data, dialects, NULL, NULL, &fault);
    // A dialect's check may need what a keyring opens.
    struct signals_watch signals;
    bool watched = store && signals_watch_start(&signals, leave_store, store, NULL);
    size_t count = store ? pairing_store_count(store) : 0;
    struct pairing_unusable unusable;

    for (size_t i = 0; store && pairing_store_unusable(store, i, &unusable); i++) {
        fault = unusable.why;
        report(doctor, "pairing", _("Pairing"), "", &fault);
    }

    int64_t latest = 0;
    for (size_t i = 0; i < count && !signals_came(); i++) {
        struct pairing_summary summary;
        pairing_store_summary(store, i, &summary);
        latest = summary.paired_at > latest ? summary.paired_at : latest;
        // A dialect that has more that can be wrong knows itself what to look at.
        if (summary.dialect->ops->check) {
            summary.dialect->ops->check(doctor->environment, store, summary.id, &doctor->stop,
                                        tell_finding, doctor);
            continue;
        }
        check_answer(doctor, store, &summary);
        check_portal(doctor, &summary);
        check_key(doctor, store, &summary);
    }

    if (count == 0) {
        if (fault.failure == FAILURE_NONE)
            fault_set(&fault, FAILURE_PAIRING_NONE, "%s", doctor->paths->data);
        report(doctor, "pairing", _("Pairing"), "", &fault);
    }

    if (store) {
        check_begun(doctor, store);
        check_pin(doctor, store);
        check_seal(doctor, store);
        check_administrator(doctor, store);
    }

    check_clock(doctor, latest);
    if (watched)
        signals_watch_stop(&signals);
    if (store)
        pairing_store_close(store);
}

static bool is_stopped(void *userdata)
{
    (void)userdata;
    return signals_came();
}

static enum exit_code check_all(struct doctor *doctor)
{
    static void (*const checks[])(struct doctor * doctor) = {
        check_settings, check_typeface, check_camera,   check_eyes,
        check_signer,   check_storage,  check_pairings, check_journal};
    // Without a home there is nothing of this user's to look at.
    size_t count = sizeof(checks) / sizeof(checks[0]) - (doctor->paths->data[0] ? 0 : 4);
    struct fault fault;

    for (size_t i = 0; i < count && !signals_came(); i++)
        checks[i](doctor);
    if (!signals_came())
        return doctor->exit;
    fault_set(&fault, FAILURE_INTERRUPTED, "doctor");
    return terminal_tell_fault(doctor->options, &fault);
}

enum exit_code command_doctor(const struct options *options, const struct paths *paths,
                              const struct net_environment *environment,
                              const struct fault *unread)
{
    struct fault fault = {0};
    struct doctor doctor = {
        .options = options, .paths = paths, .environment = environment, .unread = unread};
    int signals_fd = signals_open(&fault);
    if (signals_fd < 0)
        return terminal_tell_fault(options, &fault);
    doctor.stop = (struct http_stop){.asked = is_stopped, .fd = signals_fd};

    enum exit_code result = check_all(&doctor);
    close(signals_fd);
    return result;
}
