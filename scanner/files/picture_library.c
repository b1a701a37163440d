// SPDX-License-Identifier: MIT
#include "scanner/files/picture_library.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <stdlib.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "scanner/files/picture_tiff.h"

#define RGBA          4u  // bytes
#define BMP_HEAD_SIZE 14u // bytes before the header that tells the size

static bool check_size(const char *kind, size_t width, size_t height, struct fault *fault)
{
    size_t side = SHEET_FACTOR_MAX * PICTURE_SIDE_MAX;
    if (width > side || height > side || (width > 0 && height > LIBRARY_PIXELS_MAX / width))
        return fault_set(fault, FAILURE_SOURCE_TOO_LARGE, "%s: a picture of %zux%zu pixels",
                         kind, width, height);
    return true;
}

// Puts one row of red, green, blue and, with `size` 4, alpha.
static void put_row(struct sheet *sheet, size_t y, const uint8_t *row, size_t size)
{
    for (size_t x = 0; x < sheet->width; x++) {
        const uint8_t *p = row + x * size;
        unsigned gray = (299u * p[0] + 587u * p[1] + 114u * p[2] + 500) / 1000;
        sheet_put(sheet, x, y, (uint8_t)gray, size == RGBA ? p[3] : 255);
    }
}

// ---- WebP ----

bool picture_is_webp(struct span head)
{
    return head.n >= 12 && memcmp(head.p, "RIFF", 4) == 0 && memcmp(head.p + 8, "WEBP", 4) == 0;
}

// Decodes one picture that does not move, as far as its bytes go.
static bool decode_webp(struct span file, struct sheet *sheet, struct fault *fault)
{
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config) ||
        WebPGetFeatures(file.p, file.n, &config.input) != VP8_STATUS_OK)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "WebP: the header is not right");
    size_t width = (size_t)config.input.width;
    size_t height = (size_t)config.input.height;
    if (!check_size("WebP", width, height, fault))
        return false;

    config.output.colorspace = MODE_RGBA;
    WebPIDecoder *decoder = WebPINewDecoder(&config.output);
    if (!decoder)
        return fault_set(fault, FAILURE_MEMORY, "WebP decoder");

    VP8StatusCode status = WebPIUpdate(decoder, file.p, file.n);
    int rows = 0, stride = 0;
    const uint8_t *pixels = WebPIDecGetRGB(decoder, &rows, NULL, NULL, &stride);
    bool read = pixels && rows > 0;
    if (!read)
        fault_set(fault, FAILURE_SOURCE_DAMAGED, "WebP: there is no pixel");

    read = read && sheet_init(sheet, width, height, fault);
    for (int y = 0; read && y < rows; y++)
        put_row(sheet, (size_t)y, pixels + (size_t)y * (size_t)stride, RGBA);
    if (read)
        sheet->damaged = status != VP8_STATUS_OK;
    WebPIDelete(decoder);
    WebPFreeDecBuffer(&config.output);
    return read;
}

bool picture_from_webp(struct span file, struct sheet *out, struct fault *fault)
{
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(file.p, file.n, &features) != VP8_STATUS_OK)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "WebP: the header is not right");
    if (!features.has_animation)
        return decode_webp(file, out, fault);

    // Of one that moves, the first picture.
    const WebPData data = {file.p, file.n};
    WebPDemuxState state;
    WebPDemuxer *demuxer = WebPDemuxPartial(&data, &state);
    WebPIterator frame;
    bool found = demuxer && WebPDemuxGetFrame(demuxer, 1, &frame);
    if (!found)
        fault_set(fault, FAILURE_SOURCE_DAMAGED, "WebP: there is no first picture");

    bool read =
        found && decode_webp(span_of(frame.fragment.bytes, frame.fragment.size), out, fault);
    if (found)
        WebPDemuxReleaseIterator(&frame);
    WebPDemuxDelete(demuxer);
    return read;
}

// ---- BMP, GIF, TIFF ----

const char *picture_pixbuf_kind(struct span head)
{
    static const struct {
        const char *magic;
        size_t size;
        const char *kind;
    } kinds[] = {
        {"GIF8", 4, "gif"},   {"II*\0", 4, "tiff"}, {"MM\0*", 4, "tiff"},
        {"II+\0", 4, "tiff"}, {"MM\0+", 4, "tiff"},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (head.n >= kinds[i].size && memcmp(head.p, kinds[i].magic, kinds[i].size) == 0)
            return kinds[i].kind;
    }
    // Two letters are few: the bytes 6 to 9 of a BMP are 0.
    if (head.n >= 14 && memcmp(head.p, "BM", 2) == 0 && memcmp(head.p + 6, "\0\0\0\0", 4) == 0)
        return "bmp";
    return NULL;
}

