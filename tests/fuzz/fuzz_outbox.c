// SPDX-License-Identifier: MIT
// The outbox of a pairing, as anybody may have left it: what is read of it lies in its limits,
// the counter never falls below what the pairing remembers, and a file that is refused stays as
// it is.
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/pairings/outbox.h"
#include "tests/fuzz/fuzz_folder.h"

#define ID       "0123456789abcdef"
#define FOLDER   "outbox"
#define AT_LEAST 7u

static void path_of(char out[static 256], const char *suffix)
{
    snprintf(out, 256, "%s/" FOLDER "%s", fuzz_folder(), suffix);
}

static void remove_folder(void)
{
    static const char *const files[] = {"/" ID ".outbox", "/" ID ".ended", "/" ID ".lock"};
    char path[256];
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        path_of(path, files[i]);
        unlink(path);
    }
    path_of(path, "");
    rmdir(path);
}

static void make_folder(void)
{
    static bool made;
    char path[256];
    if (made)
        return;
    path_of(path, "");
    FUZZ_MUST(mkdir(path, 0700) == 0 && atexit(remove_folder) == 0);
    made = true;
}

static void check(const struct outbox_statement *statement)
{
    FUZZ_MUST(statement->message < MESSAGE_COUNT);
    FUZZ_MUST(statement->body.size <= sizeof(statement->body.bytes));
    FUZZ_MUST(statement->envelope.size <= sizeof(statement->envelope.text));
    FUZZ_MUST(memchr(statement->about.browser, 0, sizeof(statement->about.browser)));
    FUZZ_MUST(memchr(statement->about.address, 0, sizeof(statement->about.address)));
    FUZZ_MUST(memchr(statement->about.place, 0, sizeof(statement->about.place)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    make_folder();
    fuzz_folder_put(FOLDER "/" ID ".outbox", span_of(bytes, size));

    static struct outbox_statement statement;
    bool waits = outbox_look(fuzz_folder(), ID, &statement);
    if (waits)
        check(&statement);

    static struct outbox outbox;
    struct fault fault = {0};
    if (!outbox_open(&outbox, fuzz_folder(), ID, AT_LEAST, &fault)) {
        FUZZ_MUST(!waits && fault.failure != FAILURE_NONE && fault.detail[0]);
        return 0;
    }
    FUZZ_MUST(outbox.sequence >= AT_LEAST && outbox.waiting == waits);
    if (waits)
        check(&outbox.statement);
    outbox_close(&outbox);
    return 0;
}
