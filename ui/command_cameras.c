// SPDX-License-Identifier: MIT
#include "ui/command_cameras.h"

#include <jansson.h>
#include <stdlib.h>

#include "console/signals.h"
#include "scanner/camera_list.h"
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

static void print_text(const struct camera_entry *entry, bool chosen)
{
    bool usable = entry->verdict.failure == FAILURE_NONE;
    printf("%s  %s\n", entry->path, entry->id);
    if (entry->name[0])
        printf("  %s: %s (%s)\n", _("Name"), entry->name, entry->driver);
    if (!usable) {
        printf("  %s: %s (%s)\n  %s\n", _("Not usable"),
               _(failure_text(entry->verdict.failure)), failure_code(entry->verdict.failure),
               _(failure_next(entry->verdict.failure)));
        return;
    }
    print_mode_text(entry);
    printf("  %s\n", chosen ? _("This one is used.") : _("Usable, with --source camera:ID."));
}

static void print_json(const struct camera_entry *entry, bool chosen)
{
    bool usable = entry->verdict.failure == FAILURE_NONE;
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s}", "event", "camera",
                               "path", entry->path, "id", entry->id, "name", entry->name,
                               "driver", entry->driver, "usable", usable, "chosen", chosen,
                               "facing", camera_facing_name(entry->facing));

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

static enum exit_code list_cameras(const struct options *options)
{
    struct fault fault = {0};
    signals_end_at_once();
    struct camera_list *list = malloc(sizeof(*list));
    if (!list) {
        fault_set(&fault, FAILURE_MEMORY, "the list of cameras");
        return terminal_tell_fault(options, &fault);
    }

    camera_list_read(list, camera_system_real());
    for (size_t i = 0; i < list->count; i++) {
        if (options->face == FACE_JSON)
            print_json(&list->entry[i], i == list->chosen);
        else
            print_text(&list->entry[i], i == list->chosen);
    }

    bool found = list->chosen < list->count;
    if (!found)
        fault_set(&fault, FAILURE_CAMERA_NONE,
                  ngettext("%zu video node, none can be used",
                           "%zu video nodes, none can be used", list->count),
                  list->count);

    free(list);
    return found ? EXIT_CODE_OK : terminal_tell_fault(options, &fault);
}

enum exit_code command_cameras(const struct options *options)
{
    return options->file_count > 0 ? camera_trial_run(options, options->files[0])
                                   : list_cameras(options);
}
