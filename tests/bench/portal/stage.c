// SPDX-License-Identifier: MIT
#include "tests/bench/portal/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/portal/clock.h"

#define ARGUMENTS_MAX 16u
#define OUTPUT_MAX    32767u

struct run {
    const char *arguments[ARGUMENTS_MAX];
    const char *input;           // NULL: none
    char output[OUTPUT_MAX + 1]; // what it printed
};

static bool failed(const char *what)
{
    fprintf(stderr, "bench portal: %s: %s\n", what, strerror(errno));
    return false;
}

// Starts the program with its ends of the pipes; does not return in the child.
static pid_t spawn(const struct stage *stage, const char *const *arguments, int input,
                   int output)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;

    const char *line[ARGUMENTS_MAX + 2] = {stage->program};
    char *copy[ARGUMENTS_MAX + 2]; // as exec has it
    for (size_t i = 0; i < ARGUMENTS_MAX && arguments[i]; i++)
        line[i + 1] = arguments[i];
    memcpy(copy, line, sizeof(copy));
    if (input >= 0)
        dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    execv(stage->program, copy);
    _exit(127);
}

static void read_all(int pipe, char out[static OUTPUT_MAX + 1])
{
    size_t n = 0;
    ssize_t got;
    while (n < OUTPUT_MAX && (got = read(pipe, out + n, OUTPUT_MAX - n)) > 0)
        n += (size_t)got;
    out[n] = '\0';
}

// Runs a command to its end.
static bool run_command(const struct stage *stage, struct run *run)
{
    int input[2], output[2], status = -1;
    if (pipe2(input, O_CLOEXEC) != 0)
        return failed("a pipe");
    if (pipe2(output, O_CLOEXEC) != 0) {
        close(input[0]);
        close(input[1]);
        return failed("a pipe");
    }

    pid_t pid = spawn(stage, run->arguments, input[0], output[1]);
    close(input[0]);
    close(output[1]);
    if (run->input && write(input[1], run->input, strlen(run->input)) < 0)
        failed("writing to a command");
    close(input[1]);
    read_all(output[0], run->output);
    close(output[0]);

    if (pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
        WEXITSTATUS(status) == 0)
        return true;
    fprintf(stderr, "bench portal: %s %s failed\n", run->arguments[0], run->arguments[1]);
    return false;
}

bool stage_set(const struct stage *stage, const char *name, unsigned value)
{
    char number[16];
    snprintf(number, sizeof(number), "%u", value);
    struct run run = {.arguments = {"config", "set", name, number, "--data", stage->folder}};
    return run_command(stage, &run);
}

const char *stage_take_token(struct stage *stage)
{
    return stage->tokens_taken < STAGE_DEVICES ? stage->tokens[stage->tokens_taken++] : NULL;
}

static bool add_account(const struct stage *stage)
{
    struct run add = {.arguments = {"user", "add", STAGE_ACCOUNT, "--data", stage->folder},
                      .input = STAGE_PASSWORD "\n"};
    struct run allow = {
        .arguments = {"config", "set", "allow-qr", "on", "--data", stage->folder}};
    return run_command(stage, &add) && run_command(stage, &allow);
}

// number,label,portal,portal-key,pin,account,token,expires
static bool read_tokens(struct stage *stage, char *text)
{
    char *save_line, *line = strtok_r(text, "\r\n", &save_line);
    for (size_t i = 0; i < STAGE_DEVICES; i++) {
        char *save_field, *field[8] = {0};
        line = strtok_r(NULL, "\r\n", &save_line);
        for (size_t k = 0; line && k < 8; k++)
            field[k] = strtok_r(k == 0 ? line : NULL, ",", &save_field);
        if (!field[6] || strlen(field[6]) != DEVICE_TOKEN_TEXT_SIZE)
            return false;
        memcpy(stage->tokens[i], field[6], DEVICE_TOKEN_TEXT_SIZE + 1);
    }
    return true;
}

