// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_SWTPM_H
#define QRCONFIRM_TESTS_SWTPM_H

// A TPM 2.0 in software, a whole one, of the test's own: its state is in a folder. It is
// reached as the kernel's is, by a device: one side of a terminal that leaves all bytes as they
// are.

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>

#include "net/signer/tpm.h"
#include "tests/unit/net/scratch.h"

struct swtpm {
    pid_t pid;
    int device;     // held open: it is not to see an end
    char where[64]; // as tpm_open wants it
};

static inline int swtpm_make_device(struct swtpm *swtpm)
{
    char name[48];
    struct termios raw;
    int line = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(line >= 0);
    assert_int_equal(grantpt(line), 0);
    assert_int_equal(unlockpt(line), 0);
    assert_int_equal(ptsname_r(line, name, sizeof(name)), 0);
    swtpm->device = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(swtpm->device >= 0);
    assert_int_equal(tcgetattr(swtpm->device, &raw), 0);
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(swtpm->device, TCSANOW, &raw), 0);
    snprintf(swtpm->where, sizeof(swtpm->where), "device:%s", name);
    return line;
}

// `folder` is made if it is not there: a new one is another TPM.
static inline void swtpm_start(struct swtpm *swtpm, const char *folder)
{
    char state[PATH_MAX + 96], line_text[16];
    mkdir(folder, 0700);
    snprintf(state, sizeof(state), "dir=%s", folder);
    int line = swtpm_make_device(swtpm);
    swtpm->pid = fork();
    assert_true(swtpm->pid >= 0);
    if (swtpm->pid > 0) {
        close(line);
        return;
    }

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int null = open("/dev/null", O_RDWR), own = dup(line); // not closed by what follows
    snprintf(line_text, sizeof(line_text), "%d", own);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execlp("swtpm", "swtpm", "chardev", "--tpm2", "--tpmstate", state, "--fd", line_text,
           "--flags", "not-need-init,startup-clear", (char *)NULL);
    _exit(127);
}

static inline void swtpm_stop(struct swtpm *swtpm)
{
    kill(swtpm->pid, SIGTERM);
    assert_int_equal(waitpid(swtpm->pid, NULL, 0), swtpm->pid);
    close(swtpm->device);
}

#endif
