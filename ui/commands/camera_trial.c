// SPDX-License-Identifier: MIT
#include "ui/commands/camera_trial.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "console/signals.h"
#include "scanner/camera/camera.h"
#include "scanner/eye/eye_camera.h"
#include "scanner/pipeline.h"
#include "scanner/pipewire/pipewire_list.h"
#include "scanner/pipewire/pipewire_source.h"
#include "ui/app/reader_notes.h"
#include "ui/terminal/terminal.h"
#include "ui/text/code_text.h"
#include "ui/text/json_line.h"
#include "ui/text/language.h"

struct trial {
    const struct options *options;
    struct pipeline pipeline;
    struct reader_notes reader;
    struct source *source;
    bool pipewires; // it is a camera of PipeWire
    bool here;      // it is the kernel's, and held by this process
    const char *id; // as it is named there
    int signals_fd;
    int over_fd; // readable once there is nothing to wait for
    int64_t began_us;
    enum failure waiting; // why no pictures come; capture thread only
    bool seen;            // `last` holds the kind of the last code; decode thread only
    enum payload_kind last;
};

// Whole pages that are in memory now, of /proc/self/statm (proc(5)).
static long resident_kib(void)
{
    long resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file) {
        if (fscanf(file, "%*s %ld", &resident) != 1)
            resident = 0;
        fclose(file);
    }
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static int open_descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (!folder)
        return 0;
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 3; // ".", "..", and the folder itself
}

// Prints an object as one line, whichever thread it comes from; owns it.
static void print_line(json_t *object)
{
    flockfile(stdout);
    json_line_print(stdout, object, JSON_COMPACT | JSON_REAL_PRECISION(6));
    fflush(stdout);
    funlockfile(stdout);
}

static double seconds_since(const struct trial *trial)
{
    return (double)(clock_us(CLOCK_MONOTONIC) - trial->began_us) / 1e6;
}

static void tell_waiting(struct trial *trial, const struct fault *fault)
{
    if (fault->failure == trial->waiting)
        return; // it is tried again and again

    trial->waiting = fault->failure;
    // A name that is wrong at the start would be waited for in vain.
    if (fault->failure == FAILURE_CAMERA_UNKNOWN) {
        eventfd_write(trial->over_fd, 1);
        return;
    }

    if (trial->options->face == FACE_JSON)
        print_line(json_pack("{s:s, s:f, s:s, s:s, s:o}", "event", "camera-waiting", "at_s",
                             seconds_since(trial), "code", failure_code(fault->failure), "text",
                             _(failure_text(fault->failure)), "detail",
                             json_line_text(span_str(fault->detail))));
    else
        printf("%6.1f  %s (%s)\n", seconds_since(trial), _(failure_text(fault->failure)),
               failure_code(fault->failure));
}

static void tell_running(const struct trial *trial, const char *text)
{
    if (trial->options->face == FACE_JSON)
        print_line(json_pack("{s:s, s:f, s:I, s:i}", "event", "camera-running", "at_s",
                             seconds_since(trial), "resident_kib", (json_int_t)resident_kib(),
                             "descriptors", open_descriptors()));
    else
        printf("%6.1f  %s\n", seconds_since(trial), text);
}

static void tell_code(struct trial *trial, const struct pipeline_codes *codes)
{
    struct challenge challenge;
    code_read(&codes->codes->code[0], &challenge);
    if (trial->seen && challenge.kind == trial->last)
        return;

    trial->seen = true;
    trial->last = challenge.kind;

    const char *kind = payload_kind_name(challenge.kind);
    if (trial->options->face == FACE_JSON)
        print_line(json_pack("{s:s, s:f, s:s, s:I}", "event", "code", "at_s",
                             seconds_since(trial), "kind", kind, "frame",
                             (json_int_t)codes->frame));
    else
        printf("%6.1f  %s: %s\n", seconds_since(trial), _("A code was read"), kind);
}

