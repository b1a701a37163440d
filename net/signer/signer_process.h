// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_SIGNER_SIGNER_PROCESS_H
#define QRCONFIRM_NET_SIGNER_SIGNER_PROCESS_H

// The signer from inside: a process that has the folder of the pairings and one socket, closes
// itself in before the first question (apart/sandbox.h), and answers. It ends when the program
// does. main() asks before all else:
//
//     if (signer_process_asked(argc, argv))
//         return signer_process_run(argv, dialects, NULL);

#include "net/pairings/signer.h"

// Whether this process was started to be the signer.
bool signer_process_asked(int argc, char *const argv[]);

// Tests alone: called with each request before it is taken, to do what a signer that was taken
// over, or fails, would do.
typedef void signer_taken_over(const struct signer_request *request);

// Does not return before the program is gone; then the exit code. `argv` says whether it is to
// reach a TPM. `taken_over` is NULL but in tests.
int signer_process_run(char *const argv[], const struct dialect *const *dialects,
                       signer_taken_over *taken_over);

#endif
