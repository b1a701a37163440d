// SPDX-License-Identifier: MIT
#include "tests/camera/uvc.h"

#include <errno.h>
#include <string.h>

#define CLOCK_HZ 48000000u
#define ENDPOINT 0x81u // in

enum {
    GET_DESCRIPTOR = 6,
    CLEAR_FEATURE = 1,
    SET_INTERFACE = 11,
    DESCRIPTOR_DEVICE = 1,
    DESCRIPTOR_CONFIGURATION = 2,
    DESCRIPTOR_STRING = 3,
    DESCRIPTOR_QUALIFIER = 6
};
enum { SET_CUR = 0x01, GET_LEN = 0x85, GET_INFO = 0x86 };
enum { PROBE_CONTROL = 1, COMMIT_CONTROL = 2 };
enum {
    TO_INTERFACE = 0x01,
    TO_ENDPOINT = 0x02,
    FROM_DEVICE = 0x80,
    CLASS = 0x20,
    TYPE_MASK = 0x60
};

static void put16(uint8_t *to, size_t value)
{
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *to, size_t value)
{
    put16(to, value);
    put16(to + 2, value >> 16);
}

static void add(struct uvc *uvc, const uint8_t *descriptor)
{
    size_t size = descriptor[0];
    if (uvc->configuration_size + size > sizeof(uvc->configuration))
        return; // twenty formats are far from it
    memcpy(uvc->configuration + uvc->configuration_size, descriptor, size);
    uvc->configuration_size += size;
}

static unsigned bits_of(const struct uvc *uvc, const struct picture_format *format)
{
    return uvc->lies ? uvc->said_bits : format->bits;
}

static size_t frame_size(const struct uvc *uvc, const struct picture_format *format)
{
    return (size_t)uvc->width * uvc->height * bits_of(uvc, format) / 8;
}

size_t uvc_frame_size(const struct uvc *uvc)
{
    return frame_size(uvc, uvc->formats[uvc->chosen]);
}

// One format with its one frame size and the colours it means.
static void add_format(struct uvc *uvc, uint8_t index, const struct picture_format *format)
{
    uint8_t uncompressed[27] = {27, 0x24, 4, index, 1};
    memcpy(uncompressed + 5, format->guid, sizeof(format->guid));
    uncompressed[21] = (uint8_t)bits_of(uvc, format);
    uncompressed[22] = 1;
    const uint8_t motion_jpeg[11] = {11, 0x24, 6, index, 1, 1, 1};
    add(uvc, format->jpeg ? motion_jpeg : uncompressed);

    size_t size = frame_size(uvc, format);
    size_t interval = 10000000u / uvc->fps; // of 100 ns
    uint8_t frame[30] = {30, 0x24, format->jpeg ? 7 : 5, 1};
    put16(frame + 5, uvc->width);
    put16(frame + 7, uvc->height);
    put32(frame + 9, size * 8);
    put32(frame + 13, size * 8 * uvc->fps);
    put32(frame + 17, size);
    put32(frame + 21, interval);
    frame[25] = 1;
    put32(frame + 26, interval);
    add(uvc, frame);
    add(uvc, (const uint8_t[]){6, 0x24, 13, 1, 1, 4});
}

void uvc_describe(struct uvc *uvc)
{
    uvc->configuration_size = 0;
    add(uvc, (const uint8_t[]){9, 2, 0, 0, 2, 1, 0, 0x80, 250});
    add(uvc, (const uint8_t[]){8, 11, 0, 2, 0x0e, 3, 0, 0});

    // Interface 0, control: a camera terminal into an output terminal.
    add(uvc, (const uint8_t[]){9, 4, 0, 0, 0, 0x0e, 1, 0, 0});
    uint8_t header[13] = {13, 0x24, 1, 0x00, 0x01, 13 + 18 + 9, 0, 0, 0, 0, 0, 1, 1};
    put32(header + 7, CLOCK_HZ);
    add(uvc, header);
    add(uvc, (const uint8_t[]){18, 0x24, 2, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0});
    add(uvc, (const uint8_t[]){9, 0x24, 3, 2, 1, 1, 0, 1, 0});

    // Interface 1, streaming.
    uint8_t endpoints = uvc->isochronous ? 0 : 1; // of its first setting
    add(uvc, (const uint8_t[]){9, 4, 1, 0, endpoints, 0x0e, 2, 0, 0});

    size_t begin = uvc->configuration_size;
    uint8_t input[13 + PICTURE_FORMATS_MAX] = {0};
    input[0] = (uint8_t)(13 + uvc->format_count);
    input[1] = 0x24;
    input[2] = 1;
    input[3] = (uint8_t)uvc->format_count;
    input[6] = ENDPOINT;
    input[8] = 2;
    input[12] = 1;
    add(uvc, input);

    for (size_t i = 0; i < uvc->format_count; i++)
        add_format(uvc, (uint8_t)(i + 1), uvc->formats[i]);
    put16(uvc->configuration + begin + 4, uvc->configuration_size - begin);

    if (uvc->isochronous) {
        add(uvc, (const uint8_t[]){9, 4, 1, 1, 1, 0x0e, 2, 0, 0});
        add(uvc, (const uint8_t[]){7, 5, ENDPOINT, 5, 0x00, 0x14, 1}); // 3 x 1024 each 125 us
    } else {
        add(uvc, (const uint8_t[]){7, 5, ENDPOINT, 2, 0, 2, 0}); // bulk, packets of 512
    }

    put16(uvc->configuration + 2, uvc->configuration_size);
}

