// SPDX-License-Identifier: MIT
#include "ui/command_cameras.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "console/signals.h"
#include "scanner/camera_list.h"
#include "scanner/pipewire_list.h"
#include "scanner/usb_place.h"
#include "ui/camera_trial.h"
#include "ui/language.h"
#include "ui/terminal.h"

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

// What the program would use, and the way to it.
enum way { WAY_NONE, WAY_KERNEL, WAY_PIPEWIRE };

// One that both have, and that the kernel does not give, is to be had through PipeWire.
static void print_way_text(bool usable, bool shared, enum way used)
{
    if (used == WAY_KERNEL)
        printf("  %s\n", _("This one is used, by the kernel's driver."));
    else if (used == WAY_PIPEWIRE)
        printf("  %s\n", _("This one is used, through PipeWire."));
    else if (usable)
        printf("  %s\n", _("Usable, with --source camera:ID."));
    else if (shared)
        printf("  %s\n", _("Usable, with --source pipewire:ID."));
}

// `shared`: the same camera, as PipeWire has it; NULL: it has not.
static void print_text(const struct camera_entry *entry, const struct pipewire_entry *shared,
                       enum way used)
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

static const char *way_name(enum way way)
{
    return way == WAY_PIPEWIRE ? "pipewire" : "v4l2";
}

static void print_json(const struct camera_entry *entry, const struct pipewire_entry *shared,
                       enum way used)
{
    bool usable = entry->verdict.failure == FAILURE_NONE;
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s}", "event", "camera",
                               "path", entry->path, "id", entry->id, "name", entry->name,
                               "driver", entry->driver, "usable", usable, "chosen",
                               used != WAY_NONE, "facing", camera_facing_name(entry->facing));

    if (shared)
        json_object_set_new(object, "pipewire", json_string(shared->id));
    if (used != WAY_NONE)
        json_object_set_new(object, "way", json_string(way_name(used)));
    if (usable) {
        char fourcc[5];
        camera_fourcc_text(entry->mode.fourcc, fourcc);
        json_object_set_new(object, "format", json_string(fourcc));
        json_object_set_new(object, "width", json_integer(entry->mode.width));
        json_object_set_new(object, "height", json_integer(entry->mode.height));
        json_object_set_new(object, "fps", json_integer(entry->mode.fps));
        json_object_set_new(object, "rotation", json_integer(entry->view.rotation));
        json_object_set_new(object, "mirrored", json_boolean(entry->view.mirrored));
    } else {
        json_object_set_new(object, "code", json_string(failure_code(entry->verdict.failure)));
        json_object_set_new(object, "text",
                            json_string(_(failure_text(entry->verdict.failure))));
        json_object_set_new(object, "next",
                            json_string(_(failure_next(entry->verdict.failure))));
        json_object_set_new(object, "detail", json_string(entry->verdict.detail));
    }

    json_dumpf(object, stdout, JSON_COMPACT);
    json_decref(object);
    putchar('\n');
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
        json_object_set_new(object, "way", json_string(way_name(WAY_PIPEWIRE)));
    json_dumpf(object, stdout, JSON_COMPACT);
    json_decref(object);
    putchar('\n');
}

// The same camera, as PipeWire has it, if it has.
static const struct pipewire_entry *shared_of(const struct pipewire_list *pipewire,
                                              const struct camera_entry *entry)
{
    char place[USB_PLACE_MAX];
    usb_place_read("/sys/class/video4linux", entry->path, place);
    return pipewire_list_of_video(pipewire, entry->path, place);
}

// One list of both ways. A camera that both have is shown once, as the kernel's.
static bool print_cameras(const struct options *options, const struct camera_list *list,
                          const struct pipewire_list *pipewire)
{
    bool kernels = list->chosen < list->count;
    bool shown[PIPEWIRE_LIST_MAX] = {false};

    for (size_t i = 0; i < list->count; i++) {
        const struct camera_entry *entry = &list->entry[i];
        const struct pipewire_entry *shared = shared_of(pipewire, entry);
        if (shared)
            shown[shared - pipewire->entry] = true;
        enum way used = i == list->chosen ? WAY_KERNEL : WAY_NONE;
        if (!kernels && shared && shared == &pipewire->entry[pipewire->chosen])
            used = WAY_PIPEWIRE;
        if (options->face == FACE_JSON)
            print_json(entry, shared, used);
        else
            print_text(entry, shared, used);
    }

    for (size_t i = 0; i < pipewire->count; i++) {
        const struct pipewire_entry *entry = &pipewire->entry[i];
        if (!shown[i])
            print_pipewire(options, entry, !kernels && i == pipewire->chosen);
    }
    return kernels || pipewire->count > 0;
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
    struct camera_list *list = malloc(sizeof(*list));
    struct pipewire_list *pipewire = malloc(sizeof(*pipewire));

    if (!list || !pipewire) {
        fault_set(&fault, FAILURE_MEMORY, "the list of cameras");
    } else {
        camera_list_read(list, camera_system_real());
        struct fault reason = {0}; // without PipeWire the kernel's are all there are
        if (pipewire_list_read(pipewire, &reason) && pipewire->count == 0)
            fault_set(&reason, FAILURE_PIPEWIRE_NO_CAMERA, "it lists none");
        found = print_cameras(options, list, pipewire);
        if (!found)
            tell_pipewire(options, &reason);
        if (!found)
            fault_set(&fault, FAILURE_CAMERA_NONE,
                      ngettext("%zu video node, none can be used",
                               "%zu video nodes, none can be used", list->count),
                      list->count);
    }

    free(pipewire);
    free(list);
    return found ? EXIT_CODE_OK : terminal_tell_fault(options, &fault);
}

enum exit_code command_cameras(const struct options *options)
{
    return options->file_count > 0 ? camera_trial_run(options, options->files[0])
                                   : list_cameras(options);
}
