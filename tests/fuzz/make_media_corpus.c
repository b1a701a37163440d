// SPDX-License-Identifier: MIT
// Makes the seeds of the fuzz targets that read pictures and recordings.
// usage: make_media_corpus FOLDER
#include <errno.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <webp/encode.h>

#include "../unit/scanner/support.h"
#include "scanner/eye/eye_message.h"

enum { SIDE = 24, PATH_SIZE = 4096 };

static const char *top;

static void make_folder(const char *path)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        perror(path);
        exit(2);
    }
}

static void seed(const char *target, const char *name, struct bytes *content)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof(path), "%s/%s", top, target);
    make_folder(path);
    snprintf(path, sizeof(path), "%s/%s/%s", top, target, name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(content->p, 1, content->n, file) != content->n || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
    bytes_free(content);
}

static struct bytes y4m(const char *parameters, size_t chroma_size)
{
    struct bytes file = {0};
    uint8_t luma[SIDE * SIDE];
    for (size_t i = 0; i < sizeof(luma); i++)
        luma[i] = (uint8_t)i;
    y4m_add_header(&file, SIDE, SIDE, parameters);
    for (int i = 0; i < 2; i++)
        y4m_add_frame(&file, luma, sizeof(luma), chroma_size);
    return file;
}

static struct bytes jpegs(size_t count)
{
    struct bytes file = {0};
    uint8_t *luma = draw_picture(SIDE, SIDE, 180, span_of(NULL, 0));
    for (size_t i = 0; i < count; i++)
        jpeg_add(&file, luma, SIDE, SIDE);
    free(luma);
    return file;
}

static struct bytes png(png_uint_32 format)
{
    static uint8_t pixels[SIDE * SIDE * 4];
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = SIDE, .height = SIDE, .format = format};
    for (size_t i = 0; i < sizeof(pixels); i++)
        pixels[i] = (uint8_t)(i * i);
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    struct bytes file = {.p = malloc(size), .capacity = size};
    if (!file.p || !png_image_write_to_memory(&image, file.p, &size, 0, pixels, 0, NULL)) {
        fprintf(stderr, "PNG: %s\n", image.message);
        exit(2);
    }
    file.n = size;
    return file;
}

static struct bytes webp(void)
{
    static const uint8_t pixels[SIDE * SIDE * 4];
    uint8_t *encoded = NULL;
    size_t size = WebPEncodeLosslessRGBA(pixels, SIDE, SIDE, 4 * SIDE, &encoded);
    struct bytes file = {0};
    bytes_add(&file, span_of(encoded, size));
    WebPFree(encoded);
    return file;
}

static struct bytes pixbuf(const char *kind)
{
    GdkPixbuf *picture = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, SIDE, SIDE);
    gdk_pixbuf_fill(picture, 0x336699ff);
    gchar *saved = NULL;
    gsize size = 0;
    if (!gdk_pixbuf_save_to_buffer(picture, &saved, &size, kind, NULL, NULL)) {
        fprintf(stderr, "%s cannot be written\n", kind);
        exit(2);
    }
    struct bytes file = {0};
    bytes_add(&file, span_of(saved, size));
    g_free(saved);
    g_object_unref(picture);
    return file;
}

static struct bytes gif(void)
{
    static const uint8_t content[] = {'G', 'I', 'F', '8', '9', 'a', 2,   0,    1,    0, 0x80, 0,
                                      0,   0,   0,   0,   255, 255, 255, ',',  0,    0, 0,    0,
                                      2,   0,   1,   0,   0,   2,   2,   0x44, 0x0a, 0, ';'};
    struct bytes file = {0};
    bytes_add(&file, span_of(content, sizeof(content)));
    return file;
}

static struct bytes text(const char *content)
{
    struct bytes file = {0};
    bytes_text(&file, content);
    return file;
}

static void recordings(void)
{
    struct bytes files[] = {
        y4m(" F30:1 Cmono", 0),
        y4m(" C420jpeg", SIDE * SIDE / 2),
        jpegs(3),
        png(PNG_FORMAT_GRAY),
        png(PNG_FORMAT_RGBA),
        text("P5 2 2 255\nabcd"),
        text("P2\n# plain\n2 2 7\n1 2 3 4\n"),
        text("P4 9 2\nabcd"),
        text("P6 2 1 255\nabcdef"),
        text("--frame\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff\xe0"),
        webp(),
        pixbuf("bmp"),
        pixbuf("tiff"),
        gif(),
    };
    static const char *const names[] = {"y4m-gray", "y4m-420",   "mjpeg", "png", "png-alpha",
                                        "pgm",      "pgm-plain", "pbm",   "ppm", "multipart",
                                        "webp",     "bmp",       "tiff",  "gif"};

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        seed("recording", names[i], &files[i]);
}

static void headers(void)
{
    static const char *const lines[] = {
        "YUV4MPEG2 W640 H480 F30000:1001 Ip A1:1 C420jpeg XYSCSS=420JPEG",
        "YUV4MPEG2 W5 H3 Cmono", "YUV4MPEG2 H4096 W4096 C444 F0:0", "YUV4MPEG2 W5 H3 C420p10",
        "YUV4MPEG2 W5 H3 XYSCSS=444ALPHA"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct bytes line = text(lines[i]);
        char name[16];
        snprintf(name, sizeof(name), "line-%zu", i);
        seed("y4m_header", name, &line);
    }
}

