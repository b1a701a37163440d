// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_UNIT_UI_BUS_PROGRAMS_H
#define QRCONFIRM_TESTS_UNIT_UI_BUS_PROGRAMS_H

// A session bus of a test's own, and programs on it that are told what to do by a line each and
// say what has come. They end with the test.

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PROGRAM_LINE_MAX 512 // bytes

struct program {
    pid_t pid; // 0: none
    int in;    // its standard input
    FILE *out; // and output
};

static inline void run(struct program *program, const char *const argv[])
{
    union {
        const char *const *in;
        char *const *out;
    } words = {.in = argv}; // execvp changes nothing, whatever its prototype says
    int in[2], out[2];
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    program->pid = fork();
    assert_true(program->pid >= 0);
    if (program->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        for (int i = 0; i < 2; i++) {
            close(in[i]);
            close(out[i]);
        }
        execvp(argv[0], words.out);
        _exit(127);
    }

    close(in[0]);
    close(out[1]);
    program->in = in[1];
    program->out = fdopen(out[0], "r");
    assert_non_null(program->out);
}

static inline void end(struct program *program)
{
    if (program->pid == 0)
        return;
    kill(program->pid, SIGTERM);
    assert_int_equal(waitpid(program->pid, NULL, 0), program->pid);
    close(program->in);
    fclose(program->out);
    program->pid = 0;
}

static inline void read_line(struct program *program, char *line, int size)
{
    assert_non_null(fgets(line, size, program->out));
    line[strcspn(line, "\n")] = '\0';
}

static inline void expect(struct program *program, const char *expected)
{
    char line[PROGRAM_LINE_MAX];
    read_line(program, line, sizeof(line));
    assert_string_equal(line, expected);
}

static inline void start_bus(struct program *bus)
{
    static const char *const argv[] = {"dbus-daemon", "--config-file=" BUS_CONFIG, "--nofork",
                                       "--print-address", NULL};
    char address[256];
    run(bus, argv);
    read_line(bus, address, sizeof(address));
    setenv("DBUS_SESSION_BUS_ADDRESS", address, 1);
}

#endif