static uint32_t little_endian(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

// gdk-pixbuf takes memory for as many bytes as a BMP says that its header has.
static bool bmp_header_fits(struct span file)
{
    if (file.n < BMP_HEAD_SIZE + 4)
        return false;
    uint32_t pixels_at = little_endian(file.p + 10);
    uint32_t size = little_endian(file.p + BMP_HEAD_SIZE);
    return pixels_at <= file.n && size <= file.n - BMP_HEAD_SIZE;
}

struct pixbuf_reading {
    const char *kind;
    struct fault fault; // that the size is at
};

// Before anything is decoded. A size of nothing makes the library give up.
static void on_size(GdkPixbufLoader *loader, gint width, gint height, gpointer userdata)
{
    struct pixbuf_reading *reading = userdata;
    if (width <= 0 || height <= 0 ||
        !check_size(reading->kind, (size_t)width, (size_t)height, &reading->fault))
        gdk_pixbuf_loader_set_size(loader, 0, 0);
}

// Takes the picture that the library has decoded.
static bool take_pixbuf(GdkPixbuf *pixbuf, struct sheet *out, struct fault *fault)
{
    size_t channels = (size_t)gdk_pixbuf_get_n_channels(pixbuf);
    if (gdk_pixbuf_get_bits_per_sample(pixbuf) != 8 || channels < 3 || channels > RGBA)
        return fault_set(fault, FAILURE_SOURCE_FORMAT, "%zu channels", channels);

    size_t height = (size_t)gdk_pixbuf_get_height(pixbuf);
    if (!sheet_init(out, (size_t)gdk_pixbuf_get_width(pixbuf), height, fault))
        return false;
    const uint8_t *pixels = gdk_pixbuf_read_pixels(pixbuf);
    size_t stride = (size_t)gdk_pixbuf_get_rowstride(pixbuf);
    for (size_t y = 0; y < height; y++)
        put_row(out, y, pixels + y * stride, channels);
    return true;
}

// What is told of a file that the library could not read.
static void explain(const char *kind, struct span file, const GError *error,
                    struct fault *fault)
{
    size_t tile = strcmp(kind, "tiff") == 0 ? tiff_refused_tile(file) : 0;
    if (tile > 0)
        fault_set(fault, FAILURE_SOURCE_FORMAT,
                  "tiff: tiles of %zu bytes without compression, only multiples of %u are "
                  "read: save it in strips",
                  tile, TIFF_PIECE_STEP);
    else
        fault_set(fault, FAILURE_SOURCE_DAMAGED, "%s: %s", kind,
                  error ? error->message : "there is no picture");
}

bool picture_from_pixbuf(const char *kind, struct span file, struct sheet *out,
                         struct fault *fault)
{
    if (strcmp(kind, "bmp") == 0 && !bmp_header_fits(file))
        return fault_set(fault, FAILURE_SOURCE_DAMAGED,
                         "bmp: the header is longer than the file");

    GError *error = NULL;
    GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_type(kind, &error);
    if (!loader) {
        fault_set(fault, FAILURE_SOURCE_FORMAT, "%s: %s", kind, error->message);
        g_error_free(error);
        return false;
    }

    struct pixbuf_reading reading = {.kind = kind};
    g_signal_connect(loader, "size-prepared", G_CALLBACK(on_size), &reading);
    bool written = gdk_pixbuf_loader_write(loader, file.p, file.n, &error);
    bool whole = gdk_pixbuf_loader_close(loader, written ? &error : NULL) && written;
    GdkPixbuf *pixbuf = whole ? gdk_pixbuf_loader_get_pixbuf(loader) : NULL;

    bool read = false;
    if (reading.fault.failure != FAILURE_NONE)
        fault_set(fault, reading.fault.failure, "%s", reading.fault.detail);
    else if (!pixbuf)
        explain(kind, file, error, fault);
    else
        read = take_pixbuf(pixbuf, out, fault);

    g_clear_error(&error);
    g_object_unref(loader);
    return read;
}

static GLogWriterOutput say_nothing(GLogLevelFlags level, const GLogField *fields, gsize count,
                                    gpointer userdata)
{
    (void)level;
    (void)fields;
    (void)count;
    (void)userdata;
    return G_LOG_WRITER_HANDLED;
}

void picture_library_load(void)
{
    static const char *const kinds[] = {"bmp", "gif", "tiff", "jpeg"};
    g_log_set_writer_func(say_nothing, NULL, NULL);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_type(kinds[i], NULL);
        if (!loader)
            continue;
        gdk_pixbuf_loader_close(loader, NULL);
        g_object_unref(loader);
    }
}
