// SPDX-License-Identifier: MIT
// A provisioning file that is taken has a portal, an account and settings that can be used; one
// that is not taken has a failure of its own.
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "ui/settings/options.h"
#include "ui/settings/provision_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct provision_file file;
    struct options options = options_default;
    struct fault fault = {0};
    if (!provision_file_parse(span_of(bytes, size), &file, &fault)) {
        FUZZ_MUST(strncmp(failure_code(fault.failure), "provision.", 10) == 0);
        return 0;
    }

    FUZZ_MUST(fault.failure == FAILURE_NONE);
    FUZZ_MUST(strncmp(file.pairing.code.origin.text, "https://", 8) == 0);
    FUZZ_MUST(origin_is_normal(span_str(file.pairing.code.origin.text)));
    FUZZ_MUST(file.pairing.account_id[0] != '\0');
    FUZZ_MUST(file.pairing.pin_count <= TOKEN_PAIRING_PINS_MAX);
    FUZZ_MUST(!file.administrator[0] || administrator_is_hash(file.administrator));
    FUZZ_MUST(file.setting_count <= PROVISION_SETTINGS_MAX);
    for (size_t i = 0; i < file.setting_count; i++) {
        FUZZ_MUST(!strpbrk(file.settings[i].value, "\r\n"));
        FUZZ_MUST(options_set(&options, file.settings[i].name, file.settings[i].value, NULL));
    }
    return 0;
}