static void on_event(void *userdata, const struct pipeline_event *event)
{
    struct trial *trial = userdata;

    switch (event->kind) {
    case PIPELINE_WAITING:
        tell_waiting(trial, &event->fault);
        break;
    case PIPELINE_READER:
        flockfile(stderr); // whichever thread it comes from
        reader_notes_tell(&trial->reader, &event->fault, stderr);
        funlockfile(stderr);
        break;
    case PIPELINE_RUNNING:
        trial->waiting = FAILURE_NONE;
        tell_running(trial, _("Pictures come again."));
        break;
    case PIPELINE_NO_CODE:
        break;
    case PIPELINE_CODES:
        tell_code(trial, &event->codes);
        break;
    case PIPELINE_FAILED:
        tell_waiting(trial, &event->fault);
        eventfd_write(trial->over_fd, 1); // there is nothing to wait for
        break;
    case PIPELINE_PREVIEW:
    case PIPELINE_ENDED:
        break;
    }
}

// Waits for a signal, or the end, at most until `end_us`.
static bool wait_for_signal(const struct trial *trial, int64_t end_us)
{
    for (;;) {
        int64_t left_us = end_us - clock_us(CLOCK_MONOTONIC);
        if (left_us <= 0)
            return false;
        struct pollfd wait[] = {{.fd = trial->signals_fd, .events = POLLIN},
                                {.fd = trial->over_fd, .events = POLLIN}};
        int ready = poll(wait, 2, (int)(left_us / 1000) + 1);
        if (ready > 0 || (ready < 0 && errno != EINTR))
            return true;
    }
}

static void wait_for_end(struct trial *trial, unsigned seconds)
{
    int64_t end_us = trial->began_us + seconds * INT64_C(1000000);
    struct pipeline_counters counters = {0};
    for (bool running = false; !running;) {
        int64_t tick_us = clock_us(CLOCK_MONOTONIC) + 100000;
        if (wait_for_signal(trial, tick_us < end_us ? tick_us : end_us) || tick_us >= end_us)
            return;
        pipeline_counters_get(&trial->pipeline, &counters);
        running = counters.first_frame_us > 0;
    }
    tell_running(trial, _("Pictures come."));
    wait_for_signal(trial, end_us);
}

static struct eye_camera told_of(const struct trial *trial)
{
    struct eye_camera told = {.path = ""};
    if (trial->pipewires) {
        told.counts = pipewire_source_counts(trial->source);
        told.mode = pipewire_source_mode(trial->source);
        snprintf(told.in_use.id, sizeof(told.in_use.id), "%s", trial->id);
    } else if (trial->here) {
        const struct camera_entry *entry = camera_source_entry(trial->source);
        told.counts = camera_source_counts(trial->source);
        told.mode = entry->mode;
        camera_source_in_use(trial->source, &told.in_use);
        memcpy(told.path, entry->path, sizeof(told.path));
    } else {
        told = eye_camera_told(trial->source);
    }
    return told;
}

static const char *setting_text(enum camera_setting setting)
{
    static const char *const texts[] = {
        [CAMERA_SETTING_NOT_OFFERED] = N_("cannot be set"),
        [CAMERA_SETTING_AUTOMATIC] = N_("automatic"),
        [CAMERA_SETTING_REFUSED] = N_("stays as it is: the camera refuses to set it"),
    };
    return _(texts[setting]);
}