// One frame of every format: 8 by 4 pixels, enough bytes for each.
static void frames(void)
{
    for (uint8_t format = 0; format <= PIXEL_MJPEG; format++) {
        const uint8_t head[] = {format, 0, 8, 0, 4, 0, 16};
        struct bytes frame = {0};
        bytes_add(&frame, span_of(head, sizeof(head)));
        struct bytes body = jpegs(1);
        bytes_add(&frame, bytes_span(&body));
        bytes_free(&body);
        char name[16];
        snprintf(name, sizeof(name), "format-%u", (unsigned)format);
        seed("luma", name, &frame);
    }
}

// A code with modules of two and a half pixels, whole and cut, for each of the ways to look.
static void codes(void)
{
    enum { DRAWN = 125, EDGE = DRAWN / 2 };
    uint8_t *luma = draw_picture(DRAWN, DRAWN, 230, span_str("QR")), half[EDGE * EDGE];
    for (size_t i = 0; i < sizeof(half); i++)
        half[i] = luma[i / EDGE * 2 * DRAWN + i % EDGE * 2];
    free(luma);

    for (uint8_t way = 0; way < 3; way++) {
        const uint8_t head[] = {way, EDGE};
        struct bytes picture = {0};
        bytes_add(&picture, span_of(head, sizeof(head)));
        bytes_add(&picture, span_of(half, EDGE * (EDGE - 16u * way)));
        char name[16];
        snprintf(name, sizeof(name), "way-%u", (unsigned)way);
        seed("reader", name, &picture);
    }
}

// A code that ZBar reads, whole and with rows that do not lie close.
static void codes_for_zbar(void)
{
    enum { DRAWN = 87, WIDER = 7 };
    uint8_t *luma = draw_picture(DRAWN, DRAWN, 230, span_str("QR"));
    for (uint8_t wider = 0; wider <= WIDER; wider += WIDER) {
        const uint8_t head[] = {DRAWN, wider};
        struct bytes picture = {0};
        bytes_add(&picture, span_of(head, sizeof(head)));
        for (size_t y = 0; y < DRAWN; y++) {
            bytes_add(&picture, span_of(luma + y * DRAWN, DRAWN));
            bytes_add(&picture, span_of(luma, wider));
        }
        seed("zbar", wider ? "wider" : "close", &picture);
    }
    free(luma);
}

// One coded frame of every kind, as tests/fuzz/fuzz_conversion.c numbers them: 24 by 24 pixels.
static void coded_frames(void)
{
    enum { CODED = 17, ROOM = 255 };
    for (uint8_t kind = 0; kind < CODED; kind++) {
        const uint8_t head[] = {kind, ROOM, 0, SIDE, 0, SIDE};
        struct bytes frame = {0}, body = jpegs(kind == 0 ? 1 : 3);
        bytes_add(&frame, span_of(head, sizeof(head)));
        bytes_add(&frame, bytes_span(&body));
        bytes_free(&body);
        char name[16];
        snprintf(name, sizeof(name), "kind-%u", (unsigned)kind);
        seed("conversion", name, &frame);
    }
}

static void answer(const char *name, const struct eye_answer *answer)
{
    struct bytes bytes = {0};
    bytes_add(&bytes, span_of((const uint8_t *)answer, sizeof(*answer)));
    seed("eye_message", name, &bytes);
}

static void requests(void)
{
    static struct eye_request frame = {
        .kind = EYE_REQUEST_FRAME,
        .frame = {.width = 8, .height = 8, .stride = 8, .size = 64, .effort = READ_STILL}};
    static struct eye_request choice = {.kind = EYE_REQUEST_SWITCH,
                                        .choice = {.named = true, .id = "front"}};
    static struct eye_request done = {.kind = EYE_REQUEST_DONE,
                                      .done = {.count = 2, .node = {0, 4}, .alias = "usb-1"}};
    const struct {
        const char *name;
        const struct eye_request *request;
    } all[] = {{"frame", &frame}, {"choice", &choice}, {"done", &done}};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        struct bytes bytes = {0};
        bytes_add(&bytes, span_of((const uint8_t *)all[i].request, sizeof(*all[i].request)));
        seed("eye_message", all[i].name, &bytes);
    }
}

// One good message of each kind.
static void answers(void)
{
    static struct eye_answer ready = {.kind = EYE_ANSWER_READY, .walls = 15},
                             code = {.kind = EYE_ANSWER_CODE, .number = 1},
                             result = {.kind = EYE_ANSWER_FRAME, .number = 1},
                             failed = {.kind = EYE_ANSWER_FRAME, .number = 1},
                             step = {.kind = EYE_ANSWER_SOURCE},
                             errand = {.kind = EYE_ANSWER_ERRAND,
                                       .errand = {.kind = EYE_ERRAND_OPEN, .node = 3}};
    code.code.size = 3;
    code.code.runs = 1;
    code.code.run[0].end = 3;
    result.result.reading.width = result.result.reading.height = 64;
    result.result.codes = 1;
    failed.result.failure = FAILURE_SOURCE_DAMAGED;
    snprintf(failed.result.detail, sizeof(failed.result.detail), "JPEG: nothing is right");
    step.step.step = SOURCE_FRAME;
    step.step.width = step.step.height = step.step.stride = 8;
    step.step.size = 64;

    answer("ready", &ready);
    answer("code", &code);
    answer("result", &result);
    answer("failed", &failed);
    answer("step", &step);
    answer("errand", &errand);
    memcpy(step.step.camera.in_use.id, "usb-1", 6);
    memcpy(step.step.camera.path, "/dev/video0", 12);
    answer("filmed", &step);
    requests();
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: make_media_corpus FOLDER\n");
        return 2;
    }
    top = argv[1];
    make_folder(top);
    recordings();
    headers();
    frames();
    codes();
    codes_for_zbar();
    coded_frames();
    answers();
    struct bytes two = jpegs(2);
    seed("jpeg_split", "two", &two);
    return 0;
}
