// SPDX-License-Identifier: MIT
// What the driver of a camera answers, from the first question to a few frames: what it is, its
// formats and sizes, its buffers, where in them a frame lies. The answers are those of a camera
// as it should be, in which the input changes whatever it likes. What is mapped is as large as
// it was asked for, so that the address sanitizer sees a step beyond its end; and all that was
// opened and mapped is given back.
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "tests/unit/scanner/camera_fake.h"

#define MAPS_MAX   32u
#define MAP_MAX    (1u << 20)
#define FRAMES     6
#define BUFFER     16384u
#define BLOCK      64u           // of a buffer that the input chooses
#define AREA_LARGE (512u * 512u) // pixels that are not looked at, as that takes long

static const uint32_t fourccs[] = {
    V4L2_PIX_FMT_YUYV,   V4L2_PIX_FMT_UYVY,    V4L2_PIX_FMT_GREY,     V4L2_PIX_FMT_NV12,
    V4L2_PIX_FMT_NV12M,  V4L2_PIX_FMT_YUV420,  V4L2_PIX_FMT_Y10,      V4L2_PIX_FMT_Y16,
    V4L2_PIX_FMT_SBGGR8, V4L2_PIX_FMT_SBGGR10, V4L2_PIX_FMT_SBGGR10P, V4L2_PIX_FMT_RGB24,
    V4L2_PIX_FMT_XBGR32, V4L2_PIX_FMT_RGB565,  V4L2_PIX_FMT_MJPEG,    V4L2_PIX_FMT_PAC207};

struct driver {
    struct camera_io io;
    struct fake_kernel kernel; // the camera as it should be
    struct span rest;          // what is changed of it
    void *maps[MAPS_MAX];
    size_t mapped, buffer;
};

static uint8_t next(struct driver *driver)
{
    if (driver->rest.n == 0)
        return 0;
    uint8_t byte = driver->rest.p[0];
    driver->rest = span_of(driver->rest.p + 1, driver->rest.n - 1);
    return byte;
}

// Small numbers, those near a limit, and any.
static uint32_t next_number(struct driver *driver)
{
    uint8_t way = next(driver);
    uint32_t number = next(driver);
    if (way % 8 == 1)
        return number << 8 | next(driver);
    if (way % 8 == 2)
        return UINT32_MAX - number;
    if (way % 8 == 4)
        return number << 24 | (uint32_t)next(driver) << 16 | (uint32_t)next(driver) << 8 |
               next(driver);
    return number;
}

// ---- its answers ----

// Where the kernel writes; the pointer to a buffer's planes is the program's own.
static bool may_change(unsigned long code, size_t at)
{
    bool of_buffer = code == VIDIOC_QUERYBUF || code == VIDIOC_DQBUF || code == VIDIOC_QBUF;
    return (_IOC_DIR(code) & _IOC_READ) &&
           !(of_buffer && at >= offsetof(struct v4l2_buffer, m) &&
             at < offsetof(struct v4l2_buffer, length));
}

static void change(struct driver *driver, unsigned long code, void *arg)
{
    size_t words = _IOC_SIZE(code) / sizeof(uint32_t);
    size_t at = words > 0 ? sizeof(uint32_t) * (next(driver) % words) : 0;
    uint32_t number = next_number(driver);
    if (words > 0 && may_change(code, at))
        memcpy((uint8_t *)arg + at, &number, sizeof(number));
}

// The first plane, or the only one.
static void change_size(struct driver *driver, struct v4l2_buffer *buffer, bool is_new)
{
    bool multiplanar = buffer->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
    uint32_t number = next_number(driver);
    uint32_t *size = is_new ? &buffer->length : &buffer->bytesused;
    if (multiplanar)
        size = is_new ? &buffer->m.planes[0].length : &buffer->m.planes[0].bytesused;
    *size = number;
    if (multiplanar && !is_new)
        buffer->m.planes[0].data_offset = next(driver);
}

// It gives something else than was asked for: a size, a format, or the bytes of a row. Size and
// format stand at the same place in both kinds.
static void change_format(struct driver *driver, struct v4l2_format *format)
{
    uint8_t which = next(driver);
    uint32_t number = next_number(driver);
    if (which % 4 == 0)
        format->fmt.pix.width = number;
    else if (which % 4 == 1)
        format->fmt.pix.height = number;
    else if (which % 4 == 2)
        format->fmt.pix.pixelformat = fourccs[number % (sizeof(fourccs) / sizeof(fourccs[0]))];
    else if (format->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE)
        format->fmt.pix_mp.plane_fmt[0].bytesperline = number;
    else
        format->fmt.pix.bytesperline = number;
}