static void tell_result(struct trial *trial, int64_t processor_us)
{
    struct pipeline_counters read;
    pipeline_counters_get(&trial->pipeline, &read);
    const struct eye_camera told = told_of(trial);
    const struct camera_counts camera = told.counts;
    const struct camera_mode mode = told.mode;
    char fourcc[5];
    camera_fourcc_text(mode.fourcc, fourcc);
    double seconds = seconds_since(trial);
    int64_t each_us = camera.frames ? processor_us / (int64_t)camera.frames : 0;

    if (trial->options->face == FACE_JSON) {
        print_line(json_pack(
            "{s:s, s:s, s:s, s:i, s:i, s:f, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, "
            "s:i, s:s, s:s}",
            "event", "camera-tried", "id", told.in_use.id, "format", fourcc, "width",
            (int)mode.width, "height", (int)mode.height, "seconds", seconds, "opened",
            (json_int_t)camera.opened, "frames", (json_int_t)camera.frames, "dropped",
            (json_int_t)camera.dropped, "damaged", (json_int_t)(camera.damaged + read.damaged),
            "decoded", (json_int_t)read.decoded, "skipped", (json_int_t)read.skipped,
            "with_codes", (json_int_t)read.with_codes, "processor_us", (json_int_t)processor_us,
            "processor_us_a_frame", (json_int_t)each_us, "resident_kib",
            (json_int_t)resident_kib(), "descriptors", open_descriptors(), "focus",
            camera_setting_name(camera.tuning.focus), "exposure",
            camera_setting_name(camera.tuning.exposure)));
        return;
    }

    printf("%s %s %ux%u: %llu %s, %.1f %s\n", trial->pipewires ? trial->id : told.path, fourcc,
           mode.width, mode.height, (unsigned long long)camera.frames, _("frames"),
           (double)camera.frames / seconds, _("a second"));
    printf("  %s: %llu  %s: %llu  %s: %llu  %s: %llu\n", _("lost"),
           (unsigned long long)camera.dropped, _("damaged"),
           (unsigned long long)(camera.damaged + read.damaged), _("looked at"),
           (unsigned long long)read.decoded, _("with a code"),
           (unsigned long long)read.with_codes);
    printf("  %s: %.1f ms  %s: %ld KiB\n", _("processor time a frame"), (double)each_us / 1000,
           _("memory"), resident_kib());
    printf("  %s: %s  %s: %s\n", _("focus"), setting_text(camera.tuning.focus), _("exposure"),
           setting_text(camera.tuning.exposure));
}

static bool run(struct trial *trial, struct fault *fault)
{
    const struct pipeline_settings settings = {
        .eye = true, .reopen = true, .on_event = on_event, .userdata = trial};
    if (!pipeline_init(&trial->pipeline, trial->source, &settings, fault))
        return false;

    trial->began_us = clock_us(CLOCK_MONOTONIC);
    int64_t before_us = clock_us(CLOCK_PROCESS_CPUTIME_ID);
    bool started = pipeline_start(&trial->pipeline, fault);
    if (started) {
        wait_for_end(trial, trial->options->record_s);
        pipeline_stop(&trial->pipeline);
        pipeline_join(&trial->pipeline);
        if (trial->waiting != FAILURE_CAMERA_UNKNOWN)
            tell_result(trial, clock_us(CLOCK_PROCESS_CPUTIME_ID) - before_us);
    }

    pipeline_destroy(&trial->pipeline);
    return started;
}

static bool open_and_run(struct trial *trial, struct fault *fault)
{
    bool ran = false;
    trial->signals_fd = signals_open(fault);
    if (trial->signals_fd < 0)
        return false;

    trial->over_fd = eventfd(0, EFD_CLOEXEC);
    if (trial->over_fd >= 0) {
        ran = run(trial, fault);
        close(trial->over_fd);
    } else {
        fault_set(fault, failure_of_errno(errno, FAILURE_INTERNAL), "eventfd");
    }

    close(trial->signals_fd);
    return ran;
}

static void tell_offers_text(const struct pipewire_entry *entry)
{
    printf("pipewire:%s\n  %s: %s", entry->id, _("Name"), entry->name);
    if (entry->facing != CAMERA_FACING_UNKNOWN)
        printf(", %s", entry->facing == CAMERA_FACING_FRONT ? _("front") : _("back"));
    if (entry->view.rotation > 0)
        printf(_(", turned by %u degrees"), entry->view.rotation);
    printf("\n  %s:", _("It offers"));
    for (size_t i = 0; i < entry->modes.count; i++) {
        char fourcc[5];
        camera_fourcc_text(entry->modes.mode[i].fourcc, fourcc);
        printf("%s %s %ux%u", i > 0 ? "," : "", fourcc, entry->modes.mode[i].width,
               entry->modes.mode[i].height);
    }
    putchar('\n');
}

