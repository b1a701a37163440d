// SPDX-License-Identifier: MIT
// The configuration where calls to the system fail, each of them once: it is written whole or
// is as it was, whoever asked is told, and no descriptor and no other file stays behind.

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/failing_files.h"
#include "ui/settings/config.h"

#define OLD "# of the kiosk\nlang = ru\n"
#define NEW "# of the kiosk\nlang = en\n"

enum { ROOM = 256 };

static char folder[32], path[64];

static int begin(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/qrconfirm-no-io-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/config", folder);
    return 0;
}

static int end(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void put(const char *text)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static const char *now(void)
{
    static char text[ROOM];
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    text[fread(text, 1, ROOM - 1, file)] = '\0';
    fclose(file);
    return text;
}

static size_t count_files(void)
{
    size_t count = 0;
    DIR *entries = opendir(folder);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(entries);
    return count;
}

static unsigned write_failing(int error, unsigned call)
{
    struct fault fault = {0};
    size_t descriptors = failing_descriptors();
    put(OLD);
    failing_with(error);
    failing_begin(call);
    bool written = config_write(path, "lang", "en", &fault);
    unsigned calls = failing_end();

    assert_int_equal(failing_descriptors(), descriptors);
    assert_true(written || call <= calls);
    assert_true(!written || strcmp(now(), NEW) == 0);
    assert_true(strcmp(now(), OLD) == 0 || strcmp(now(), NEW) == 0);
    if (!written && fault.failure != failure_of_errno(error, FAILURE_CONFIG))
        fail_msg("%s, call %u: %s", strerror(error), call, failure_code(fault.failure));
    assert_int_equal(written, fault.failure == FAILURE_NONE);
    if (error == EINTR || error == 0)
        assert_true(written);

    assert_true(config_write(path, "lang", "en", NULL));
    assert_string_equal(now(), NEW);
    assert_int_equal(count_files(), 1);
    return calls;
}

static void it_is_written_whole_or_not_at_all(void **state)
{
    (void)state;
    static const int errors[] = {EIO, EMFILE, ENOMEM, ENOSPC, EINTR, 0};
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        unsigned calls = 0;
        for (unsigned call = 1; call <= calls + 1; call++)
            calls = write_failing(errors[i], call);
        assert_true(calls >= (errors[i] == EINTR || errors[i] == 0 ? 1 : 7));
    }
}

static void what_cannot_be_read_is_not_taken_for_empty(void **state)
{
    (void)state;
    static struct config config;
    char hash[CONFIG_HASH_HEX + 1], same[CONFIG_HASH_HEX + 1];
    put(OLD);
    assert_true(config_hash(path, same, NULL));
    failing_with(EMFILE);
    for (unsigned what = 0; what < 2; what++) {
        struct options options = options_default;
        struct fault fault = {0};
        failing_begin(1);
        assert_false(what == 0 ? config_hash(path, hash, &fault)
                               : config_read(&config, path, false, &options, &fault));
        assert_int_equal(failing_end(), 1);
        assert_int_equal(fault.failure, FAILURE_DESCRIPTORS);
        assert_null(options.language);
    }

    // A folder can be opened, and not be read.
    struct options options = options_default;
    struct fault fault = {0};
    assert_false(config_hash(folder, hash, &fault));
    assert_int_equal(fault.failure, FAILURE_CONFIG);
    assert_false(config_read(&config, folder, true, &options, NULL));

    assert_true(config_hash(path, hash, NULL));
    assert_string_equal(hash, same);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_written_whole_or_not_at_all, begin, end),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_not_taken_for_empty, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
