// SPDX-License-Identifier: MIT
#include "ui/terminal/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "console/line.h"
#include "console/signals.h"
#include "ui/app/app.h"
#include "ui/terminal/approve_word.h"
#include "ui/terminal/terminal_login.h"
#include "ui/terminal/terminal_print.h"
#include "ui/text/fault_line.h"
#include "ui/text/language.h"
#include "ui/view/flow_view.h"

#define LINE_MAX_BYTES (NET_LOGIN_MAX + 1) // longer lines are no answer

struct terminal {
    struct app app;
    const struct terminal_print *print;
    FILE *out;
    enum flow_state shown; // FLOW_STATES: nothing yet
    struct flow_hint shown_hint;
    enum hint shown_advice;
    bool shown_retrying;
    unsigned shown_refusals; // of PINs
    unsigned shown_late;     // receipts
    struct terminal_login login;
    const char *word; // that approves the question at hand; empty: none is asked for
    struct echo echo; // off while a PIN or a password is asked for
    int input;        // -1: nobody can answer
    int suspend_fd;
    enum flow_state unshown; // the flow knows that this state was not shown; FLOW_STATES: none
    int output_error;        // errno; 0: all that was printed has arrived
    char line[LINE_MAX_BYTES];
    size_t line_size;
    bool line_too_long;
};

static bool hint_differs(const struct flow_hint *a, const struct flow_hint *b)
{
    return a->another_kind != b->another_kind || a->kind != b->kind ||
           a->refused != b->refused || a->waiting != b->waiting;
}

static void hide(struct terminal *terminal, bool asked)
{
    if (asked && terminal->echo.fd < 0)
        echo_off(&terminal->echo, terminal->input);
    if (!asked && terminal->echo.fd >= 0)
        echo_on(&terminal->echo);
}

static bool is_secret(const struct terminal *terminal)
{
    const struct flow *flow = &terminal->app.flow;
    return flow->state == FLOW_UNLOCKING || flow->state == FLOW_PIN_AGAIN ||
           terminal_login_is_secret(&terminal->login, flow);
}

// What the next line is, where that is not the answer to a question.
static void prompt(struct terminal *terminal)
{
    const struct flow *flow = &terminal->app.flow;
    hide(terminal, is_secret(terminal));
    if (flow->state == FLOW_LOGIN)
        fprintf(terminal->print == &terminal_print_json ? stderr : terminal->out, "%s:\n",
                terminal_login_prompt(&terminal->login, flow));
}

// What was printed has arrived, or never will.
static void flush(struct terminal *terminal)
{
    errno = 0;
    bool failed = fflush(terminal->out) != 0 || ferror(terminal->out);
    if (failed && terminal->output_error == 0)
        terminal->output_error = errno ? errno : EIO;
}

// A reader that has left cannot have read the question, whenever he left.
static void look_for_reader(struct terminal *terminal)
{
    struct pollfd out = {.fd = fileno(terminal->out)};
    bool left = poll(&out, 1, 0) > 0 && (out.revents & (POLLERR | POLLHUP | POLLNVAL));
    if (left && terminal->output_error == 0)
        terminal->output_error = EPIPE;
}

static bool output_fault(const struct terminal *terminal, struct fault *fault)
{
    return terminal->output_error == 0 ||
           fault_set(fault, failure_of_errno(terminal->output_error, FAILURE_OUTPUT), "%s",
                     strerror(terminal->output_error));
}

// A person who has read the question types its word. Nothing else can be asked of a pipe or
// file, whose answer says that nobody was there.
static void choose_word(struct terminal *terminal)
{
    struct app *app = &terminal->app;
    bool asked = app->flow.state == FLOW_ASKING && app->flow.settings.person;
    terminal->word = asked ? approve_word(&app->environment) : "";
}

// In the background of its terminal the program leaves to the shell what is typed there.
static bool is_typed_to(int input)
{
    if (input < 0 || !isatty(input))
        return false;
    pid_t front = tcgetpgrp(input); // -1: this terminal has no shell
    return front < 0 || front == getpgrp();
}

// What was typed before a question came is not its answer. A pipe or a file holds what it held.
static void drop_what_was_typed(struct terminal *terminal)
{
    if (!is_typed_to(terminal->input))
        return;
    tcflush(terminal->input, TCIFLUSH);
    terminal->line_size = 0;
    terminal->line_too_long = false;
}

