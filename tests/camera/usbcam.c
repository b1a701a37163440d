// SPDX-License-Identifier: MIT
// A USB camera made of software, plugged into the kernel's virtual USB host controller, so that
// the real uvcvideo driver binds to it. It sees a sheet with a QR code. See usage().
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/camera/film.h"
#include "tests/camera/uvc.h"

#define WAITING_MAX 64u     // transfers the host has asked for
#define SIDE_MAX    4096u   // pixels
#define CLAIM_MAX   0xffffu // pixels that a header can say
#define BITS_MAX    0xffu   // of a pixel that a descriptor can say

struct transfer {
    uint32_t sequence, size;
    size_t packet_count; // isochronous, if it is not 0
    struct usbip_packet packets[USBIP_PACKETS_MAX];
};

struct camera {
    struct uvc uvc;
    int link, commands;
    char text[1024];
    unsigned width, height;             // of the pictures, whatever was said of them
    unsigned claim_width, claim_height; // what the headers of JPEGs say; 0: the truth
    struct film film;
    struct picture pictures[PICTURE_FORMATS_MAX][FILM_FRAMES_MAX];
    const struct picture *picture; // on its way
    struct transfer waiting[WAITING_MAX];
    size_t waiting_count;
    size_t sent; // bytes of the frame on its way
    bool frozen;
    unsigned spoil, cut, garble, lose; // frames still to be damaged
    bool spoiled, garbled, losing;     // the frame on its way
    size_t whole;                      // its bytes
    uint8_t toggle;
    int64_t due_us;
    unsigned long frames;
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static int usage(void)
{
    fputs(
        "usage: usbcam [--iso] [--lie BITS] SIZE FPS FORMATS TEXT [FIFO]\n"
        "  SIZE 640x480   FORMATS YUYV,MJPG,...\n"
        "  TEXT what the code says; film:FILE: the frames of a gray Y4M recording\n"
        "  --iso: isochronous transfers, else bulk\n"
        "  --lie: says that a pixel has so many bits, and sends as many, but for MJPG\n"
        "lines into FIFO: show TEXT | freeze | thaw | spoil N (error bit in N frames)\n"
        "                 cut N (N frames end early) | garble N (N frames of noise) | unplug\n"
        "                 lose N (N frames lose a packet) | crowd | calm (no room on the bus): "
        "--iso\n"
        "                 size SIZE (pictures are that large from now on, unannounced)\n"
        "                 claim SIZE (as before, but the headers of JPEGs say so)\n",
        stderr);
    return 2;
}

static bool pack(const struct camera *camera, const struct picture_format *format,
                 const uint8_t *luma, struct picture *out)
{
    const struct uvc *uvc = &camera->uvc;
    struct picture packed;
    if (!picture_pack(&packed, format, luma, camera->width, camera->height))
        return false;

    if (format->jpeg && camera->claim_width > 0) {
        picture_claim(&packed, camera->claim_width, camera->claim_height);
    } else if (!format->jpeg && uvc->lies &&
               !picture_lay(&packed, format, uvc->said_bits, camera->width, camera->height)) {
        picture_destroy(&packed);
        return false;
    }

    *out = packed;
    return true;
}

// The camera sees the text, or film, from now on.
static bool look(struct camera *camera)
{
    const struct uvc *uvc = &camera->uvc;
    if (!film_make(&camera->film, camera->text, camera->width, camera->height))
        return false;
    for (size_t i = 0; i < uvc->format_count * camera->film.count; i++) {
        size_t format = i / camera->film.count, frame = i % camera->film.count;
        struct picture packed;
        if (!pack(camera, uvc->formats[format], camera->film.luma[frame], &packed))
            return false;
        picture_destroy(&camera->pictures[format][frame]);
        camera->pictures[format][frame] = packed;
    }
    return true;
}

static bool parse_size(const char *text, unsigned most, unsigned *width, unsigned *height)
{
    unsigned w, h;
    if (sscanf(text, "%ux%u", &w, &h) != 2 || w == 0 || h == 0 || w > most || h > most)
        return false;
    *width = w;
    *height = h;
    return true;
}

// Returns how many of the arguments were options.
static int parse_options(struct uvc *uvc, int argc, char *argv[])
{
    int at = 1;
    for (;;) {
        if (at < argc && strcmp(argv[at], "--iso") == 0) {
            uvc->isochronous = true;
            at++;
        } else if (at + 1 < argc && strcmp(argv[at], "--lie") == 0 &&
                   sscanf(argv[at + 1], "%u", &uvc->said_bits) == 1 &&
                   uvc->said_bits <= BITS_MAX) {
            uvc->lies = true;
            at += 2;
        } else {
            return at - 1;
        }
    }
}

static bool parse(struct camera *camera, char *argv[])
{
    struct uvc *uvc = &camera->uvc;
    if (!parse_size(argv[1], SIDE_MAX, &uvc->width, &uvc->height) ||
        sscanf(argv[2], "%u", &uvc->fps) != 1 || uvc->fps == 0)
        return false;
    camera->width = uvc->width;
    camera->height = uvc->height;

    const char *at = argv[3];
    while (*at && uvc->format_count < PICTURE_FORMATS_MAX) {
        const struct picture_format *format = picture_format_find(at);
        if (!format)
            return false;
        uvc->formats[uvc->format_count++] = format;
        at += strcspn(at, ",");
        at += *at == ',';
    }

    snprintf(camera->text, sizeof(camera->text), "%s", argv[4]);
    return uvc->format_count > 0;
}

static void begin_frame(struct camera *camera)
{
    camera->picture =
        &camera->pictures[camera->uvc.chosen][camera->frames % camera->film.count];
    size_t size = camera->picture->size;
    camera->spoiled = camera->spoil > 0;
    camera->garbled = camera->garble > 0;
    camera->losing = camera->lose > 0;
    camera->lose -= camera->lose > 0;
    camera->whole = camera->cut > 0 ? size / 2 : size;
    camera->spoil -= camera->spoil > 0;
    camera->garble -= camera->garble > 0;
    camera->cut -= camera->cut > 0;
}

static void end_frame(struct camera *camera)
{
    camera->sent = 0;
    camera->toggle ^= 1;
    camera->frames++;
    camera->due_us += 1000000 / camera->uvc.fps;
    if (camera->due_us < now_us() - 1000000)
        camera->due_us = now_us();
}

// Writes one payload of the frame on its way, at most `room` bytes; returns how many.
static size_t fill_payload(struct camera *camera, uint8_t *payload, size_t room)
{
    if (camera->sent == 0)
        begin_frame(camera);
    room -= UVC_PAYLOAD_HEADER;
    size_t left = camera->whole - camera->sent;
    size_t size = left < room ? left : room;
    bool last = size == left;

    memset(payload, 0, UVC_PAYLOAD_HEADER);
    payload[0] = UVC_PAYLOAD_HEADER;
    payload[1] =
        (uint8_t)(0x80 | camera->toggle | (last ? 0x02 : 0) | (camera->spoiled ? 0x40 : 0));
    if (camera->garbled)
        memset(payload + UVC_PAYLOAD_HEADER, (int)(camera->frames & 0xff), size);
    else
        memcpy(payload + UVC_PAYLOAD_HEADER, camera->picture->bytes + camera->sent, size);
    camera->sent += size;
    if (last)
        end_frame(camera);
    return size + UVC_PAYLOAD_HEADER;
}

static bool send_packets(struct camera *camera, struct transfer *transfer)
{
    static uint8_t bytes[USBIP_PACKETS_MAX * UVC_PACKET_MAX];
    size_t size = 0;

    for (size_t i = 0; i < transfer->packet_count; i++) {
        struct usbip_packet *packet = &transfer->packets[i];
        if ((i > 0 && camera->sent == 0) || packet->room <= UVC_PAYLOAD_HEADER ||
            packet->room > UVC_PACKET_MAX)
            continue; // the next frame is not due: the packet stays empty

        size_t filled = fill_payload(camera, bytes + size, packet->room);
        if (camera->losing) {
            camera->losing = false;
            packet->status = -EXDEV;
            continue;
        }

        packet->size = (uint32_t)filled;
        size += filled;
    }

    return usbip_answer_packets(camera->link, transfer->sequence, transfer->packets,
                                transfer->packet_count, bytes, size);
}

// Sends one transfer's worth of the frame on its way. False: the link is closed.
static bool send_payload(struct camera *camera, struct transfer *transfer)
{
    static uint8_t payload[UVC_PAYLOAD_MAX];
    if (transfer->packet_count > 0)
        return send_packets(camera, transfer);
    size_t room = transfer->size < sizeof(payload) ? transfer->size : sizeof(payload);
    size_t size = fill_payload(camera, payload, room);
    return usbip_answer(camera->link, transfer->sequence, 0, payload, size);
}

static bool may_send(const struct camera *camera)
{
    return camera->waiting_count > 0 && camera->uvc.streaming && !camera->frozen;
}

static bool send_due(struct camera *camera)
{
    if (camera->uvc.restarted) {
        camera->uvc.restarted = false;
        camera->sent = 0;
        camera->due_us = now_us();
    }
    while (may_send(camera) && (camera->sent > 0 || now_us() >= camera->due_us)) {
        struct transfer transfer = camera->waiting[0];
        camera->waiting_count--;
        memmove(camera->waiting, camera->waiting + 1,
                camera->waiting_count * sizeof(camera->waiting[0]));
        if (!send_payload(camera, &transfer))
            return false;
    }
    return true;
}

static bool take_back(struct camera *camera, const struct usbip_request *request)
{
    int status = 0;
    for (size_t i = 0; i < camera->waiting_count; i++) {
        if (camera->waiting[i].sequence != request->victim)
            continue;
        camera->waiting_count--;
        memmove(camera->waiting + i, camera->waiting + i + 1,
                (camera->waiting_count - i) * sizeof(camera->waiting[0]));
        status = -ECONNRESET;
        break;
    }
    return usbip_answer_unlink(camera->link, request->sequence, status);
}

static bool take_request(struct camera *camera)
{
    static struct usbip_request request;
    if (!usbip_receive(camera->link, &request))
        return false;
    if (request.unlink)
        return take_back(camera, &request);
    if (request.endpoint == 0)
        return uvc_control(&camera->uvc, camera->link, &request);
    if (request.endpoint != 1 || !request.in || camera->waiting_count == WAITING_MAX ||
        request.size <= UVC_PAYLOAD_HEADER)
        return usbip_answer(camera->link, request.sequence, -EPIPE, NULL, 0);
    struct transfer *transfer = &camera->waiting[camera->waiting_count++];
    *transfer = (struct transfer){request.sequence, request.size, request.packet_count, {{0}}};
    memcpy(transfer->packets, request.packets, sizeof(request.packets));
    return true;
}

static bool obey_size(struct camera *camera, const char *line)
{
    if (strncmp(line, "size ", 5) == 0 &&
        parse_size(line + 5, SIDE_MAX, &camera->width, &camera->height))
        camera->claim_width = 0;
    else if (strncmp(line, "claim ", 6) != 0 ||
             !parse_size(line + 6, CLAIM_MAX, &camera->claim_width, &camera->claim_height))
        return false;

    camera->sent = 0;
    look(camera);
    return true;
}

// False: unplug.
static bool obey(struct camera *camera, const char *line)
{
    if (strcmp(line, "unplug") == 0)
        return false;

    if (strcmp(line, "freeze") == 0)
        camera->frozen = true;
    else if (strcmp(line, "thaw") == 0)
        camera->frozen = false;
    else if (strcmp(line, "crowd") == 0 || strcmp(line, "calm") == 0)
        camera->uvc.crowded = line[1] == 'r';
    else if (strncmp(line, "show ", 5) == 0) {
        snprintf(camera->text, sizeof(camera->text), "%s", line + 5);
        camera->sent = 0;
        look(camera); // it says itself what it cannot
    } else if (sscanf(line, "spoil %u", &camera->spoil) != 1 &&
               sscanf(line, "cut %u", &camera->cut) != 1 &&
               sscanf(line, "lose %u", &camera->lose) != 1 &&
               sscanf(line, "garble %u", &camera->garble) != 1 && !obey_size(camera, line))
        fprintf(stderr, "usbcam: no command: %s\n", line);

    return true;
}

static bool take_commands(struct camera *camera)
{
    char lines[2048];
    ssize_t size = read(camera->commands, lines, sizeof(lines) - 1);
    if (size <= 0)
        return true;
    lines[size] = '\0';
    char *rest = lines;
    char *line;
    while ((line = strsep(&rest, "\n"))) {
        if (*line && !obey(camera, line))
            return false;
    }
    return true;
}

static void run(struct camera *camera)
{
    for (;;) {
        int timeout_ms = -1;
        if (may_send(camera)) {
            int64_t left_us = camera->due_us - now_us();
            timeout_ms = left_us <= 0 ? 0 : (int)(left_us / 1000) + 1;
        }
        struct pollfd fds[2] = {{camera->link, POLLIN, 0}, {camera->commands, POLLIN, 0}};
        poll(fds, camera->commands < 0 ? 1 : 2, timeout_ms);
        if ((fds[0].revents && !take_request(camera)) ||
            (fds[1].revents && !take_commands(camera)) || !send_due(camera))
            return;
    }
}

int main(int argc, char *argv[])
{
    static struct camera camera;
    int options = parse_options(&camera.uvc, argc, argv);
    argc -= options;
    argv += options;
    if (argc < 5 || argc > 6 || !parse(&camera, argv))
        return usage();
    if (!look(&camera))
        return 1;
    uvc_describe(&camera.uvc);

    camera.commands = -1;
    if (argc == 6) {
        mkfifo(argv[5], 0600);
        camera.commands = open(argv[5], O_RDWR | O_NONBLOCK | O_CLOEXEC);
    }
    camera.link = usbip_plug();
    if (camera.link < 0)
        return 1;
    run(&camera);
    fprintf(stderr, "usbcam: unplugged after %lu frames\n", camera.frames);
    for (size_t i = 0; i < PICTURE_FORMATS_MAX * FILM_FRAMES_MAX; i++)
        picture_destroy(&camera.pictures[i / FILM_FRAMES_MAX][i % FILM_FRAMES_MAX]);
    film_destroy(&camera.film);
    return 0;
}
