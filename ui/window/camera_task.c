// SPDX-License-Identifier: MIT
#include "ui/window/camera_task.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void *work(void *argument)
{
    struct camera_task *task = argument;
    struct camera_survey *survey = malloc(sizeof(*survey));
    task->offers = (struct camera_offers){.failure = FAILURE_MEMORY};
    if (survey) {
        camera_survey_read(survey, task->stop_fd);
        camera_offers_from(&task->offers, survey);
    }
    free(survey);

    atomic_store(&task->done, true);
    task->on_done(task->userdata);
    return NULL;
}

bool camera_task_start(struct camera_task *task)
{
    if (task->running)
        return true;
    task->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (task->stop_fd < 0)
        return false;

    atomic_store(&task->done, false);
    task->running = pthread_create(&task->thread, NULL, work, task) == 0;
    if (!task->running)
        close(task->stop_fd);
    return task->running;
}

bool camera_task_take(struct camera_task *task, struct camera_offers *out)
{
    if (!task->running || !atomic_load(&task->done))
        return false;
    camera_task_end(task);
    *out = task->offers;
    return true;
}

void camera_task_end(struct camera_task *task)
{
    if (!task->running)
        return;
    eventfd_write(task->stop_fd, 1);
    pthread_join(task->thread, NULL);
    close(task->stop_fd);
    task->running = false;
}