static size_t describe_string(unsigned index, uint8_t *out)
{
    static const char *const strings[] = {NULL, "qrconfirm", "Test camera", "0001"};
    if (index == 0) {
        memcpy(out, (const uint8_t[]){4, DESCRIPTOR_STRING, 9, 4}, 4);
        return 4;
    }
    const char *text = index < 4 ? strings[index] : "";
    size_t size = 2 + 2 * strlen(text);
    out[0] = (uint8_t)size;
    out[1] = DESCRIPTOR_STRING;
    for (size_t i = 0; text[i]; i++)
        put16(out + 2 + 2 * i, (uint8_t)text[i]);
    return size;
}

static bool answer_descriptor(const struct uvc *uvc, int link,
                              const struct usbip_request *request)
{
    static const uint8_t device[18] = {18,   1,    0,    2, 0xef, 2, 1, 64, 0x6b,
                                       0x1d, 0x02, 0x01, 0, 1,    1, 2, 3,  1};
    static const uint8_t qualifier[10] = {10, DESCRIPTOR_QUALIFIER, 0, 2, 0xef, 2, 1, 64, 1, 0};
    uint8_t string[64];
    const uint8_t *data;
    size_t size;

    switch (request->setup[3]) {
    case DESCRIPTOR_DEVICE:
        data = device;
        size = sizeof(device);
        break;
    case DESCRIPTOR_CONFIGURATION:
        data = uvc->configuration;
        size = uvc->configuration_size;
        break;
    case DESCRIPTOR_STRING:
        data = string;
        size = describe_string(request->setup[2], string);
        break;
    case DESCRIPTOR_QUALIFIER:
        data = qualifier;
        size = sizeof(qualifier);
        break;
    default:
        return usbip_answer(link, request->sequence, -EPIPE, NULL, 0);
    }

    size_t wanted = request->setup[6] | (size_t)request->setup[7] << 8;
    return usbip_answer(link, request->sequence, 0, data, size < wanted ? size : wanted);
}

// Video probe and commit: which format, and how large its frames and transfers are.
static bool answer_probe(struct uvc *uvc, int link, const struct usbip_request *request)
{
    size_t wanted = request->setup[6] | (size_t)request->setup[7] << 8;

    switch (request->setup[1]) {
    case SET_CUR:
        if (request->out[2] >= 1 && request->out[2] <= uvc->format_count)
            uvc->chosen = request->out[2] - 1u;
        if (request->setup[3] == COMMIT_CONTROL)
            uvc->streaming = uvc->restarted = true;
        return usbip_answer(link, request->sequence, 0, NULL, request->size);
    case GET_INFO:
        return usbip_answer(link, request->sequence, 0, (const uint8_t[]){3}, 1);
    case GET_LEN:
        return usbip_answer(link, request->sequence, 0, (const uint8_t[]){UVC_PROBE_SIZE, 0},
                            2);
    default:
        break;
    }

    uint8_t probe[UVC_PROBE_SIZE] = {1, 0, (uint8_t)(uvc->chosen + 1), 1};
    put32(probe + 4, 10000000u / uvc->fps);
    put32(probe + 18, uvc_frame_size(uvc));
    put32(probe + 22, uvc->isochronous ? UVC_PACKET_MAX : UVC_PAYLOAD_MAX);

    return usbip_answer(link, request->sequence, 0, probe,
                        wanted < sizeof(probe) ? wanted : sizeof(probe));
}

// An isochronous stream runs while its interface has the setting with an endpoint. A host
// controller that has no room refuses it; our host has no such count, so the device does.
static bool answer_setting(struct uvc *uvc, int link, const struct usbip_request *request)
{
    bool wanted = request->setup[2] != 0;
    if (wanted && uvc->crowded)
        return usbip_answer(link, request->sequence, -ENOSPC, NULL, 0);
    if (uvc->isochronous && request->setup[4] == 1)
        uvc->streaming = wanted;
    return usbip_answer(link, request->sequence, 0, NULL, 0);
}

bool uvc_control(struct uvc *uvc, int link, const struct usbip_request *request)
{
    const uint8_t *setup = request->setup;
    if (setup[0] == FROM_DEVICE && setup[1] == GET_DESCRIPTOR)
        return answer_descriptor(uvc, link, request);

    if ((setup[0] & TYPE_MASK) == CLASS) {
        bool streaming = setup[4] == 1;
        if (streaming && (setup[3] == PROBE_CONTROL || setup[3] == COMMIT_CONTROL))
            return answer_probe(uvc, link, request);
        return usbip_answer(link, request->sequence, -EPIPE, NULL, 0);
    }

    if (setup[0] & FROM_DEVICE) // status, configuration, interface
        return usbip_answer(link, request->sequence, 0, (const uint8_t[]){1, 0},
                            request->size < 2 ? request->size : 2);
    if (setup[0] == TO_INTERFACE && setup[1] == SET_INTERFACE)
        return answer_setting(uvc, link, request);

    // The driver ends a bulk stream by clearing the endpoint's halt.
    if (setup[0] == TO_ENDPOINT && setup[1] == CLEAR_FEATURE)
        uvc->streaming = false;
    return usbip_answer(link, request->sequence, 0, NULL, request->size);
}
