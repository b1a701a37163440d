// SPDX-License-Identifier: MIT
#include "ui/commands/command_record.h"

#include <jansson.h>

#include "console/signals.h"
#include "scanner/recorder.h"
#include "scanner/source_spec.h"
#include "ui/terminal/terminal.h"
#include "ui/text/fault_line.h"
#include "ui/text/json_line.h"
#include "ui/text/language.h"

static void on_signal(void *userdata)
{
    struct source *source = userdata;
    source->ops->interrupt(source);
}

// A signal wakes a source that waits for its camera or its pipe.
static bool record(const struct options *options, struct source *source, uint64_t *frames,
                   struct fault *fault)
{
    struct signals_watch watch;
    if (!signals_watch_start(&watch, on_signal, source, fault))
        return false;
    bool recorded = recorder_record(source, options->files[0], options->record_s,
                                    fault_line_tell, NULL, frames, fault);
    signals_watch_stop(&watch);
    return recorded;
}

static void tell(const struct options *options, uint64_t frames)
{
    if (options->face == FACE_JSON) {
        json_t *object = json_pack("{s:s, s:o, s:I}", "event", "recorded", "file",
                                   json_line_text(span_str(options->files[0])), "frames",
                                   (json_int_t)frames);
        json_line_print(stdout, object, JSON_COMPACT);
    } else {
        printf(ngettext("%llu frame is in %s.\n", "%llu frames are in %s.\n",
                        (unsigned long)frames),
               (unsigned long long)frames, options->files[0]);
    }
}

enum exit_code command_record(const struct options *options)
{
    struct fault fault = {0};
    struct source *source =
        source_apart_from_spec(options->source ? options->source : "camera", &fault);
    if (!source)
        return terminal_tell_fault(options, &fault);
    uint64_t frames = 0;
    bool recorded = record(options, source, &frames, &fault);
    source->ops->destroy(source);
    if (!recorded)
        return terminal_tell_fault(options, &fault);
    tell(options, frames);
    return signals_came() ? EXIT_CODE_INTERRUPTED : EXIT_CODE_OK;
}