static int take_buffer(struct driver *driver, struct v4l2_buffer *buffer)
{
    if (driver->rest.n == 0) {
        errno = EAGAIN;
        return -1;
    }
    buffer->index = (uint32_t)(driver->buffer++ % FAKE_BUFFERS);
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    buffer->bytesused = BUFFER;
    if (buffer->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE)
        buffer->m.planes[0].bytesused = BUFFER;
    return 0;
}

static int answer(void *self, int fd, unsigned long code, void *arg)
{
    static const int errors[] = {EINVAL, ENODEV, EBUSY, EIO, EAGAIN, ENOTTY, EPIPE, ENOMEM};
    struct driver *driver = self;
    uint8_t way = next(driver);
    if (way % 8 == 1) {
        errno = errors[way / 8 % 8];
        return -1;
    }

    struct fake_kernel *kernel = &driver->kernel;
    int result = code == VIDIOC_DQBUF  ? take_buffer(driver, arg)
                 : code == VIDIOC_QBUF ? 0
                                       : kernel->io.ioctl(kernel, fd, code, arg);
    if (result != 0)
        return result;

    for (int i = way % 8 - 4; i > 0; i--)
        change(driver, code, arg);
    if (way % 8 == 2 && (code == VIDIOC_QUERYBUF || code == VIDIOC_DQBUF))
        change_size(driver, arg, code == VIDIOC_QUERYBUF);
    if (way % 8 >= 2 && way % 8 <= 3 && code == VIDIOC_S_FMT)
        change_format(driver, arg);
    return 0;
}

static void *map(void *self, size_t size, int fd, int64_t offset)
{
    struct driver *driver = self;
    (void)fd;
    (void)offset;

    if (size == 0 || size > MAP_MAX || driver->mapped == MAPS_MAX) {
        errno = EINVAL;
        return MAP_FAILED;
    }

    for (size_t i = 0; i < MAPS_MAX; i++) {
        if (driver->maps[i])
            continue;
        driver->maps[i] = malloc(size);
        FUZZ_MUST(driver->maps[i]);
        memset(driver->maps[i], next(driver), size);
        memcpy(driver->maps[i], "\xff\xd8\xff\xd9", size < 4 ? size : 4); // as JPEG begins
        driver->mapped++;
        return driver->maps[i];
    }
    return MAP_FAILED;
}

static int unmap(void *self, void *memory, size_t size)
{
    struct driver *driver = self;
    (void)size;
    for (size_t i = 0; i < MAPS_MAX; i++) {
        if (driver->maps[i] != memory)
            continue;
        free(memory);
        driver->maps[i] = NULL;
        driver->mapped--;
        return 0;
    }
    FUZZ_MUST(false); // nothing else was mapped
    return -1;
}

static int open_node(void *self, const char *path)
{
    struct fake_kernel *kernel = &((struct driver *)self)->kernel;
    return kernel->io.open(kernel, path);
}

static int close_node(void *self, int fd)
{
    struct fake_kernel *kernel = &((struct driver *)self)->kernel;
    return kernel->io.close(kernel, fd);
}

// Something is ready while the input lasts; else time goes on.
static int wait_for(void *self, struct pollfd *fds, size_t count, int timeout_ms)
{
    struct driver *driver = self;
    struct fake_kernel *kernel = &driver->kernel;
    struct fake_node *node = &kernel->nodes[0];
    node->event_at = 0;
    node->event_count = driver->rest.n > 0 ? 1 : 0;
    node->events[0] = (struct fake_event){.poll_error = next(driver) % 16 == 15};
    return kernel->io.poll(kernel, fds, count, timeout_ms);
}

static int64_t clock_us(void *self, clockid_t clock)
{
    struct fake_kernel *kernel = &((struct driver *)self)->kernel;
    return kernel->io.clock_us(kernel, clock);
}

static size_t nodes(void *self, char paths[][CAMERA_PATH_MAX], size_t max)
{
    struct fake_kernel *kernel = &((struct driver *)self)->kernel;
    return kernel->io.nodes(kernel, paths, max);
}

static bool alias(void *self, const char *path, char *out, size_t size)
{
    struct fake_kernel *kernel = &((struct driver *)self)->kernel;
    return kernel->io.alias(kernel, path, out, size);
}

static bool number_of(void *self, const char *path, unsigned *major, unsigned *minor)
{
    struct fake_kernel *kernel = &((struct driver *)self)->kernel;
    return kernel->io.number_of(kernel, path, major, minor);
}

