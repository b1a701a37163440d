// SPDX-License-Identifier: MIT
#include "ui/commands/command_conform.h"

#include <jansson.h>
#include <poll.h>
#include <unistd.h>

#include "console/signals.h"
#include "net/conform/conform.h"
#include "ui/terminal/terminal.h"
#include "ui/text/json_line.h"
#include "ui/text/language.h"
#include "ui/text/shown_host.h"

struct trial {
    const struct options *options;
    const char *origin;
    int signals_fd;
};

// As docs/protocol, section 12, has them.
static const char *const points[CONFORM_POINTS] = {
    N_("challenge bound to the browser"),
    N_("single use"),
    N_("not guessable"),
    N_("nothing trusted from the client"),
    N_("consent"),
    N_("no leak, real expiry"),
    N_("what is shown is what is signed"),
    N_("replay, lost replies"),
    N_("type and version separation"),
    N_("code cannot choose the host"),
    N_("revocation, end of a login"),
    N_("key change"),
    N_("pairing race"),
    N_("relay drill"),
    N_("second step kept, no fixation"),
    N_("dead clock"),
    N_("parsers"),
    N_("state machine"),
};

static void print_json(json_t *object)
{
    json_line_print(stdout, object, JSON_COMPACT);
    fflush(stdout);
}

static void tell_digits(void *userdata, unsigned device, const char *digits)
{
    const struct trial *trial = userdata;
    if (trial->options->face == FACE_JSON) {
        print_json(json_pack("{s:s, s:I, s:s}", "event", "pairing", "device",
                             (json_int_t)device, "pairing_code", digits));
        return;
    }
    printf(_("Type this code in the browser that shows pairing code %u: %s"), device, digits);
    putchar('\n');
    fflush(stdout);
}

static bool is_stopped(void *userdata)
{
    (void)userdata;
    return signals_came();
}

static bool pause_for(void *userdata, int64_t ms)
{
    const struct trial *trial = userdata;
    struct pollfd waits = {.fd = trial->signals_fd, .events = POLLIN};
    poll(&waits, 1, (int)ms);
    return !signals_came();
}

static void print_finding(const struct trial *trial, const struct conform_finding *finding)
{
    const char *result = conform_result_name(finding->result);
    if (trial->options->face == FACE_JSON)
        print_json(json_pack("{s:s, s:I, s:s, s:s, s:s, s:o}", "event", "check", "point",
                             (json_int_t)finding->point, "name", finding->name, "result",
                             result, "section", finding->section, "seen",
                             json_line_text(span_str(finding->seen))));
    else if (finding->result == CONFORM_BROKEN)
        printf("     ! %s: %s (%s %s)\n", finding->name, finding->seen, _("section"),
               finding->section);
    else if (finding->result == CONFORM_UNSEEN)
        printf("     ? %s: %s\n", finding->name, finding->seen);
}

static void print_point(const struct trial *trial, const struct conform_report *report,
                        unsigned point)
{
    static const char marks[] = {
        [CONFORM_UNSEEN] = '?', [CONFORM_HELD] = '+', [CONFORM_BROKEN] = '!'};
    enum conform_result result = report_point(report, point);

    if (trial->options->face != FACE_JSON)
        printf("%c %2u %s\n", marks[result], point, _(points[point - 1]));
    for (size_t i = 0; i < report->count; i++) {
        if (report->findings[i].point == point)
            print_finding(trial, &report->findings[i]);
    }
    if (trial->options->face == FACE_JSON)
        print_json(json_pack("{s:s, s:I, s:s}", "event", "point", "point", (json_int_t)point,
                             "result", conform_result_name(result)));
}

// Prints all of it; how many points are held, broken and unseen.
static void print_report(const struct trial *trial, const struct conform_report *report,
                         unsigned counts[static 3])
{
    for (unsigned point = 1; point <= CONFORM_POINTS; point++) {
        print_point(trial, report, point);
        counts[report_point(report, point)]++;
    }

    unsigned held = counts[CONFORM_HELD], broken = counts[CONFORM_BROKEN];
    if (trial->options->face == FACE_JSON)
        print_json(json_pack("{s:s, s:I, s:I, s:I}", "event", "conform", "held",
                             (json_int_t)held, "broken", (json_int_t)broken, "unseen",
                             (json_int_t)counts[CONFORM_UNSEEN]));
    else
        printf(_("%u of %u points held at %s, %u broken."), held, CONFORM_POINTS,
               shown_host(trial->origin).text, broken);
    if (trial->options->face != FACE_JSON)
        putchar('\n');
}

static bool read_codes(const struct options *options, struct conform_task *task,
                       struct fault *fault)
{
    for (size_t i = 0; i < options->file_count; i++) {
        struct challenge code;
        bool ours = challenge_read_qr_login(span_str(options->files[i]), &code) &&
                    code.kind == PAYLOAD_PAIRING;
        if (!ours)
            return fault_set(fault, FAILURE_USAGE,
                             _("'%.100s' is not the text of a pairing code"),
                             options->files[i]);
        task->codes[i] = code.pairing;
        if (strcmp(task->codes[0].origin.text, code.pairing.origin.text) != 0)
            return fault_set(fault, FAILURE_USAGE, _("the pairing codes are of two portals"));
    }

    task->code_count = options->file_count;
    return true;
}

enum exit_code command_conform(const struct options *options,
                               const struct net_environment *environment)
{
    struct fault fault = {0};
    struct trial trial = {.options = options};
    struct conform_report report = {0};
    struct conform_task task = {.environment = environment,
                                .digits = tell_digits,
                                .pause = pause_for,
                                .userdata = &trial};
    unsigned counts[3] = {0};

    if (!read_codes(options, &task, &fault))
        return terminal_tell_fault(options, &fault);
    trial.origin = task.codes[0].origin.text;
    trial.signals_fd = signals_open(&fault);
    if (trial.signals_fd < 0)
        return terminal_tell_fault(options, &fault);
    task.stop = (struct http_stop){.asked = is_stopped, .fd = trial.signals_fd};

    bool whole = conform_run(&task, &report, &fault);
    close(trial.signals_fd);
    if (report.count > 0)
        print_report(&trial, &report, counts);
    if (!whole)
        return terminal_tell_fault(options, &fault);
    if (counts[CONFORM_BROKEN] == 0)
        return EXIT_CODE_OK;
    fault_set(&fault, FAILURE_PORTAL_NOT_CONFORMING, "%.200s", trial.origin);
    return terminal_tell_fault(options, &fault);
}