static void tell_offers(const struct trial *trial, const struct pipewire_entry *entry)
{
    if (trial->options->face != FACE_JSON) {
        tell_offers_text(entry);
        return;
    }

    json_t *formats = json_array();
    for (size_t i = 0; i < entry->modes.count; i++) {
        char fourcc[5];
        camera_fourcc_text(entry->modes.mode[i].fourcc, fourcc);
        json_line_append(&formats, json_pack("{s:s, s:i, s:i}", "format", fourcc, "width",
                                             (int)entry->modes.mode[i].width, "height",
                                             (int)entry->modes.mode[i].height));
    }
    print_line(json_pack(
        "{s:s, s:s, s:s, s:s, s:i, s:b, s:o}", "event", "camera-offers", "id", entry->id,
        "name", entry->name, "facing", camera_facing_name(entry->facing), "rotation",
        (int)entry->view.rotation, "mirrored", entry->view.mirrored, "formats", formats));
}

static bool kernel_has(const char *id)
{
    struct camera_list *list = malloc(sizeof(*list));
    if (!list)
        return true;
    camera_list_read(list, camera_system_real());
    bool has = camera_list_find(list, id) != NULL;
    free(list);
    return has;
}

// The camera of PipeWire that is meant; NULL: the kernel's is. The kernel is asked last, and
// only about what both may have: a look at its cameras opens them, and what goes wrong when one
// is opened is for the trial to tell.
static const struct pipewire_entry *choose(const struct pipewire_list *list, const char *id,
                                           bool said)
{
    const struct pipewire_entry *found = pipewire_list_find(list, id);
    if (!found || said || strcmp(found->id, id) == 0)
        return found;
    return kernel_has(id) ? NULL : found;
}

// About a camera of PipeWire all that is known is told.
static void make_source(struct trial *trial, const char *id, struct fault *fault)
{
    static const char prefix[] = "pipewire:";
    bool said = strncmp(id, prefix, sizeof(prefix) - 1) == 0;
    const struct pipewire_entry *entry = NULL;
    trial->id = said ? id + sizeof(prefix) - 1 : id;

    struct pipewire_list *list = malloc(sizeof(*list));
    if (list && pipewire_list_read(list, -1, NULL))
        entry = choose(list, trial->id, said);
    if (entry)
        tell_offers(trial, entry);

    trial->pipewires = said || entry;
    trial->here = !trial->pipewires && camera_system_is_shimmed();
    if (trial->pipewires)
        trial->source = pipewire_source_new(trial->id, fault);
    else if (trial->here)
        trial->source = camera_source_new(camera_system_real(), id, fault);
    else
        trial->source = eye_camera_new(camera_system_real().kernel, id, fault);
    free(list);
}

enum exit_code camera_trial_run(const struct options *options, const char *id)
{
    struct fault fault = {0};
    struct trial trial = {.options = options};
    make_source(&trial, id, &fault);
    if (!trial.source)
        return terminal_tell_fault(options, &fault);

    bool ran = open_and_run(&trial, &fault);
    if (ran && trial.waiting == FAILURE_CAMERA_UNKNOWN)
        ran = fault_set(&fault, FAILURE_CAMERA_UNKNOWN, "\"%s\"", id);
    bool pictures = told_of(&trial).counts.frames > 0;
    trial.source->ops->destroy(trial.source);

    if (!ran)
        return terminal_tell_fault(options, &fault);
    if (signals_came())
        return EXIT_CODE_INTERRUPTED;
    return pictures ? EXIT_CODE_OK : EXIT_CODE_CAMERA;
}