static bool path_of(void *self, unsigned major, unsigned minor, char *out, size_t size)
{
    struct fake_kernel *kernel = &((struct driver *)self)->kernel;
    return kernel->io.path_of(kernel, major, minor, out, size);
}

static int watch(void *self)
{
    (void)self;
    return -1;
}

static void begin(struct driver *driver, struct span input)
{
    fake_kernel_init(&driver->kernel);
    driver->rest = input;
    driver->io = (struct camera_io){.self = driver,
                                    .open = open_node,
                                    .close = close_node,
                                    .ioctl = answer,
                                    .map = map,
                                    .unmap = unmap,
                                    .poll = wait_for,
                                    .clock_us = clock_us,
                                    .nodes = nodes,
                                    .alias = alias,
                                    .number_of = number_of,
                                    .path_of = path_of,
                                    .watch = watch};

    struct fake_node *node = &driver->kernel.nodes[0];
    uint8_t kind = next(driver);
    uint32_t capture = kind & 0x80 ? V4L2_CAP_VIDEO_CAPTURE_MPLANE : V4L2_CAP_VIDEO_CAPTURE;
    node->capabilities = V4L2_CAP_DEVICE_CAPS | capture | V4L2_CAP_STREAMING;
    node->device_caps = capture | V4L2_CAP_STREAMING;
    node->formats[0] =
        (struct fake_format){.fourcc = fourccs[kind % (sizeof(fourccs) / sizeof(fourccs[0]))],
                             .sizes = {{64, 48, 30}, {32, 24, 15}}};
    uint8_t blocks = next(driver);
    node->buffer_size = blocks > 0 ? blocks * BLOCK : BUFFER;
    node->orientation = node->rotation = node->exposure = 1;
    node->has_priority = true;
}

// ---- what is made of them ----

static void check_text(const char *text, size_t size)
{
    FUZZ_MUST(memchr(text, '\0', size));
    for (; *text; text++)
        FUZZ_MUST(*text >= ' ' && *text <= '~');
}

static void check_entry(const struct camera_entry *entry)
{
    check_text(entry->name, sizeof(entry->name));
    check_text(entry->driver, sizeof(entry->driver));
    check_text(entry->bus, sizeof(entry->bus));
    check_text(entry->id, sizeof(entry->id));
    FUZZ_MUST(memchr(entry->verdict.detail, '\0', sizeof(entry->verdict.detail)));
    FUZZ_MUST(entry->view.rotation % 90 == 0 && entry->view.rotation < 360);
}

// All of its bytes are there, and so is what a reader takes for its luma.
static void check_frame(const struct frame *frame, struct frame *luma)
{
    const struct pixels *pixels = &frame->pixels;
    unsigned sum = 0;
    FUZZ_MUST(pixels->width > 0 && pixels->width <= PICTURE_SIDE_MAX);
    FUZZ_MUST(pixels->height > 0 && pixels->height <= PICTURE_SIDE_MAX);
    for (size_t i = 0; i < pixels->data.n; i++)
        sum += pixels->data.p[i];
    FUZZ_MUST(sum / 255 <= pixels->data.n);
    if (pixels->width * pixels->height < AREA_LARGE)
        frame_copy_luma(luma, frame);
}

static void run(struct driver *driver)
{
    struct camera_system system = {&driver->io, NULL};
    struct fault fault = {0};
    struct frame frame, luma;
    struct source *source = camera_source_new(system, NULL, &fault);
    FUZZ_MUST(source);
    frame_init(&frame);
    frame_init(&luma);

    if (source->ops->open(source, &fault)) {
        for (int i = 0; i < FRAMES; i++) {
            if (source->ops->next(source, &frame, &fault) != SOURCE_FRAME)
                break;
            check_frame(&frame, &luma);
        }
        check_entry(camera_source_entry(source));
    }

    source->ops->close(source);
    source->ops->destroy(source);
    frame_destroy(&frame);
    frame_destroy(&luma);
}

static void check_end(const struct driver *driver)
{
    const struct fake_node *node = &driver->kernel.nodes[0];
    FUZZ_MUST(driver->mapped == 0 && node->opened == node->closed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct driver driver;
    static struct camera_list list;
    driver = (struct driver){.mapped = 0};
    begin(&driver, span_of(bytes, size));
    run(&driver);
    check_end(&driver);

    begin(&driver, span_of(bytes, size));
    camera_list_read(&list, (struct camera_system){&driver.io, NULL});
    for (size_t i = 0; i < list.count; i++)
        check_entry(&list.entry[i]);
    check_end(&driver);
    return 0;
}