static void show(void *userdata)
{
    struct terminal *terminal = userdata;
    const struct flow *flow = &terminal->app.flow;
    int64_t now_ms = app_now_ms();
    struct view view;
    struct wall_clock clock = wall_clock_here();

    const struct view_home home = {.host = terminal->app.portal};
    flow_view(flow, &home, now_ms, &clock, &view);
    terminal_login_follow(&terminal->login, &terminal->app);
    hide(terminal, is_secret(terminal)); // what is typed at once is not seen either

    if (flow->state != terminal->shown) {
        // To give a pairing up stays the same question when its digits come.
        bool same = terminal->shown == FLOW_ENROLLING && flow_may_give_up(flow);
        if (flow_listens(flow) && !same)
            drop_what_was_typed(terminal);
        choose_word(terminal);
        struct terminal_extra extra = {terminal->login.picture, terminal->word};
        if (!terminal->print->state(terminal->out, flow, &view, &extra, now_ms) &&
            terminal->output_error == 0)
            terminal->output_error = ENOMEM;
    } else if (hint_differs(&flow->hint, &terminal->shown_hint) ||
               flow->advice.shown != terminal->shown_advice ||
               (flow->retrying && !terminal->shown_retrying) ||
               flow->pin.refusals > terminal->shown_refusals) {
        terminal->print->hint(terminal->out, flow, &view, now_ms);
    }

    terminal->shown = flow->state;
    terminal->shown_hint = flow->hint;
    terminal->shown_advice = flow->advice.shown;
    terminal->shown_retrying = flow->retrying;
    terminal->shown_refusals = flow->pin.refusals;

    if (flow->late.count != terminal->shown_late)
        terminal->print->late(terminal->out, &flow->late.receipt, now_ms);
    terminal->shown_late = flow->late.count;

    prompt(terminal);
    flush(terminal);
}

static void show_code(void *userdata, const struct scan_note *note)
{
    struct terminal *terminal = userdata;
    terminal->print->code(terminal->out, note, app_now_ms());
    flush(terminal);
}

static bool word_is(const struct terminal *terminal, const char *word)
{
    return !terminal->line_too_long && terminal->line_size == strlen(word) &&
           memcmp(terminal->line, word, terminal->line_size) == 0;
}

static bool is_early(const struct terminal *terminal, const struct flow_event *answer)
{
    bool yes = answer->kind == FLOW_EVENT_ANSWER ? answer->answer == NET_APPROVE : answer->yes;
    return yes && flow_is_early(&terminal->app.flow, app_now_ms());
}

static void take_pin(struct terminal *terminal)
{
    struct app *app = &terminal->app;
    int64_t now_ms = app_now_ms();
    size_t size = terminal->line_too_long ? 0 : terminal->line_size;
    if (flow_takes_pin(&app->flow, now_ms)) {
        app_enter_pin(app, span_of(terminal->line, size));
        return;
    }
    struct view view;
    struct wall_clock clock = wall_clock_here();
    flow_view(&app->flow, NULL, now_ms, &clock, &view);
    fprintf(stderr, "%s\n", view.note);
}

static void take_login(struct terminal *terminal)
{
    struct app *app = &terminal->app;
    size_t size = terminal->line_too_long ? 0 : terminal->line_size;
    if (!terminal_login_take(&terminal->login, app, span_of(terminal->line, size)))
        fprintf(stderr, "%s\n", _("An empty or very long line is no answer."));
    if (app->flow.state == FLOW_LOGIN) {
        prompt(terminal);
        flush(terminal);
    }
}

enum question { AT_SIGN_IN, AT_OPEN_ANSWER, AT_BEGUN_PAIRING, AT_ANOTHER };

static enum question question_of(const struct flow *flow)
{
    return flow->state == FLOW_ASKING        ? AT_SIGN_IN
           : flow->state == FLOW_OPEN_ANSWER ? AT_OPEN_ANSWER
           : flow_may_give_up(flow)          ? AT_BEGUN_PAIRING
                                             : AT_ANOTHER;
}

static const char *too_early(enum question at)
{
    switch (at) {
    case AT_SIGN_IN:
        return _("Read it first: approve counts after 1.5 seconds. Type it again.");
    case AT_OPEN_ANSWER:
        return _("Read it first: send counts after 1.5 seconds. Type it again.");
    default:
        return _("Read it first: yes counts after 1.5 seconds. Type it again.");
    }
}

