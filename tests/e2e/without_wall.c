// SPDX-License-Identifier: MIT
// without_wall calls|files COMMAND...: runs a command on a system that does not give that wall
// (apart/sandbox.h) to any process of it.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/walls_denied.h"

int main(int argc, char *argv[])
{
    bool calls = argc > 2 && strcmp(argv[1], "calls") == 0;
    bool files = argc > 2 && strcmp(argv[1], "files") == 0;
    if (!calls && !files) {
        fputs("usage: without_wall calls|files COMMAND...\n", stderr);
        return 2;
    }

    if (!walls_denied(calls ? SANDBOX_CALLS : SANDBOX_FILES)) {
        fputs("without_wall: there is no filter to be had\n", stderr);
        return 1;
    }
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    return 1;
}
