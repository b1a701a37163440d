// SPDX-License-Identifier: MIT
// A file with a secret, changed by whoever had the disk: it is whole or refused, and what can
// be told of it without the PIN is what the file says once it is open. The sum at its end is
// made right first, or no input would come further than that.
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "net/pairings/sealed_file.h"
#include "tests/fuzz/fuzz_folder.h"

#define SUM_SIZE  16u
#define INPUT_MAX 4096u

static void check(int folder)
{
    struct sealed_facts facts = {0};
    struct fault fault = {0};
    bool whole = sealed_file_look(folder, "secret", &facts, &fault);
    FUZZ_MUST(whole || fault.failure == FAILURE_PAIRING_DAMAGED);
    FUZZ_MUST(facts.open_size <= SEALED_OPEN_MAX);

    struct sealed_content *content = sealed_file_read(folder, "secret", NULL, &fault);
    FUZZ_MUST((content != NULL) == (whole && !facts.sealed));
    if (content) {
        FUZZ_MUST(content->open_size == facts.open_size);
        FUZZ_MUST(content->secret_size <= SEALED_SECRET_MAX);
        FUZZ_MUST(memcmp(content->open, facts.open, facts.open_size) == 0);
    }
    sealed_content_free(content);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    uint8_t file[INPUT_MAX + SUM_SIZE];
    if (size > INPUT_MAX || sodium_init() < 0)
        return 0;
    memcpy(file, bytes, size);
    crypto_generichash(file + size, SUM_SIZE, bytes, size, NULL, 0);

    fuzz_folder_put("secret", span_of(file, size + SUM_SIZE));
    int folder = open(fuzz_folder(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    FUZZ_MUST(folder >= 0);
    check(folder);
    close(folder);
    return 0;
}
