// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include <netinet/in.h>
#include <signal.h>
#include <sodium.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "tests/unit/net/parts/sandbox.h"

#define PORT_FIRST  20000
#define PORTS       10000u
#define START_TRIES 3

// Runs qrportal with its standard input from `input`; its standard output goes to `out_pipe`.
static pid_t spawn(char *const arguments[], const char *input, int *out_pipe)
{
    int in[2], out[2];
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    assert_int_equal(write(in[1], input, strlen(input)), (ssize_t)strlen(input));
    close(in[1]);

    pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        // A connection is closed only when nobody else holds it.
        closefrom(STDERR_FILENO + 1);
        execv(QRPORTAL, arguments);
        _exit(127);
    }

    close(in[0]);
    close(out[1]);
    *out_pipe = out[0];
    return process;
}

static void run(char *const arguments[], const char *input)
{
    int out, status = 1;
    pid_t process = spawn(arguments, input, &out);
    assert_int_equal(waitpid(process, &status, 0), process);
    close(out);
    assert_int_equal(status, 0);
}

// execv wants its words writable by type, and writes none.
static char *word(const char *text)
{
    char *copy = strdup(text);
    assert_non_null(copy);
    return copy;
}

static void run_words(const char *const words[], const char *input)
{
    char *arguments[12] = {0};
    size_t count = 0;
    for (; words[count]; count++)
        arguments[count] = word(words[count]);
    run(arguments, input);
    for (size_t i = 0; i < count; i++)
        free(arguments[i]);
}

void sandbox_ask(const struct sandbox *sandbox, const char *const words[], const char *input,
                 char *out, size_t room)
{
    char *arguments[12] = {word(QRPORTAL)};
    size_t count = 1, size = 0;
    int told, status = 1;
    for (; words[count - 1]; count++)
        arguments[count] = word(words[count - 1]);
    arguments[count++] = word("--data");
    arguments[count++] = word(sandbox->data);

    pid_t process = spawn(arguments, input, &told);
    for (ssize_t got; (got = read(told, out + size, room - 1 - size)) > 0;)
        size += (size_t)got;
    out[size] = 0;

    assert_int_equal(waitpid(process, &status, 0), process);
    close(told);
    assert_int_equal(status, 0);

    for (size_t i = 0; i < count; i++)
        free(arguments[i]);
}

void sandbox_set(const struct sandbox *sandbox, const char *name, const char *value)
{
    run_words((const char *const[]){QRPORTAL, "config", "set", name, value, "--data",
                                    sandbox->data, NULL},
              "");
}

void sandbox_key(const struct sandbox *sandbox, const char *verb)
{
    run_words((const char *const[]){QRPORTAL, "key", verb, "--data", sandbox->data, NULL}, "");
}

void sandbox_make(struct sandbox *sandbox, const char *folder)
{
    *sandbox = (struct sandbox){0};
    snprintf(sandbox->data, sizeof(sandbox->data), "%.3000s/portal", folder);
    run_words((const char *const[]){QRPORTAL, "user", "add", SANDBOX_USER, "--display-name",
                                    "Анна", "--admin", "--data", sandbox->data, NULL},
              SANDBOX_PASSWORD "\n");
    sandbox_set(sandbox, "allow-qr", "on");
}

// Free now, and not among the ports that the kernel gives to others meanwhile.
static int own_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};

    for (int tries = 0; tries < 100; tries++) {
        int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        at.sin_port = htons((uint16_t)(PORT_FIRST + randombytes_uniform(PORTS)));
        int bound = bind(probe, (const struct sockaddr *)&at, sizeof(at));
        close(probe);
        if (bound == 0)
            return ntohs(at.sin_port);
    }
    fail_msg("no port of 100 is free");
    return 0;
}

// False if it ended before it answered, as it does where another program was faster at its
// port.
static bool serve(struct sandbox *sandbox, int public_port)
{
    enum { WORDS = 10 };
    char listen[32], line[PATH_MAX + 128] = "";
    int out, status;

    sandbox->port = own_port();
    snprintf(listen, sizeof(listen), "127.0.0.1:%d", sandbox->port);
    snprintf(sandbox->url, sizeof(sandbox->url), "https://localhost:%d",
             public_port ? public_port : sandbox->port);
    char *arguments[WORDS + 1] = {
        word(QRPORTAL),     word("serve"),
        word("--data"),     word(sandbox->data),
        word("--listen"),   word(listen),
        word("--base-url"), word(sandbox->url),
        word("--mode"),     word(sandbox->mode ? sandbox->mode : "qr-login")};

    sandbox->process = spawn(arguments, "", &out);
    for (size_t i = 0; i < WORDS; i++)
        free(arguments[i]);

    FILE *told = fdopen(out, "r");
    assert_non_null(told);
    bool answers = fgets(line, sizeof(line), told) != NULL;
    fclose(told);
    if (answers)
        assert_non_null(strstr(line, sandbox->url));
    else
        assert_int_equal(waitpid(sandbox->process, &status, 0), sandbox->process);
    return answers;
}

void sandbox_start(struct sandbox *sandbox, int public_port)
{
    for (int tries = 0; tries < START_TRIES; tries++)
        if (serve(sandbox, public_port))
            return;
    sandbox->process = 0;
    fail_msg("qrportal ended %d times before it answered", START_TRIES);
}

void sandbox_stop(struct sandbox *sandbox)
{
    if (sandbox->process <= 0)
        return;
    int status;
    kill(sandbox->process, SIGTERM);
    assert_int_equal(waitpid(sandbox->process, &status, 0), sandbox->process);
    sandbox->process = 0;
}
