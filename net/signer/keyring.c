// SPDX-License-Identifier: MIT
#include "net/signer/keyring.h"

#include <errno.h>
#include <libsecret/secret.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define LEAVE_MS 1000 // for a dialog to be withdrawn
#define WHY_MAX  160u // bytes of what kept it from being done

static const SecretSchema schema = {
    .name = "example.qrconfirm.qrconfirm.Seal",
    .flags = SECRET_SCHEMA_NONE,
    .attributes = {{"part", SECRET_SCHEMA_ATTRIBUTE_STRING}},
};

// ---- who waits ---------------------------------------------------------------------------

struct keyring_wait {
    GCancellable *cancellable;
};

struct keyring_wait *keyring_wait_new(void)
{
    struct keyring_wait *wait = malloc(sizeof(*wait));
    if (wait)
        wait->cancellable = g_cancellable_new();
    return wait;
}

void keyring_wait_free(struct keyring_wait *wait)
{
    if (!wait)
        return;
    g_object_unref(wait->cancellable);
    free(wait);
}

void keyring_wait_end(struct keyring_wait *wait)
{
    if (wait)
        g_cancellable_cancel(wait->cancellable);
}

// ---- a question, and its thread ----------------------------------------------------------

enum question_kind { QUESTION_FIND, QUESTION_KEEP, QUESTION_FORGET };

// Who asks and the thread have it, until both have let go.
struct question {
    enum question_kind kind;
    char name[KEYRING_NAME_MAX];
    char *text; // to be kept, or found; libsecret's own memory, which is not paged out
    GCancellable *cancellable;
    bool done;
    char why[WHY_MAX];
    int done_fd; // an eventfd: from then on what stands above is the asker's
    atomic_uint owners;
};

static void let_go(struct question *question)
{
    if (atomic_fetch_sub(&question->owners, 1) > 1)
        return;
    secret_password_free(question->text);
    g_object_unref(question->cancellable);
    close(question->done_fd);
    free(question);
}

static bool put(struct question *question, GError **error)
{
    GCancellable *cancellable = question->cancellable;
    const char *name = question->name;

    switch (question->kind) {
    case QUESTION_FIND:
        question->text = secret_password_lookup_nonpageable_sync(&schema, cancellable, error,
                                                                 "part", name, (char *)NULL);
        return question->text != NULL;
    case QUESTION_KEEP:
        return secret_password_store_sync(
            &schema, SECRET_COLLECTION_DEFAULT, "qrconfirm: seals the keys of this device",
            question->text, cancellable, error, "part", name, (char *)NULL);
    case QUESTION_FORGET:
        secret_password_clear_sync(&schema, cancellable, error, "part", name, (char *)NULL);
        return *error == NULL;
    }
    return false;
}

static void *ask(void *userdata)
{
    struct question *question = userdata;
    GError *error = NULL;
    question->done = put(question, &error);
    if (!question->done)
        snprintf(question->why, sizeof(question->why), "%s",
                 error ? error->message : "it has no such entry");
    g_clear_error(&error);

    eventfd_write(question->done_fd, 1);
    let_go(question);
    return NULL;
}

// Without a text: of the other kinds.
static struct question *question_new(enum question_kind kind, const char *name,
                                     const char *text, struct keyring_wait *wait)
{
    struct question *question = calloc(1, sizeof(*question));
    if (!question)
        return NULL;
    question->done_fd = eventfd(0, EFD_CLOEXEC);
    if (question->done_fd < 0) {
        free(question);
        return NULL;
    }

    question->kind = kind;
    snprintf(question->name, sizeof(question->name), "%s", name);
    if (text) {
        gsize size;
        SecretValue *value = secret_value_new(text, -1, "text/plain");
        question->text = secret_value_unref_to_password(value, &size);
    }
    question->cancellable = wait ? g_object_ref(wait->cancellable) : g_cancellable_new();
    atomic_init(&question->owners, 2);
    return question;
}

static bool start(struct question *question)
{
    pthread_attr_t detached;
    pthread_t thread;
    if (pthread_attr_init(&detached) != 0)
        return false;
    bool started = pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED) == 0 &&
                   pthread_create(&thread, &detached, ask, question) == 0;
    pthread_attr_destroy(&detached);
    return started;
}

// Until the thread is done, or whoever waits is to leave and the dialog had time to go.
static bool await(const struct question *question)
{
    struct pollfd waits[] = {{.fd = question->done_fd, .events = POLLIN}, {.fd = -1}};
    GPollFD leave;
    eventfd_t count;
    if (g_cancellable_make_pollfd(question->cancellable, &leave))
        waits[1] = (struct pollfd){.fd = leave.fd, .events = POLLIN};

    while (poll(waits, 2, -1) < 0 && errno == EINTR)
        continue;
    if (!waits[0].revents)
        poll(waits, 1, LEAVE_MS);
    if (waits[1].fd >= 0)
        g_cancellable_release_fd(question->cancellable);
    return waits[0].revents && eventfd_read(question->done_fd, &count) == 0;
}

// True once it is done; what was found is then in `found`, where it is not NULL.
static bool inquire(enum question_kind kind, const char *name, const char *text,
                    struct keyring_wait *wait, char **found, struct fault *fault)
{
    struct question *question = question_new(kind, name, text, wait);
    if (!question || !start(question)) {
        if (question) {
            atomic_store(&question->owners, 1);
            let_go(question);
        }
        return fault_set(fault, FAILURE_MEMORY, "keyring");
    }

    bool answered = await(question), done = answered && question->done;
    if (done && found) {
        *found = question->text;
        question->text = NULL;
    }
    if (!done)
        fault_set(fault, FAILURE_KEY_PART_MISSING, "keyring: %.150s",
                  answered ? question->why : "it was not waited for");
    let_go(question);
    return done;
}

char *keyring_find(const char *name, struct keyring_wait *wait, struct fault *fault)
{
    char *text = NULL;
    inquire(QUESTION_FIND, name, NULL, wait, &text, fault);
    return text;
}

void keyring_text_free(char *text)
{
    secret_password_free(text);
}

bool keyring_keep(const char *name, const char *text, struct keyring_wait *wait,
                  struct fault *fault)
{
    return inquire(QUESTION_KEEP, name, text, wait, NULL, fault);
}

bool keyring_forget(const char *name, struct keyring_wait *wait, struct fault *fault)
{
    return inquire(QUESTION_FORGET, name, NULL, wait, NULL, fault);
}
