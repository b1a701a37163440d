// SPDX-License-Identifier: MIT
#include "tests/camera/usbip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ATTACH     "/sys/devices/platform/vhci_hcd.0/attach"
#define DEVICE_ID  0x10002u
#define HIGH_SPEED 3

enum { CMD_SUBMIT = 1, CMD_UNLINK = 2, RET_SUBMIT = 3, RET_UNLINK = 4 };

// 48 bytes, big-endian words; what the last seven say depends on the command.
struct header {
    uint32_t command, sequence, device, direction, endpoint;
    uint32_t words[5];
    uint8_t setup[8];
};

// How an isochronous packet is described: big-endian words.
struct packet_words {
    uint32_t offset, length, actual_length, status;
};

static bool read_all(int fd, void *to, size_t size)
{
    uint8_t *p = to;
    while (size > 0) {
        ssize_t n = read(fd, p, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        size -= (size_t)n;
    }
    return true;
}

static bool write_all(int fd, const void *from, size_t size)
{
    const uint8_t *p = from;
    while (size > 0) {
        ssize_t n = write(fd, p, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        size -= (size_t)n;
    }
    return true;
}

int usbip_plug(void)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        return -1;

    char line[64];
    int size = snprintf(line, sizeof(line), "0 %d %u %d", pair[1], DEVICE_ID, HIGH_SPEED);
    int attach = open(ATTACH, O_WRONLY | O_CLOEXEC);
    bool plugged = attach >= 0 && write(attach, line, (size_t)size) == size;

    if (attach >= 0)
        close(attach);
    close(pair[1]);

    if (plugged)
        return pair[0];

    perror(ATTACH);
    close(pair[0]);
    return -1;
}

static bool receive_packets(int link, uint32_t count, struct usbip_request *out)
{
    // What is not isochronous has no packets, or as many as there are numbers.
    if (count == 0 || count == UINT32_MAX)
        return true;
    if (count > USBIP_PACKETS_MAX)
        return false;

    uint32_t offset = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct packet_words words;
        if (!read_all(link, &words, sizeof(words)))
            return false;
        out->packets[i] = (struct usbip_packet){.room = ntohl(words.length)};
        offset += ntohl(words.length);
    }

    out->packet_count = count;
    return offset <= out->size;
}

bool usbip_receive(int link, struct usbip_request *out)
{
    struct header header;
    if (!read_all(link, &header, sizeof(header)))
        return false;

    memset(out, 0, sizeof(*out));
    out->sequence = ntohl(header.sequence);

    if (ntohl(header.command) == CMD_UNLINK) {
        out->unlink = true;
        out->victim = ntohl(header.words[0]);
        return true;
    }

    out->endpoint = ntohl(header.endpoint);
    out->in = ntohl(header.direction) == 1;
    out->size = ntohl(header.words[1]);
    memcpy(out->setup, header.setup, sizeof(out->setup));

    if (out->in || out->size == 0)
        return receive_packets(link, ntohl(header.words[3]), out);
    return out->size <= USBIP_OUT_MAX && read_all(link, out->out, out->size);
}

bool usbip_answer(int link, uint32_t sequence, int status, const void *data, size_t size)
{
    struct header header = {.command = htonl(RET_SUBMIT), .sequence = htonl(sequence)};
    header.words[0] = htonl((uint32_t)status);
    header.words[1] = htonl((uint32_t)size);
    return write_all(link, &header, sizeof(header)) && (!data || write_all(link, data, size));
}

bool usbip_answer_packets(int link, uint32_t sequence, const struct usbip_packet *packets,
                          size_t count, const void *data, size_t size)
{
    struct header header = {.command = htonl(RET_SUBMIT), .sequence = htonl(sequence)};
    struct packet_words words[USBIP_PACKETS_MAX] = {0};
    uint32_t offset = 0, lost = 0;

    for (size_t i = 0; i < count; i++) {
        words[i] =
            (struct packet_words){htonl(offset), htonl(packets[i].room), htonl(packets[i].size),
                                  htonl((uint32_t)packets[i].status)};
        offset += packets[i].room;
        lost += packets[i].status != 0;
    }

    header.words[1] = htonl((uint32_t)size);
    header.words[3] = htonl((uint32_t)count);
    header.words[4] = htonl(lost);

    return write_all(link, &header, sizeof(header)) && write_all(link, data, size) &&
           write_all(link, words, count * sizeof(words[0]));
}

bool usbip_answer_unlink(int link, uint32_t sequence, int status)
{
    struct header header = {.command = htonl(RET_UNLINK), .sequence = htonl(sequence)};
    header.words[0] = htonl((uint32_t)status);
    return write_all(link, &header, sizeof(header));
}
