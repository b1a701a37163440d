// SPDX-License-Identifier: MIT
#include "net/signer/signer_child.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "apart/sandbox.h"
#include "net/pairings/pin.h"
#include "net/signer/part_store.h"

#define NAME "signer" // in a fault's detail

void signer_child_init(struct signer_child *signer)
{
    *signer = (struct signer_child){.walls = SANDBOX_UNTOLD};
    child_init(&signer->child);
}

void signer_child_destroy(struct signer_child *signer)
{
    child_end(&signer->child);
}

// ---- one that is gone ----

static const char *words_of(enum child_wait wait, int status)
{
    if (wait == CHILD_HUNG)
        return "it took too long";
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        return "it tried what it may not";
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
        return "it crashed";
    return "it ended";
}

// What is left of it is put away. Whatever it held is gone: nothing is unlocked any more, and
// nothing is shown.
static bool lose(struct signer_child *signer, enum child_wait wait, struct fault *fault)
{
    int status = child_end(&signer->child);
    signer->ready = signer->holds = false;
    signer->lost++;
    return fault_set(fault, FAILURE_SIGNER_LOST, "%s", words_of(wait, status));
}

// One that has ended between two questions, and held nothing, is nobody's loss.
static void bury(struct signer_child *signer)
{
    if (signer->child.pid == 0 || signer->holds || child_runs(&signer->child))
        return;
    child_end(&signer->child);
    signer->ready = false;
    signer->lost++;
}

// ---- messages ----

static bool receive(struct signer_child *signer, struct signer_answer *answer, uint32_t act,
                    struct fault *fault)
{
    const struct child_patience patience = {
        .wake = -1,
        .busy_us = signer->busy_us > 0 ? signer->busy_us : SIGNER_BUSY_US,
        .idle_us = signer->idle_us > 0 ? signer->idle_us : SIGNER_IDLE_US,
    };
    enum child_wait wait = CHILD_SPOKE;
    enum child_receipt got = CHILD_NOT_YET;
    while (got == CHILD_NOT_YET && wait == CHILD_SPOKE) {
        wait = child_await(&signer->child, &patience);
        if (wait == CHILD_SPOKE)
            got = child_receive(&signer->child, answer, sizeof(*answer));
    }

    if (got != CHILD_WHOLE)
        return lose(signer, wait, fault);
    if (signer_answer_is_good(answer, act))
        return true;
    lose(signer, wait, NULL);
    return fault_set(fault, FAILURE_SIGNER_LOST, "its answer was none");
}

static bool is_sealed_by_tpm(int folder)
{
    struct pin_in_force force;
    return pin_in_force(folder, &force, NULL) && force.part == SEAL_PART_TPM;
}

// The way to a TPM is open in the signer of a device whose keys are sealed by it, and in no
// other.
static bool start(struct signer_child *signer, int folder, struct fault *fault)
{
    if (signer->child.pid != 0)
        return true;
    signer->with_tpm = signer->needs_tpm || is_sealed_by_tpm(folder);
    return child_start(&signer->child, signer->with_tpm ? SIGNER_TPM_ARGUMENT : SIGNER_ARGUMENT,
                       folder, FAILURE_SIGNER_LOST, fault);
}

bool signer_child_await(struct signer_child *signer, int folder, struct fault *fault)
{
    struct signer_answer answer;
    bury(signer);
    if (signer->ready)
        return true;
    if (!start(signer, folder, fault) || !receive(signer, &answer, SIGNER_BEGINS, fault))
        return false;
    signer->walls = answer.walls & SANDBOX_ALL;
    signer->ready = true;
    return true;
}

// Whether what was asked leaves something behind that is lost with the process.
static bool keeps(const struct signer_child *signer, uint32_t act)
{
    switch (act) {
    case SIGNER_UNLOCK:
    case SIGNER_SHOW_CONTEXT:
    case SIGNER_SHOW_CODE:
    case SIGNER_SIGN:
        return true;
    case SIGNER_LOCK:
    case SIGNER_CHANGE_PIN:
    case SIGNER_CHANGE_PART:
        return false;
    default:
        return signer->holds;
    }
}

static bool exchange(struct signer_child *signer, struct signer_talk *talk, struct fault *fault)
{
    if (!child_send(&signer->child, &talk->request, sizeof(talk->request), -1))
        return lose(signer, CHILD_GONE, fault);
    signer->holds = keeps(signer, talk->request.act);
    return receive(signer, &talk->answer, talk->request.act, fault);
}

// ---- the part of the seal that is kept elsewhere ----

static bool lacks_part(const struct signer_answer *answer)
{
    return answer->failure == FAILURE_KEY_PART_MISSING ||
           answer->failure == FAILURE_KEY_PART_OTHER;
}

// Fetches what device.pin names and hands it over. False with `why`: it is not to be had; or
// with SIGNER_LOST.
static bool hand_part(struct signer_child *signer, int folder, struct fault *why)
{
    struct pin_in_force force;
    if (!pin_in_force(folder, &force, why))
        return false;
    struct seal_part *part = part_store_fetch(force.part, force.part_id, signer->wait, why);
    struct signer_talk *talk = part ? signer_talk_new() : NULL;
    bool handed = false;
    if (talk) {
        talk->request.act = SIGNER_TAKE_PART;
        signer_part_put(&talk->request.part, part);
        handed = exchange(signer, talk, why) && !signer_answer_failed(&talk->answer, why);
    } else if (part) {
        fault_set(why, FAILURE_MEMORY, "guarded memory");
    }

    signer_talk_free(talk);
    seal_part_free(part);
    return handed;
}

// One that was refused for want of it is asked again; what kept it from being had is the
// answer else.
static bool ask_with_part(struct signer_child *signer, int folder, struct signer_talk *talk,
                          struct fault *fault)
{
    struct fault why = {0};
    if (hand_part(signer, folder, &why))
        return exchange(signer, talk, fault);
    if (why.failure == FAILURE_SIGNER_LOST)
        return fault_set(fault, why.failure, "%s", why.detail);
    talk->answer.failure = why.failure;
    memcpy(talk->answer.detail, why.detail, sizeof(talk->answer.detail));
    return true;
}

// One that has no way to the TPM is ended, and the question put to one that has.
static bool ask_with_tpm(struct signer_child *signer, int folder, struct signer_talk *talk,
                         struct fault *fault)
{
    child_end(&signer->child);
    signer->ready = signer->holds = false;
    signer->needs_tpm = true;
    return signer_child_await(signer, folder, fault) && exchange(signer, talk, fault);
}

bool signer_child_ask(struct signer_child *signer, int folder, struct signer_talk *talk,
                      struct fault *fault)
{
    if (!signer_child_await(signer, folder, fault) || !exchange(signer, talk, fault))
        return false;
    if (talk->answer.failure == FAILURE_KEY_TPM_MISSING && !signer->with_tpm &&
        !ask_with_tpm(signer, folder, talk, fault))
        return false;
    return !lacks_part(&talk->answer) || ask_with_part(signer, folder, talk, fault);
}

bool signer_child_is_closed_in(const struct signer_child *signer, struct fault *fault)
{
    return sandbox_is_closed(signer->walls, NAME, FAILURE_SIGNER_NOT_CLOSED_IN, fault);
}

bool signer_child_has_all_walls(const struct signer_child *signer, struct fault *fault)
{
    return sandbox_is_whole(signer->walls, NAME, FAILURE_SIGNER_NOT_CLOSED_IN, fault);
}
