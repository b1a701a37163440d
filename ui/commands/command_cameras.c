// SPDX-License-Identifier: MIT
#include "ui/commands/command_cameras.h"

#include <jansson.h>
#include <stdlib.h>

#include "console/signals.h"
#include "scanner/camera_survey.h"
#include "ui/commands/camera_trial.h"
#include "ui/terminal/terminal.h"
#include "ui/text/json_line.h"
#include "ui/text/language.h"

static void print_mode_text(const struct camera_entry *entry)
{
    char fourcc[5];
    camera_fourcc_text(entry->mode.fourcc, fourcc);
    printf("  %s: %s %ux%u", _("Picture"), fourcc, entry->mode.width, entry->mode.height);
    if (entry->mode.fps > 0)
        printf(ngettext(", %u frame a second", ", %u frames a second", entry->mode.fps),
               entry->mode.fps);
    if (entry->facing != CAMERA_FACING_UNKNOWN)
        printf(", %s", entry->facing == CAMERA_FACING_FRONT ? _("front") : _("back"));
    putchar('\n');
}

// One that both have, and that the kernel does not give, is to be had through PipeWire.
static void print_way_text(bool usable, bool shared, enum camera_way used)
{
    if (used == CAMERA_WAY_KERNEL)
        printf("  %s\n", _("This one is used, by the kernel's driver."));
    else if (used == CAMERA_WAY_PIPEWIRE)
        printf("  %s\n", _("This one is used, through PipeWire."));
    else if (usable)
        printf("  %s\n", _("Usable, with --source camera:ID."));
    else if (shared)
        printf("  %s\n", _("Usable, with --source pipewire:ID."));
}

// `shared`: the same camera, as PipeWire has it; NULL: it has not.
static void print_text(const struct camera_entry *entry, const struct pipewire_entry *shared,
                       enum camera_way used)
{
    bool usable = entry->verdict.failure == FAILURE_NONE;
    printf("%s  %s\n", entry->path, entry->id);
    if (entry->name[0])
        printf("  %s: %s (%s)\n", _("Name"), entry->name, entry->driver);
    if (shared)
        printf("  %s: %s\n", _("PipeWire has it too"), shared->id);
    if (!usable) {
        printf("  %s: %s (%s)\n  %s\n", _("Not usable"),
               _(failure_text(entry->verdict.failure)), failure_code(entry->verdict.failure),
               _(failure_next(entry->verdict.failure)));
    } else {
        print_mode_text(entry);
    }
    print_way_text(usable, shared != NULL, used);
}

static const char *way_name(enum camera_way way)
{
    return way == CAMERA_WAY_PIPEWIRE ? "pipewire" : "v4l2";
}

static void print_json(const struct camera_entry *entry, const struct pipewire_entry *shared,
                       enum camera_way used)
{
    bool usable = entry->verdict.failure == FAILURE_NONE;
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s}", "event", "camera", "path", entry->path,
        "id", entry->id, "name", entry->name, "driver", entry->driver, "usable", usable,
        "chosen", used != CAMERA_WAY_NONE, "facing", camera_facing_name(entry->facing));

    if (shared)
        json_line_add(&object, "pipewire", json_string(shared->id));
    if (used != CAMERA_WAY_NONE)
        json_line_add(&object, "way", json_string(way_name(used)));
    if (usable) {
        char fourcc[5];
        camera_fourcc_text(entry->mode.fourcc, fourcc);
        json_line_add(&object, "format", json_string(fourcc));
        json_line_add(&object, "width", json_integer(entry->mode.width));
        json_line_add(&object, "height", json_integer(entry->mode.height));
        json_line_add(&object, "fps", json_integer(entry->mode.fps));
        json_line_add(&object, "rotation", json_integer(entry->view.rotation));
        json_line_add(&object, "mirrored", json_boolean(entry->view.mirrored));
    } else {
        json_line_add(&object, "code", json_string(failure_code(entry->verdict.failure)));
        json_line_add(&object, "text", json_string(_(failure_text(entry->verdict.failure))));
        json_line_add(&object, "next", json_string(_(failure_next(entry->verdict.failure))));
        json_line_add(&object, "detail", json_line_text(span_str(entry->verdict.detail)));
    }

    json_line_print(stdout, object, JSON_COMPACT);
}

static void print_pipewire(const struct options *options, const struct pipewire_entry *entry,
                           bool chosen)
{
    if (options->face != FACE_JSON) {
        printf("pipewire:%s\n  %s: %s", entry->id, _("Name"), entry->name);
        if (entry->facing != CAMERA_FACING_UNKNOWN)
            printf(", %s", entry->facing == CAMERA_FACING_FRONT ? _("front") : _("back"));
        printf("\n  %s\n", chosen ? _("This one is used, through PipeWire.")
                                  : _("Usable, with --source pipewire:ID."));
        return;
    }

    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s, s:s, s:i, s:b}", "event", "camera", "path",
        entry->video, "id", entry->id, "name", entry->name, "driver", "pipewire", "usable",
        true, "chosen", chosen, "facing", camera_facing_name(entry->facing), "pipewire",
        entry->id, "rotation", (int)entry->view.rotation, "mirrored", entry->view.mirrored);
    if (chosen)
        json_line_add(&object, "way", json_string(way_name(CAMERA_WAY_PIPEWIRE)));
    json_line_print(stdout, object, JSON_COMPACT);
}

static void print_find(const struct options *options, const struct camera_find *find)
{
    if (!find->kernels)
        print_pipewire(options, find->pipewires, find->used != CAMERA_WAY_NONE);
    else if (options->face == FACE_JSON)
        print_json(find->kernels, find->pipewires, find->used);
    else
        print_text(find->kernels, find->pipewires, find->used);
}

// Where nobody has a camera to show, why PipeWire has none is half of the answer.
static void tell_pipewire(const struct options *options, const struct fault *fault)
{
    if (options->face != FACE_JSON && fault->failure != FAILURE_NONE)
        printf("PipeWire\n  %s (%s)\n  %s\n", _(failure_text(fault->failure)),
               failure_code(fault->failure), _(failure_next(fault->failure)));
}

static enum exit_code list_cameras(const struct options *options)
{
    struct fault fault = {0};
    bool found = false;
    signals_end_at_once();
    struct camera_survey *survey = malloc(sizeof(*survey));

    if (!survey) {
        fault_set(&fault, FAILURE_MEMORY, "the list of cameras");
    } else {
        found = camera_survey_read(survey, -1);
        for (size_t i = 0; i < survey->count; i++)
            print_find(options, &survey->find[i]);
        size_t nodes = survey->kernels.count;
        if (!found)
            tell_pipewire(options, &survey->pipewire_fault);
        if (!found)
            fault_set(&fault, FAILURE_CAMERA_NONE,
                      ngettext("%zu video node, none can be used",
                               "%zu video nodes, none can be used", nodes),
                      nodes);
    }

    free(survey);
    return found ? EXIT_CODE_OK : terminal_tell_fault(options, &fault);
}

enum exit_code command_cameras(const struct options *options)
{
    return options->file_count > 0 ? camera_trial_run(options, options->files[0])
                                   : list_cameras(options);
}
