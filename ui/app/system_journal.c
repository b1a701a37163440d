// SPDX-License-Identifier: MIT
#include "ui/app/system_journal.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define WARNING 4 // of syslog
#define INFO    6

static const struct {
    const char *id, *text;
} entries[SYSTEM_JOURNAL_ENTRIES] = {
    [SYSTEM_JOURNAL_STARTED] = {"fca7df46ce0b4ee9bb0933e7d3460b32", "Started."},
    [SYSTEM_JOURNAL_APPROVED] = {"95d1060b1dcc4820b137d91a5c5c68ce", "A sign-in was approved."},
    [SYSTEM_JOURNAL_FAILED] = {"18d4772b53ee45cda8e3283455749bd5", "Failed"},
    [SYSTEM_JOURNAL_CAMERA] = {"5ac5229c5c354f80a09ee6739e2d88f5", "Camera"},
};

const char *system_journal_id(enum system_journal_entry entry)
{
    return entries[entry].id;
}

// "DEVICE:INODE", in decimal.
static bool is_connected(const char *stream, int output)
{
    char name[64];
    struct stat is;
    if (!stream || fstat(output, &is) != 0)
        return false;
    snprintf(name, sizeof(name), "%llu:%llu", (unsigned long long)is.st_dev,
             (unsigned long long)is.st_ino);
    return strcmp(name, stream) == 0;
}

void system_journal_open(struct system_journal *journal, const char *socket_path,
                         const char *stream, int output)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    journal->fd = -1;
    if (!is_connected(stream, output) || strlen(socket_path) >= sizeof(address.sun_path))
        return;

    memcpy(address.sun_path, socket_path, strlen(socket_path));
    journal->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (journal->fd >= 0 &&
        connect(journal->fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
        system_journal_close(journal);
}

void system_journal_close(struct system_journal *journal)
{
    if (journal->fd >= 0)
        close(journal->fd);
    journal->fd = -1;
}

void system_journal_write(const struct system_journal *journal, enum system_journal_entry entry,
                          enum failure failure)
{
    char text[512];
    if (journal->fd < 0)
        return;

    bool told = entry == SYSTEM_JOURNAL_FAILED || entry == SYSTEM_JOURNAL_CAMERA;
    int size = snprintf(text, sizeof(text),
                        "MESSAGE=%s%s%s\nMESSAGE_ID=%s\nPRIORITY=%d\n"
                        "SYSLOG_IDENTIFIER=qrconfirm\nQRCONFIRM_CODE=%s\n",
                        entries[entry].text, told ? ": " : "",
                        !told                     ? ""
                        : failure == FAILURE_NONE ? "it works."
                                                  : failure_text(failure),
                        entries[entry].id, failure == FAILURE_NONE ? INFO : WARNING,
                        failure_code(failure));
    if (size > 0 && (size_t)size < sizeof(text))
        (void)!send(journal->fd, text, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT);
}