static void tell_answers(const struct terminal *terminal, enum question at)
{
    if (*terminal->word)
        fprintf(stderr, _("To approve type the word of the question, %s; else deny or report."),
                terminal->word);
    else
        fputs(at == AT_SIGN_IN         ? _("Answer with approve, deny or report.")
              : at == AT_OPEN_ANSWER   ? _("Answer with send or withdraw.")
              : at == AT_BEGUN_PAIRING ? _("To give the pairing up type no.")
                                       : _("Answer with yes or no."),
              stderr);
    fputc('\n', stderr);
}

// The line that has come is the answer to the question that stands.
static void take_line(struct terminal *terminal)
{
    if (terminal->app.flow.state == FLOW_LOGIN) {
        take_login(terminal);
        return;
    }
    if (terminal->app.flow.state == FLOW_UNLOCKING ||
        terminal->app.flow.state == FLOW_PIN_AGAIN) {
        take_pin(terminal);
        return;
    }

    const struct {
        const char *word;
        struct flow_event event;
        enum question at;
    } words[] = {
        {*terminal->word ? terminal->word : "approve",
         {.kind = FLOW_EVENT_ANSWER, .answer = NET_APPROVE},
         AT_SIGN_IN},
        {"deny", {.kind = FLOW_EVENT_ANSWER, .answer = NET_DENY}, AT_SIGN_IN},
        {"report", {.kind = FLOW_EVENT_ANSWER, .answer = NET_DENY_AND_REPORT}, AT_SIGN_IN},
        {"send", {.kind = FLOW_EVENT_KEEP, .yes = true}, AT_OPEN_ANSWER},
        {"withdraw", {.kind = FLOW_EVENT_KEEP, .yes = false}, AT_OPEN_ANSWER},
        {"no", {.kind = FLOW_EVENT_KEEP, .yes = false}, AT_BEGUN_PAIRING},
        {"yes", {.kind = FLOW_EVENT_KEEP, .yes = true}, AT_ANOTHER},
        {"no", {.kind = FLOW_EVENT_KEEP, .yes = false}, AT_ANOTHER},
    };

    enum question at = question_of(&terminal->app.flow);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (words[i].at != at || !word_is(terminal, words[i].word))
            continue;
        if (is_early(terminal, &words[i].event))
            fprintf(stderr, "%s\n", too_early(at));
        else
            app_feed(&terminal->app, words[i].event);
        return;
    }
    tell_answers(terminal, at);
}

// One byte at a time: what follows the line belongs to the next question.
static void read_answer(struct terminal *terminal)
{
    char c;
    ssize_t got = read(terminal->input, &c, 1);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (got <= 0) {
        terminal->input = -1;
        app_feed(&terminal->app, (struct flow_event){.kind = FLOW_EVENT_SILENCE});
        return;
    }

    if (c == '\r')
        return;
    if (c != '\n') {
        if (terminal->line_size < sizeof(terminal->line))
            terminal->line[terminal->line_size++] = c;
        else
            terminal->line_too_long = true;
        return;
    }

    look_for_reader(terminal);
    if (terminal->output_error == 0)
        take_line(terminal);
    explicit_bzero(terminal->line, sizeof(terminal->line));
    terminal->line_size = 0;
    terminal->line_too_long = false;
}

// The terminal is the shell's meanwhile; afterwards the person is told anew where he is, and
// reads it anew.
static void suspend(struct terminal *terminal)
{
    struct app *app = &terminal->app;
    bool reads = app->flow.settings.person && flow_takes_yes(&app->flow);
    if (reads)
        app_feed(app, (struct flow_event){.kind = FLOW_EVENT_AWAY});
    hide(terminal, false);
    suspend_now();

    terminal->shown = FLOW_STATES;
    if (reads)
        app_feed(app, (struct flow_event){.kind = FLOW_EVENT_RETURNED});
    else
        show(terminal);
}