static bool make_tokens(struct stage *stage)
{
    char count[8];
    snprintf(count, sizeof(count), "%u", STAGE_DEVICES);
    struct run run = {.arguments = {"tokens", "add", STAGE_ACCOUNT, "--csv", "--count", count,
                                    "--label", "bench", "--data", stage->folder}};
    if (run_command(stage, &run) && read_tokens(stage, run.output))
        return true;
    fprintf(stderr, "bench portal: no device tokens\n");
    return false;
}

// The seed of the portal's key is its file; the public key is what devices know.
static bool read_portal_key(struct stage *stage)
{
    char path[STAGE_PATH_MAX + 16];
    uint8_t seed[crypto_sign_SEEDBYTES], secret[SECRET_KEY_SIZE];
    snprintf(path, sizeof(path), "%s/portal.key", stage->folder);
    FILE *file = fopen(path, "rb");
    bool read = file && fread(seed, 1, sizeof(seed), file) == sizeof(seed);
    if (file)
        fclose(file);
    return read ? crypto_sign_seed_keypair(stage->portal_key, secret, seed) == 0
                : failed("the portal's key");
}

static bool read_address(struct stage *stage, int output)
{
    char line[OUTPUT_MAX + 1] = "";
    size_t n = 0;
    ssize_t got;
    while (n < OUTPUT_MAX && !strchr(line, '\n') &&
           (got = read(output, line + n, OUTPUT_MAX - n)) > 0) {
        n += (size_t)got;
        line[n] = '\0';
    }
    return sscanf(line, "qrportal: listening on %63s", stage->origin) == 1 &&
           sscanf(stage->origin, "https://localhost:%u", &stage->target.port) == 1;
}

bool stage_start(struct stage *stage)
{
    char listen[32];
    int output[2];
    snprintf(listen, sizeof(listen), "127.0.0.1:%u", stage->target.port);
    const char *const arguments[ARGUMENTS_MAX] = {"serve", "--listen", listen, "--data",
                                                  stage->folder};
    if (pipe2(output, O_CLOEXEC) != 0)
        return failed("a pipe");

    pid_t pid = spawn(stage, arguments, -1, output[1]);
    close(output[1]);
    stage->pid = pid > 0 ? pid : 0;
    bool answers = pid > 0 && read_address(stage, output[0]);
    close(output[0]);
    if (!answers)
        fprintf(stderr, "bench portal: the portal does not start\n");
    return answers;
}

bool stage_end(struct stage *stage, int signal)
{
    int status = 0;
    if (stage->pid == 0)
        return true;
    bool ended = kill(stage->pid, signal) == 0 && waitpid(stage->pid, &status, 0) == stage->pid;
    bool well = ended && (signal == SIGKILL || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
    stage->pid = 0;
    if (!well)
        fprintf(stderr, "bench portal: the portal did not end well (status %d)\n", status);
    return well;
}

bool stage_open(struct stage *stage, const char *program, const char *parent)
{
    *stage = (struct stage){.program = program};
    int n = snprintf(stage->folder, sizeof(stage->folder), "%s/bench-portal-XXXXXX", parent);
    if (n < 0 || (size_t)n >= sizeof(stage->folder) || !mkdtemp(stage->folder)) {
        stage->folder[0] = '\0';
        return failed(parent);
    }

    // Tokens tell the address, so the folder has to be served first.
    return client_target_init(&stage->target, STAGE_PATIENCE_S) && add_account(stage) &&
           stage_start(stage) && read_portal_key(stage) && make_tokens(stage);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

void stage_close(struct stage *stage)
{
    stage_end(stage, SIGTERM);
    if (stage->folder[0])
        nftw(stage->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    client_target_destroy(&stage->target);
}

double stage_processor(const struct stage *stage)
{
    clockid_t clock;
    struct timespec used = {0};
    if (stage->pid > 0 && clock_getcpuclockid(stage->pid, &clock) == 0)
        clock_gettime(clock, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

size_t stage_memory(const struct stage *stage)
{
    char path[64];
    unsigned long size = 0, resident = 0;
    snprintf(path, sizeof(path), "/proc/%d/statm", (int)stage->pid);
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%lu %lu", &size, &resident) != 2)
        resident = 0;
    if (file)
        fclose(file);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}
