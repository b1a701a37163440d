// SPDX-License-Identifier: MIT
#include "portal/core/mailer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/shortage.h"

#define LOOK_MS 50 // from one look at the program to the next

struct letter {
    char command[MAILER_COMMAND_MAX + 1], recipient[MAILER_RECIPIENT_MAX + 1];
    char *message;
    struct list_link link;
};

void mailer_init(struct mailer *mailer)
{
    *mailer = (struct mailer){0};
    list_init(&mailer->waiting);
    pthread_mutex_init(&mailer->lock, NULL);
    pthread_cond_init(&mailer->changed, NULL);
}

static void free_letter(struct letter *letter)
{
    free(letter->message);
    free(letter);
}

// The message as a file that the program can read; -1: memory is short.
static int open_message(const char *message)
{
    size_t size = strlen(message), sent = 0;
    int file = memfd_create("message", MFD_CLOEXEC);
    while (file >= 0 && sent < size) {
        ssize_t n = write(file, message + sent, size - sent);
        if (n <= 0) {
            close(file);
            return -1;
        }
        sent += (size_t)n;
    }
    if (file >= 0)
        lseek(file, 0, SEEK_SET);
    return file;
}

// The words of the command, then the recipient, which is never taken for an option.
static void make_arguments(struct letter *letter, char *out[static MAILER_WORDS_MAX + 3])
{
    static char end_of_options[] = "--";
    size_t count = 0;
    char *rest = letter->command, *word;
    while (count < MAILER_WORDS_MAX && (word = strtok_r(rest, " ", &rest)) != NULL)
        out[count++] = word;
    out[count++] = end_of_options;
    out[count++] = letter->recipient;
    out[count] = NULL;
}

static int spawn(struct letter *letter, int message, pid_t *child)
{
    char *arguments[MAILER_WORDS_MAX + 3];
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, pipe_signal;
    make_arguments(letter, arguments);
    sigemptyset(&none);
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);

    int error = posix_spawn_file_actions_init(&files);
    if (error != 0)
        return error;
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        posix_spawn_file_actions_adddup2(&files, message, STDIN_FILENO);
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &pipe_signal);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        error = posix_spawn(child, arguments[0], &files, &attributes, arguments, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    return error;
}

// Its exit code; -1: it did not end by itself.
static int await(const struct mailer *mailer, pid_t child)
{
    static const struct timespec pause = {0, LOOK_MS * 1000000L};
    int status = -1, waited_ms = 0; // -1: nobody says how it ended, as where SIGCHLD is ignored
    while (waitpid(child, &status, WNOHANG) == 0) {
        int patience_s = atomic_load(&mailer->stopping) ? MAILER_STOP_S : MAILER_PATIENCE_S;
        if (waited_ms >= patience_s * 1000) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            return -1;
        }
        nanosleep(&pause, NULL);
        waited_ms += LOOK_MS;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void tell_once(struct mailer *mailer, const char *what)
{
    if (!atomic_exchange(&mailer->told, true))
        fprintf(stderr, "qrportal: mail.command: messages are lost: %s\n", what);
}

static bool hand_over(struct mailer *mailer, struct letter *letter)
{
    pid_t child;
    int message = open_message(letter->message);
    int error = message < 0 ? ENOMEM : spawn(letter, message, &child);
    if (message >= 0)
        close(message);
    if (error != 0) {
        tell_once(mailer, strerror(error));
        return false;
    }

    int code = await(mailer, child);
    if (code == 0)
        atomic_store(&mailer->told, false);
    else
        tell_once(mailer,
                  code < 0 ? "the program did not end well" : "the program did not take one");
    return code == 0;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// It is to end: what waits still has its time. With the lock.
static bool is_over(const struct mailer *mailer)
{
    return atomic_load(&mailer->stopping) && now_ms() >= mailer->stop_at_ms;
}

static void *work(void *userdata)
{
    struct mailer *mailer = userdata;
    pthread_mutex_lock(&mailer->lock);
    for (;;) {
        struct letter *letter = list_first(&mailer->waiting);
        if (letter) {
            list_leave(&letter->link);
            mailer->count--;
            pthread_mutex_unlock(&mailer->lock);

            bool taken = hand_over(mailer, letter);
            free_letter(letter);

            pthread_mutex_lock(&mailer->lock);
            if ((!taken && atomic_load(&mailer->stopping)) || is_over(mailer))
                break;
        } else if (atomic_load(&mailer->stopping)) {
            break;
        } else {
            pthread_cond_wait(&mailer->changed, &mailer->lock);
        }
    }
    pthread_mutex_unlock(&mailer->lock);
    return NULL;
}

void mailer_destroy(struct mailer *mailer)
{
    pthread_mutex_lock(&mailer->lock);
    mailer->stop_at_ms = now_ms() + MAILER_STOP_ALL_S * 1000;
    atomic_store(&mailer->stopping, true);
    pthread_cond_broadcast(&mailer->changed);
    pthread_mutex_unlock(&mailer->lock);
    if (mailer->running)
        pthread_join(mailer->thread, NULL);

    struct letter *letter;
    while ((letter = list_first(&mailer->waiting)) != NULL) {
        list_leave(&letter->link);
        free_letter(letter);
    }
    pthread_cond_destroy(&mailer->changed);
    pthread_mutex_destroy(&mailer->lock);
}

static struct letter *new_letter(const char *command, const char *recipient,
                                 const char *message)
{
    struct letter *letter = shortage_calloc(1, sizeof(*letter));
    if (!letter)
        return NULL;
    snprintf(letter->command, sizeof(letter->command), "%s", command);
    snprintf(letter->recipient, sizeof(letter->recipient), "%s", recipient);
    letter->message = shortage_strdup(message);
    if (letter->message)
        return letter;
    free(letter);
    return NULL;
}

void mailer_send(struct mailer *mailer, const char *command, const char *recipient,
                 const char *message)
{
    struct letter *letter = new_letter(command, recipient, message);
    bool sent = false;
    if (!letter)
        return;

    pthread_mutex_lock(&mailer->lock);
    if (!mailer->running && !atomic_load(&mailer->stopping))
        mailer->running = pthread_create(&mailer->thread, NULL, work, mailer) == 0;
    if (mailer->running && mailer->count < MAILER_WAITING_MAX) {
        list_add(&mailer->waiting, &letter->link, letter);
        mailer->count++;
        sent = true;
        pthread_cond_signal(&mailer->changed);
    }
    pthread_mutex_unlock(&mailer->lock);

    if (!sent) {
        tell_once(mailer, "too many wait");
        free_letter(letter);
    }
}
