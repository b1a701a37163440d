// SPDX-License-Identifier: MIT
// A configuration file is taken exactly where a check of it finds nothing, and a refusal says
// what is wrong with which line of the file.
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "tests/fuzz/fuzz_folder.h"
#include "ui/settings/config.h"

struct told {
    size_t findings;
    unsigned lines; // of the file
};

static void take(void *userdata, const struct finding *finding)
{
    struct told *told = userdata;
    told->findings++;
    FUZZ_MUST(finding->fault.failure != FAILURE_NONE);
    FUZZ_MUST(finding->line <= told->lines);
    FUZZ_MUST(strlen(finding->key) <= FINDING_KEY_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct config config;
    struct options options = options_default;
    struct told told = {.lines = 1};
    struct fault fault = {0};
    char path[100];
    for (size_t i = 0; i < size; i++)
        told.lines += bytes[i] == '\n';

    snprintf(path, sizeof(path), "%s/config", fuzz_folder());
    fuzz_folder_put("config", span_of(bytes, size));
    config = (struct config){0};
    bool taken = config_read(&config, path, true, &options, &fault);
    bool found_none = config_check(path, true, (struct finding_sink){take, &told});

    FUZZ_MUST(found_none == (told.findings == 0));
    FUZZ_MUST(taken == found_none);
    FUZZ_MUST(taken || (fault.failure == FAILURE_CONFIG && fault.detail[0]));
    FUZZ_MUST(config.used <= sizeof(config.texts));
    return 0;
}
