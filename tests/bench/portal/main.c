// SPDX-License-Identifier: MIT
// What a portal carries: a real qrportal over TLS, beside how many commits a second SQLite
// makes on the same disk. A row that cannot be had, a lost sign-in or window, or an error ends
// it with 1; no time does.
#include <math.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/bench/portal/disk.h"
#include "tests/bench/portal/endings.h"
#include "tests/bench/portal/strangers.h"
#include "tests/bench/portal/windows.h"

#define DISK_S     1.0
#define LONE       100u // sign-ins one after the other
#define SPARE      200u // descriptors beside those of the windows
#define IDLE_MAX_S 20.0 // codes are renewed only after it
#define GETS_WAIT  0.05 // seconds from one to the next

enum { ROW_WINDOWS = 1, ROW_SLOW = 2, ROW_PASSWORDS = 4, ROW_RESTARTS = 8, ROW_KILLS = 16 };

struct bench {
    const char *program, *folder;
    unsigned rows;
    size_t windows, events, workers, slow, guesses, endings;
    double seconds;
    double commits; // of SQLite a second, measured last
    bool failed;
};

__attribute__((format(printf, 5, 6))) static void row(const struct bench *bench,
                                                      const char *what, const char *least,
                                                      const char *aim, const char *format, ...)
{
    va_list arguments;
    printf("| %s | %s | %s | ", what, least, aim);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf(" | %.0f |\n", bench->commits);
    fflush(stdout);
}

static void trouble(struct bench *bench, const char *what)
{
    fprintf(stderr, "bench portal: %s\n", what);
    bench->failed = true;
}

// A folder and a portal of its own for each part.
static bool open_stage(struct bench *bench, struct stage *stage)
{
    bool open = stage_open(stage, bench->program, bench->folder);
    if (open) {
        bench->commits = disk_commits(stage->folder, DISK_S);
        return true;
    }
    trouble(bench, "there is no portal to measure");
    return false;
}

// ---- windows ---------------------------------------------------------------------------

static double measure_idle(struct bench *bench, const struct stage *stage)
{
    double before = stage_processor(stage), begun = clock_now();
    clock_sleep(fmin(bench->seconds / 3, IDLE_MAX_S));
    double share = (stage_processor(stage) - before) / (clock_now() - begun);
    row(bench, "processor of idle windows, of one core", "5 %", "1 %", "%.1f %%", share * 100);
    return share;
}

// A device scans the code of one window after the other. From the first byte of resolve.
static void measure_events(struct bench *bench, struct stage *stage, struct windows *windows)
{
    struct device device = {.client = {.socket = -1}};
    struct samples took;
    uint8_t context_hash[HASH_SIZE];
    double heard;
    bool well = samples_init(&took) && device_pair(&device, stage, client_address(4000));
    for (size_t i = 0; well && i < bench->events; i++) {
        size_t which = i * windows->count / bench->events;
        double begun = clock_now();
        well = device_resolve(&device, windows->at[which].page.challenge, context_hash) &&
               windows_wait(windows, which, &heard);
        samples_add(&took, heard - begun);
    }

    if (well)
        row(bench, "event to one of them, p99 (median)", "10 ms", "2 ms", "%.1f (%.1f) ms",
            samples_at(&took, 0.99) * 1000, samples_at(&took, 0.5) * 1000);
    else
        trouble(bench, "a window did not hear that its code was scanned");
    device_close(&device);
    samples_destroy(&took);
}

static void measure_lone(struct bench *bench, struct stage *stage, double idle)
{
    struct device device = {.client = {.socket = -1}};
    struct signin *signin = calloc(1, sizeof(*signin));
    bool well = signin && device_pair(&device, stage, client_address(4001));
    double before = stage_processor(stage), begun = clock_now();
    for (unsigned i = 0; well && i < LONE; i++)
        well = signin_run(signin, &device, client_address(4100 + i)) == SIGNIN_DONE;

    double used = stage_processor(stage) - before - idle * (clock_now() - begun);
    if (well)
        row(bench, "one sign-in beside them, processor", "5 ms", "3.5 ms", "%.2f ms",
            used * 1000 / LONE);
    else
        trouble(bench, "a sign-in beside the windows failed");
    device_close(&device);
    free(signin);
}

