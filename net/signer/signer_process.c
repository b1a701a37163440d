// SPDX-License-Identifier: MIT
#include "net/signer/signer_process.h"

#include <jansson.h>
#include <seccomp.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "apart/child.h"
#include "apart/sandbox.h"
#include "net/pairings/atomic_file.h"
#include "net/signer/signer_child.h"
#include "net/signer/tpm.h"

#define STACK_SIZE (128u * 1024) // bytes that an answer may need of it

bool signer_process_asked(int argc, char *const argv[])
{
    return child_asked(argc, argv, SIGNER_ARGUMENT) ||
           child_asked(argc, argv, SIGNER_TPM_ARGUMENT);
}

// ---- before the walls are up ----

// What passes over the stack does not reach a swap area. Where the limit of locked memory is
// too low for that, what is guarded (sodium_malloc) still does not.
static void lock_stack(void)
{
    volatile uint8_t room[STACK_SIZE];
    for (size_t i = 0; i < sizeof(room); i += 1024)
        room[i] = 0;
    (void)mlock((const void *)(uintptr_t)room, sizeof(room));
}

// What it calls for files, under its names on all machines. A TPM's device is open before, and
// needs no more than reading, writing and waiting.
static unsigned close_in(void)
{
    static const int calls[] = {
        SCMP_SYS(read),       SCMP_SYS(write),     SCMP_SYS(fstat),      SCMP_SYS(fstat64),
        SCMP_SYS(newfstatat), SCMP_SYS(fstatat64), SCMP_SYS(statx),      SCMP_SYS(faccessat),
        SCMP_SYS(faccessat2), SCMP_SYS(fchmod),    SCMP_SYS(fsync),      SCMP_SYS(flock),
        SCMP_SYS(lseek),      SCMP_SYS(_llseek),   SCMP_SYS(getdents64), SCMP_SYS(renameat),
        SCMP_SYS(renameat2),  SCMP_SYS(unlinkat),
        SCMP_SYS(geteuid), // whose file it is
        SCMP_SYS(geteuid32),
        SCMP_SYS(getpid), // of libsodium, which wants to know whether it was forked
        SCMP_SYS(mlock),      SCMP_SYS(mlock2),    SCMP_SYS(munlock),
    };

    const struct sandbox_plan plan = {.calls = calls,
                                      .count = sizeof(calls) / sizeof(calls[0]),
                                      .folder = CHILD_FOLDER,
                                      .file_max = ATOMIC_FILE_MAX,
                                      .locks_memory = true};
    return sandbox_enter(&plan);
}

static bool begin(struct tpm *tpm)
{
    struct signer_answer ready = {.act = SIGNER_BEGINS};
    if (!child_close_all_others(CHILD_FOLDER + 1) || sodium_init() < 0)
        return false;
    signal(SIGXFSZ, SIG_IGN); // as in main(): a file too large for its limit is a failed write
    lock_stack();
    // Both find their source of randomness while files can be opened.
    randombytes_stir();
    json_object_seed(0);
    if (tpm)
        tpm_open(tpm, getenv(TPM_VARIABLE));
    ready.walls = close_in();
    return child_tell(&ready, sizeof(ready));
}

// ---- messages ----

static bool answer_one(struct signer *signer, struct signer_talk *talk,
                       signer_taken_over *taken_over)
{
    int came;
    bool good = child_take(&talk->request, sizeof(talk->request), &came) && came < 0;
    if (good && taken_over)
        taken_over(&talk->request);
    good = good && signer_take(signer, &talk->request, &talk->answer) &&
           child_tell(&talk->answer, sizeof(talk->answer));
    sodium_memzero(talk, sizeof(*talk));
    return good;
}

int signer_process_run(char *const argv[], const struct dialect *const *dialects,
                       signer_taken_over *taken_over)
{
    struct signer signer;
    struct tpm tpm;
    bool with_tpm = strcmp(argv[1], SIGNER_TPM_ARGUMENT) == 0;
    prctl(PR_SET_NAME, "qrconfirm-keys");
    signer_init(&signer, CHILD_FOLDER, dialects);
    if (!begin(with_tpm ? &tpm : NULL))
        return EXIT_CODE_INTERNAL;

    signer.tpm = with_tpm ? &tpm.seal : NULL;
    struct signer_talk *talk = signer_talk_new();
    while (talk && answer_one(&signer, talk, taken_over))
        sodium_stackzero(STACK_SIZE / 2); // what computing with a key has left there

    // Nothing is put away: what ends with a process may not run again.
    _exit(EXIT_CODE_OK);
}