static void loop(struct terminal *terminal)
{
    struct app *app = &terminal->app;
    app_feed(app, (struct flow_event){.kind = FLOW_EVENT_START});

    while (!app->quit) {
        struct flow_event unshown = {.kind = FLOW_EVENT_UNSHOWN};
        if (terminal->unshown != app->flow.state && !output_fault(terminal, &unshown.fault)) {
            terminal->unshown = app->flow.state;
            app_feed(app, unshown);
            continue;
        }
        if (flow_asks(&app->flow) && terminal->input < 0) {
            app_feed(app, (struct flow_event){.kind = FLOW_EVENT_SILENCE});
            continue;
        }

        struct pollfd wait[] = {
            {.fd = app->inbox.fd, .events = POLLIN},
            {.fd = flow_listens(&app->flow) ? terminal->input : -1, .events = POLLIN},
            {.fd = terminal->suspend_fd, .events = POLLIN}};
        size_t count = sizeof(wait) / sizeof(wait[0]);
        if (poll(wait, count, app_wait_ms(app)) < 0 && errno != EINTR)
            break;

        if (wait[2].revents)
            suspend(terminal);
        else if (wait[1].revents)
            read_answer(terminal);
        app_drain(app);
    }
}

// What is known only when the network thread has ended.
static void tell_the_end(const struct terminal *terminal)
{
    const struct app *app = &terminal->app;
    int64_t now_ms = app_now_ms();
    if (app->came_late)
        terminal->print->late(terminal->out, &app->last_receipt, now_ms);
    if (app->answer_open)
        terminal->print->left_open(terminal->out, now_ms);
    terminal->print->end(terminal->out, &app->flow, now_ms);
}

static bool reads_pictures_from_stdin(const struct options *options)
{
    return options->source && strcmp(options->source, "-") == 0;
}

// The question is shown where it is answered.
static bool is_person(const struct terminal *terminal)
{
    return terminal->input >= 0 && isatty(terminal->input) && isatty(fileno(terminal->out));
}

enum exit_code terminal_run(const struct options *options, const struct paths *paths)
{
    struct fault fault = {0};
    struct terminal *terminal = calloc(1, sizeof(*terminal));
    if (!terminal) {
        fault_set(&fault, FAILURE_MEMORY, "terminal");
        return terminal_tell_fault(options, &fault);
    }

    terminal->print = options->face == FACE_JSON ? &terminal_print_json : &terminal_print_text;
    terminal->out = stdout;
    terminal->word = "";
    terminal->shown = FLOW_STATES;
    terminal->unshown = FLOW_STATES;
    terminal->echo.fd = -1;
    terminal->input = reads_pictures_from_stdin(options)
                          ? open("/dev/tty", O_RDONLY | O_CLOEXEC)
                          : STDIN_FILENO;

    struct app_face face = {.person = is_person(terminal),
                            .changed = show,
                            .code = show_code,
                            .userdata = terminal};

    enum exit_code result;
    suspend_block();
    terminal->suspend_fd = suspend_open(NULL);
    if (!app_init(&terminal->app, options, paths, &face, &fault)) {
        result = terminal_tell_fault(options, &fault);
    } else {
        loop(terminal);
        hide(terminal, false);
        const struct flow *flow = &terminal->app.flow;
        result = flow->exit;
        if (flow->state == FLOW_FAILED)
            fault_line_print(stderr, &flow->fault);
        app_destroy(&terminal->app);
        tell_the_end(terminal);
        flush(terminal);

        // Digits or a refusal that nobody has read are no success, even where the reader left.
        if (result == EXIT_CODE_OK && !output_fault(terminal, &fault)) {
            fault_line_print(stderr, &fault);
            result = failure_exit(fault.failure);
        }
    }

    terminal_login_end(&terminal->login);
    if (terminal->suspend_fd >= 0)
        close(terminal->suspend_fd);
    if (terminal->input > STDIN_FILENO)
        close(terminal->input);
    free(terminal);
    return result;
}

enum exit_code terminal_tell_fault(const struct options *options, const struct fault *fault)
{
    enum exit_code exit = failure_exit(fault->failure);

    if (options->face == FACE_JSON) {
        struct flow flow = {.state = FLOW_FAILED, .fault = *fault, .exit = exit};
        struct view view;
        int64_t now_ms = app_now_ms();
        struct wall_clock clock = wall_clock_here();
        flow_view(&flow, NULL, now_ms, &clock, &view);
        terminal_print_json.state(stdout, &flow, &view, &(struct terminal_extra){"", ""},
                                  now_ms);
        terminal_print_json.end(stdout, &flow, now_ms);
    }

    fault_line_print(stderr, fault);
    return exit;
}