// Of this program, in seconds; the portal has the rest of the machine.
static double own_processor(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void measure_rate(struct bench *bench, struct stage *stage, struct windows *windows)
{
    struct load load;
    bool well = load_start(&load, stage, bench->workers);
    double before = stage_processor(stage), own = own_processor(), begun = clock_now();
    size_t renewed = windows->renewed;
    if (well)
        clock_sleep(bench->seconds);
    load_stop(&load);
    own = own_processor() - own;

    double took = clock_now() - begun, used = stage_processor(stage) - before;
    size_t done = load.ends[SIGNIN_DONE];
    size_t errors = load_lost(&load) + load.ends[SIGNIN_NOT_BEGUN];
    if (well && done > 0) {
        row(bench, "sign-ins a second beside them", "200", "500",
            "%.0f, errors %zu; %.0f s, %zu at once, p50 %.0f ms, p99 %.0f ms",
            (double)done / took, errors, took, bench->workers,
            samples_at(&load.seconds, 0.5) * 1000, samples_at(&load.seconds, 0.99) * 1000);
        row(bench, "processor of one under this load", "", "",
            "%.2f ms, with %.0f codes of windows renewed a second; of this program: %.2f ms",
            used * 1000 / (double)done, (double)(windows->renewed - renewed) / took,
            own * 1000 / (double)done);
    }
    if (!well || done == 0 || errors > 0)
        trouble(bench, "a sign-in under load failed");
    load_destroy(&load);
}

static void measure_beside(struct bench *bench, struct stage *stage, struct windows *windows)
{
    double idle = measure_idle(bench, stage);
    measure_events(bench, stage, windows);
    measure_lone(bench, stage, idle);
    if (windows_renew(windows))
        measure_rate(bench, stage, windows);
    else
        trouble(bench, "no codes can be renewed");
    if (windows->lost > 0 || windows->not_renewed > 0) {
        fprintf(stderr, "bench portal: %zu windows ended, %zu got no new code\n", windows->lost,
                windows->not_renewed);
        bench->failed = true;
    }
}

static void measure_windows(struct bench *bench)
{
    struct stage stage;
    struct windows windows;
    // All that happens in two minutes is more than people do; what one network may is as it is.
    if (!open_stage(bench, &stage) || !stage_set(&stage, "limit.new-codes", 1000000)) {
        stage_close(&stage);
        return;
    }

    double memory = (double)stage_memory(&stage), begun = clock_now();
    double used = stage_processor(&stage);
    bool opened = windows_open(&windows, &stage, bench->windows);
    double took = clock_now() - begun;
    size_t held = windows_held(&windows);
    used = stage_processor(&stage) - used;
    memory = (double)stage_memory(&stage) - memory;

    row(bench, "open windows held over TLS", "10,000", "20,000",
        "%zu of %zu, opened in %.0f s, %.2f ms of processor each", held, bench->windows, took,
        used * 1000 / (double)bench->windows);
    row(bench, "memory a window", "25 KB", "17 KB", "%.1f KB",
        memory / 1000 / (double)bench->windows);
    if (opened && held == bench->windows)
        measure_beside(bench, &stage, &windows);
    else
        trouble(bench, "not all windows could be opened");

    windows_close(&windows);
    stage_close(&stage);
}

// ---- strangers -------------------------------------------------------------------------

static void measure_slow(struct bench *bench)
{
    struct stage stage;
    struct slow_strangers strangers = {0};
    struct samples took = {0};
    struct client_reply *reply = calloc(1, sizeof(*reply));
    bool well = open_stage(bench, &stage) && reply && samples_init(&took) &&
                slow_strangers_start(&strangers, &stage, bench->slow);

    double until = clock_now() + bench->seconds / 3;
    while (well && clock_now() < until) {
        double seconds = stranger_gets_login(&stage, reply);
        samples_add(&took, seconds);
        well = seconds >= 0;
        clock_sleep(GETS_WAIT);
    }

    if (well)
        row(bench, "two strangers with slow connections: others' GET, the slowest", "1 s",
            "0.2 s", "%.0f ms (median %.0f); %zu connections, %zu with those that came again",
            samples_at(&took, 1) * 1000, samples_at(&took, 0.5) * 1000, bench->slow,
            strangers.came);
    else
        trouble(bench, "slow strangers kept others out");
    slow_strangers_stop(&strangers);
    samples_destroy(&took);
    free(reply);
    stage_close(&stage);
}

static void measure_passwords(struct bench *bench)
{
    struct stage stage;
    struct client_reply *reply = calloc(1, sizeof(*reply));
    double took = open_stage(bench, &stage) && reply
                      ? strangers_guess(&stage, bench->guesses, reply)
                      : -1;
    if (took >= 0)
        row(bench, "wrong passwords queued: an honest login", "3 s", "1 s",
            "%.2f s; %zu from %u networks", took, bench->guesses, STRANGERS_GUESSING);
    else
        trouble(bench, "an honest login failed");
    free(reply);
    stage_close(&stage);
}

// ---- ends ------------------------------------------------------------------------------

static void measure_endings(struct bench *bench, int signal, const char *what)
{
    struct stage stage;
    struct endings endings = {0};
    bool well =
        open_stage(bench, &stage) && endings_run(&endings, &stage, signal, bench->endings);
    size_t begun = endings.ends[SIGNIN_DONE] + endings.lost;

    row(bench, what, "0", "0",
        "%zu waiting, %zu scanned, %zu approved, of %zu sign-ins; %zu calls repeated, away for "
        "%.2f s at most",
        endings.ends[SIGNIN_LOST_WAITING], endings.ends[SIGNIN_LOST_SCANNED],
        endings.ends[SIGNIN_LOST_APPROVED], begun, endings.repeats, endings.longest_away);

    if (!well)
        trouble(bench, "the portal did not come back");
    if (endings.lost > 0)
        trouble(bench, endings.refusal[0] ? endings.refusal : "sign-ins were lost");
    stage_close(&stage);
}

// ---- the program -----------------------------------------------------------------------

static const char usage[] =
    "usage: bench_portal PROGRAM [OPTIONS]\n"
    "  --row NAME       windows, slow, passwords, restarts or kills; again for another; else "
    "all\n"
    "  --windows N      that wait (10000)\n"
    "  --events N       of them that hear of a scan (500)\n"
    "  --workers N      sign-ins at once, 1 to 48 (16)\n"
    "  --seconds S      of sign-ins; a third of it for what waits (60)\n"
    "  --slow N         connections of strangers (512)\n"
    "  --passwords N    wrong ones, at most 200 (200)\n"
    "  --endings N      restarts, and kills (100)\n"
    "  --folder DIR     where its own folders are made (/var/tmp)\n";

static bool choose_row(struct bench *bench, const char *name)
{
    static const char *const names[] = {"windows", "slow", "passwords", "restarts", "kills"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i], name) == 0) {
            bench->rows |= 1u << i;
            return true;
        }
    }
    return false;
}

