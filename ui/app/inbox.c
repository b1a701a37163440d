// SPDX-License-Identifier: MIT
#include "ui/app/inbox.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool inbox_init(struct inbox *inbox, struct fault *fault)
{
    *inbox = (struct inbox){.fd = -1};
    inbox->ring = calloc(INBOX_MAX, sizeof(*inbox->ring));
    if (!inbox->ring)
        return fault_set(fault, FAILURE_MEMORY, "inbox");
    inbox->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (inbox->fd < 0) {
        free(inbox->ring);
        return fault_set(fault, failure_of_errno(errno, FAILURE_INTERNAL), "eventfd: %s",
                         strerror(errno));
    }
    pthread_mutex_init(&inbox->mutex, NULL);
    return true;
}

void inbox_destroy(struct inbox *inbox)
{
    pthread_mutex_destroy(&inbox->mutex);
    close(inbox->fd);
    free(inbox->ring);
}

// A camera may see a code many times a second. What ends something comes once, and so does what
// a process lacks.
static size_t room_for(const struct message *message)
{
    switch (message->kind) {
    case MESSAGE_FLOW:
        return INBOX_MAX;
    case MESSAGE_CODE:
        return INBOX_MAX / 2;
    case MESSAGE_NO_CODE:
        return INBOX_MAX / 4;
    case MESSAGE_READER:
        return message->fault.failure == FAILURE_READER_LOST ? INBOX_MAX / 4 : INBOX_MAX;
    }
    return 0;
}

bool inbox_push(struct inbox *inbox, const struct message *message)
{
    size_t room = room_for(message);
    pthread_mutex_lock(&inbox->mutex);
    bool taken = inbox->count < room;
    if (taken) {
        inbox->ring[(inbox->first + inbox->count) % INBOX_MAX] = *message;
        inbox->count++;
    }
    pthread_mutex_unlock(&inbox->mutex);

    if (!taken)
        return false;
    eventfd_write(inbox->fd, 1);
    if (inbox->wake)
        inbox->wake(inbox->userdata);
    return true;
}

bool inbox_take(struct inbox *inbox, struct message *out)
{
    pthread_mutex_lock(&inbox->mutex);
    bool found = inbox->count > 0;
    if (found) {
        *out = inbox->ring[inbox->first];
        inbox->first = (inbox->first + 1) % INBOX_MAX;
        inbox->count--;
    } else {
        eventfd_t waiting;
        eventfd_read(inbox->fd, &waiting);
    }
    pthread_mutex_unlock(&inbox->mutex);
    return found;
}
