// SPDX-License-Identifier: MIT
// Entries of systemd's journal: their fields, and that only a unit writes any.
#include "tests/unit/net/scratch.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "ui/app/system_journal.h"

static struct system_journal journal;
static int reader;

// A journal that listens, and the name of the file that our output goes to.
static const char *listen_as_journal(void **state, char stream[static 64])
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat is;
    const char *path = scratch_join(state, "socket");
    assert_true(strlen(path) < sizeof(address.sun_path));
    memcpy(address.sun_path, path, strlen(path));
    reader = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(reader, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(fstat(STDERR_FILENO, &is), 0);
    snprintf(stream, 64, "%llu:%llu", (unsigned long long)is.st_dev,
             (unsigned long long)is.st_ino);
    return path;
}

static void expect(const char *text)
{
    char got[1024] = "";
    ssize_t size = recv(reader, got, sizeof(got) - 1, MSG_DONTWAIT);
    assert_int_equal(size < 0, text == NULL);
    if (text)
        assert_string_equal(got, text);
}

static void entries_have_fields_that_stay(void **state)
{
    char stream[64];
    const char *path = listen_as_journal(state, stream);
    system_journal_open(&journal, path, stream, STDERR_FILENO);
    assert_true(journal.fd >= 0);

    system_journal_write(&journal, SYSTEM_JOURNAL_STARTED, FAILURE_NONE);
    expect("MESSAGE=Started.\nMESSAGE_ID=fca7df46ce0b4ee9bb0933e7d3460b32\nPRIORITY=6\n"
           "SYSLOG_IDENTIFIER=qrconfirm\nQRCONFIRM_CODE=none\n");
    system_journal_write(&journal, SYSTEM_JOURNAL_FAILED, FAILURE_NET_TIMEOUT);
    expect("MESSAGE=Failed: The portal does not answer.\n"
           "MESSAGE_ID=18d4772b53ee45cda8e3283455749bd5\nPRIORITY=4\n"
           "SYSLOG_IDENTIFIER=qrconfirm\nQRCONFIRM_CODE=net.timeout\n");
    system_journal_write(&journal, SYSTEM_JOURNAL_CAMERA, FAILURE_NONE);
    expect(
        "MESSAGE=Camera: it works.\nMESSAGE_ID=5ac5229c5c354f80a09ee6739e2d88f5\nPRIORITY=6\n"
        "SYSLOG_IDENTIFIER=qrconfirm\nQRCONFIRM_CODE=none\n");

    // Every failure fits, and says something in one line.
    for (enum failure failure = FAILURE_NONE + 1; failure < FAILURE_COUNT; failure++) {
        char got[1024] = "";
        system_journal_write(&journal, SYSTEM_JOURNAL_FAILED, failure);
        assert_true(recv(reader, got, sizeof(got) - 1, MSG_DONTWAIT) > 0);
        assert_non_null(strstr(got, failure_code(failure)));
    }
    system_journal_close(&journal);
    close(reader);
}

// A person in a shell of a unit's child has other output, or no such variable.
static void only_a_unit_writes(void **state)
{
    char stream[64];
    const char *path = listen_as_journal(state, stream);
    static const char *const others[] = {NULL, "", "1:2", "x"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        system_journal_open(&journal, path, others[i], STDERR_FILENO);
        assert_int_equal(journal.fd, -1);
        system_journal_write(&journal, SYSTEM_JOURNAL_STARTED, FAILURE_NONE);
        expect(NULL);
    }

    system_journal_open(&journal, scratch_join(state, "none"), stream, STDERR_FILENO);
    assert_int_equal(journal.fd, -1);
    close(reader);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)
    const struct CMUnitTest tests[] = {
        TEST(entries_have_fields_that_stay),
        TEST(only_a_unit_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