static bool choose_number(struct bench *bench, const char *name, const char *value)
{
    const struct {
        const char *name;
        size_t *at, least, most;
    } options[] = {
        {"--windows", &bench->windows, 1, 100000}, {"--events", &bench->events, 1, 10000},
        {"--workers", &bench->workers, 1, 48},     {"--slow", &bench->slow, 2, 10000},
        {"--passwords", &bench->guesses, 1, 200},  {"--endings", &bench->endings, 1, 10000},
    };

    char *end;
    size_t number = strtoul(value, &end, 10);
    if (*end != '\0')
        return false;
    if (strcmp(name, "--seconds") == 0) {
        bench->seconds = (double)number;
        return number >= 1 && number <= 3600;
    }

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (strcmp(options[i].name, name) == 0) {
            *options[i].at = number;
            return number >= options[i].least && number <= options[i].most;
        }
    }
    return false;
}

static bool choose(struct bench *bench, int count, char **arguments)
{
    if (count < 2 || count % 2 != 0)
        return false;
    bench->program = arguments[1];

    for (int i = 2; i + 1 < count; i += 2) {
        const char *name = arguments[i], *value = arguments[i + 1];
        bool known = true;
        if (strcmp(name, "--folder") == 0)
            bench->folder = value;
        else if (strcmp(name, "--row") == 0)
            known = choose_row(bench, value);
        else
            known = choose_number(bench, name, value);
        if (!known)
            return false;
    }
    return true;
}

// A window is a descriptor here, and one in the portal, which inherits the limit.
static void allow_descriptors(struct bench *bench)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < bench->windows + SPARE)
        trouble(bench, "the system allows fewer descriptors than windows (ulimit -Hn)");
}

int main(int count, char **arguments)
{
    struct bench bench = {.folder = "/var/tmp",
                          .windows = 10000,
                          .events = 500,
                          .workers = 16,
                          .slow = 512,
                          .guesses = 200,
                          .endings = 100,
                          .seconds = 60};
    if (!choose(&bench, count, arguments)) {
        fputs(usage, stderr);
        return 2;
    }
    if (sodium_init() < 0)
        return 1;
    signal(SIGPIPE, SIG_IGN);
    allow_descriptors(&bench);
    if (bench.rows == 0)
        bench.rows = ROW_WINDOWS | ROW_SLOW | ROW_PASSWORDS | ROW_RESTARTS | ROW_KILLS;

    printf("| | at least | aim | measured | SQLite commits/s |\n|---|---|---|---|---|\n");
    if (bench.rows & ROW_WINDOWS)
        measure_windows(&bench);
    if (bench.rows & ROW_SLOW)
        measure_slow(&bench);
    if (bench.rows & ROW_PASSWORDS)
        measure_passwords(&bench);
    if (bench.rows & ROW_RESTARTS)
        measure_endings(&bench, SIGTERM, "sign-ins lost over restarts under load");
    if (bench.rows & ROW_KILLS)
        measure_endings(&bench, SIGKILL, "sign-ins lost over kills under load");
    return bench.failed ? 1 : 0;
}
