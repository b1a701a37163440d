// SPDX-License-Identifier: MIT
#include "scanner/files/file_source.h"

#include <stdlib.h>

#include "scanner/files/picture_library.h"
#include "scanner/files/picture_png.h"
#include "scanner/files/picture_pnm.h"
#include "scanner/files/replay_mjpeg.h"
#include "scanner/files/replay_y4m.h"
#include "scanner/frames/stream.h"

#define HEAD_SIZE 16u // bytes that tell what a file is
#define CHUNK     STREAM_BUFFER_SIZE

#define PICTURE_FILE_MAX (64u * 1024u * 1024) // bytes

#define PATH_SHOWN_MAX 100u // bytes of a path in a fault's detail

enum file_format {
    FORMAT_UNKNOWN,
    FORMAT_Y4M,
    FORMAT_JPEG,
    FORMAT_PNG,
    FORMAT_PNM,
    FORMAT_WEBP,
    FORMAT_PIXBUF
};

struct file_source {
    struct source source;
    char *path;   // owned; NULL: standard input
    bool given;   // what is to be read comes as a descriptor
    int given_fd; // until it is open
    int64_t given_size;
    enum file_kinds kinds;
    enum file_format format;
    struct stream stream;
    struct y4m y4m;
    struct mjpeg mjpeg;
    struct sheet sheet; // the picture, where it is none of JPEG
    bool decoded;       // the sheet holds it
    unsigned ground;    // enum sheet_ground that is to be looked at next
    uint64_t count;     // frames of it so far
};

static struct file_source *downcast(struct source *source)
{
    return (struct file_source *)source; // its first member
}

static enum file_format format_of(struct span head)
{
    struct span magic = span_str(Y4M_MAGIC);
    if (head.n >= magic.n && memcmp(head.p, magic.p, magic.n) == 0)
        return FORMAT_Y4M;
    if (head.n >= 3 && head.p[0] == 0xff && head.p[1] == 0xd8 && head.p[2] == 0xff)
        return FORMAT_JPEG;
    if (picture_is_png(head))
        return FORMAT_PNG;
    if (picture_is_webp(head))
        return FORMAT_WEBP;
    if (picture_pixbuf_kind(head))
        return FORMAT_PIXBUF;
    return picture_is_pnm(head) ? FORMAT_PNM : FORMAT_UNKNOWN;
}

// What a file is that cannot be read but is known; NULL: none of these.
static const char *foreign_name(struct span head)
{
    static const struct {
        size_t at;
        const char *magic, *name;
    } foreign[] = {
        {0, "%PDF-", "a PDF document"},     {0, "<svg", "an SVG drawing"},
        {0, "<?xml", "an XML file"},        {0, "<!DOCTYPE", "a web page"},
        {0, "<html", "a web page"},         {4, "ftyphei", "a HEIC picture"},
        {4, "ftypmif1", "a HEIF picture"},  {4, "ftypavi", "an AVIF picture"},
        {4, "ftyp", "a film (MP4)"},        {0, "\x1a\x45\xdf\xa3", "a film (Matroska, WebM)"},
        {0, "PK\x03\x04", "a ZIP archive"}, {0, "\x1f\x8b", "a gzip archive"},
    };

    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        struct span magic = span_str(foreign[i].magic);
        size_t at = foreign[i].at;
        if (head.n >= at + magic.n && memcmp(head.p + at, magic.p, magic.n) == 0)
            return foreign[i].name;
    }
    return NULL;
}

void file_source_name_fault(const char *path, struct fault *fault)
{
    if (!fault)
        return;
    path = path ? path : "standard input";
    size_t n = strlen(path);
    bool cut = n > PATH_SHOWN_MAX;
    char detail[FAULT_DETAIL_MAX];
    memcpy(detail, fault->detail, sizeof(detail));
    fault_set(fault, fault->failure, "%s%s: %s", cut ? "..." : "",
              path + (cut ? n - PATH_SHOWN_MAX : 0), detail);
}

static void name_fault(const struct file_source *file, struct fault *fault)
{
    if (!file->given)
        file_source_name_fault(file->path, fault);
}

static bool check_kind(const struct file_source *file, struct span head, struct fault *fault)
{
    enum file_format format = file->format;
    if (head.n == 0)
        return fault_set(fault, FAILURE_SOURCE_FORMAT, "empty");
    const char *foreign = foreign_name(head);
    if (format == FORMAT_UNKNOWN && foreign)
        return fault_set(fault, FAILURE_SOURCE_FORMAT, "%s", foreign);
    if (format == FORMAT_Y4M && !(file->kinds & FILE_RECORDINGS))
        return fault_set(fault, FAILURE_SOURCE_FORMAT, "a recording, not a picture");
    bool still = format >= FORMAT_PNG;
    if (still && !(file->kinds & FILE_PICTURES))
        return fault_set(fault, FAILURE_SOURCE_FORMAT, "a picture, not a recording");
    return true;
}

static enum source_step begin(struct file_source *file, struct fault *fault)
{
    if (file->given)
        stream_take(&file->stream, file->given_fd, file->given_size);
    else if (!stream_open(&file->stream, file->path, fault))
        return SOURCE_FAILED;
    file->given_fd = -1;

    struct span head;
    enum stream_step step = stream_peek(&file->stream, HEAD_SIZE, &head, fault);
    if (step == STREAM_INTERRUPTED || step == STREAM_FAILED)
        return source_step_of(step);

    file->format = format_of(head);
    file->decoded = false;
    file->ground = SHEET_ON_WHITE;
    file->count = 0;
    if (!check_kind(file, head, fault))
        return SOURCE_FAILED;

    if (file->format == FORMAT_Y4M)
        return y4m_begin(&file->y4m, &file->stream, fault);
    // A stream of pictures may begin with anything: the headers of a multipart stream, or the
    // rest of a picture.
    if (file->format == FORMAT_UNKNOWN)
        file->format = FORMAT_JPEG;
    if (file->format == FORMAT_JPEG)
        mjpeg_begin(&file->mjpeg, file->kinds == FILE_PICTURES);
    return SOURCE_FRAME;
}

static bool file_open(struct source *source, struct fault *fault)
{
    struct file_source *file = downcast(source);
    enum source_step begun = begin(file, fault);
    if (begun == SOURCE_INTERRUPTED)
        fault_set(fault, FAILURE_INTERRUPTED, "interrupted");
    if (begun != SOURCE_FRAME)
        name_fault(file, fault);
    return begun == SOURCE_FRAME;
}

// Reads the rest of the stream into `content`, which the caller frees.
static enum source_step read_whole(struct stream *stream, struct frame *content,
                                   struct fault *fault)
{
    size_t size = 0;

    for (;;) {
        if (content->capacity - size < CHUNK &&
            !frame_reserve(content, 2 * content->capacity + CHUNK)) {
            fault_set(fault, FAILURE_MEMORY, "a file of %zu bytes", size);
            return SOURCE_FAILED;
        }

        size_t got;
        enum stream_step step =
            stream_read_some(stream, content->storage + size, CHUNK, &got, fault);
        if (step == STREAM_END)
            break;
        if (step != STREAM_OK)
            return source_step_of(step);

        size += got;
        if (size > PICTURE_FILE_MAX) {
            fault_set(fault, FAILURE_SOURCE_TOO_LARGE, "a picture of more than %u bytes",
                      PICTURE_FILE_MAX);
            return SOURCE_FAILED;
        }
    }

    content->pixels.data = span_of(content->storage, size);
    return SOURCE_FRAME;
}

static bool decode_bytes(enum file_format format, struct span bytes, struct sheet *sheet,
                         struct fault *fault)
{
    switch (format) {
    case FORMAT_PNG:
        return picture_from_png(bytes, sheet, fault);
    case FORMAT_PNM:
        return picture_from_pnm(bytes, sheet, fault);
    case FORMAT_WEBP:
        return picture_from_webp(bytes, sheet, fault);
    default:
        return picture_from_pixbuf(picture_pixbuf_kind(bytes), bytes, sheet, fault);
    }
}

// Reads the file onto the sheet.
static enum source_step decode_picture(struct file_source *file, struct fault *fault)
{
    struct frame content;
    frame_init(&content);
    enum source_step step = read_whole(&file->stream, &content, fault);

    if (step == SOURCE_FRAME) {
        struct span bytes = content.pixels.data;
        file->decoded = decode_bytes(file->format, bytes, &file->sheet, fault);
        step = file->decoded ? SOURCE_FRAME : SOURCE_FAILED;
    }

    frame_destroy(&content);
    return step;
}

static enum source_step picture_next(struct file_source *file, struct frame *out,
                                     struct fault *fault)
{
    if (!file->decoded) {
        enum source_step step = decode_picture(file, fault);
        if (step != SOURCE_FRAME)
            return step;
    }

    while (file->ground <= SHEET_ON_BLACK &&
           !sheet_shows(&file->sheet, (enum sheet_ground)file->ground))
        file->ground++;
    if (file->ground > SHEET_ON_BLACK)
        return SOURCE_END;

    if (!sheet_lay(&file->sheet, (enum sheet_ground)file->ground++,
                   sheet_enlargement(&file->sheet), out, fault))
        return SOURCE_FAILED;
    out->still = true;
    out->index = file->count++;
    out->time_us = 0;
    return SOURCE_FRAME;
}

static enum source_step format_next(struct file_source *file, struct frame *out,
                                    struct fault *fault)
{
    switch (file->format) {
    case FORMAT_Y4M:
        return y4m_next(&file->y4m, &file->stream, out, fault);
    case FORMAT_JPEG:
        return mjpeg_next(&file->mjpeg, &file->stream, out, fault);
    case FORMAT_PNG:
    case FORMAT_PNM:
    case FORMAT_WEBP:
    case FORMAT_PIXBUF:
        return picture_next(file, out, fault);
    case FORMAT_UNKNOWN:
        break;
    }

    fault_set(fault, FAILURE_INTERNAL, "a file that is not open");
    return SOURCE_FAILED;
}

static enum source_step file_next(struct source *source, struct frame *out, struct fault *fault)
{
    struct file_source *file = downcast(source);
    out->scale = 0;
    out->still = false;
    out->damaged = false;
    enum source_step step = format_next(file, out, fault);
    if (step == SOURCE_FAILED)
        name_fault(file, fault);
    return step;
}

static void file_interrupt(struct source *source)
{
    stream_interrupt(&downcast(source)->stream);
}

static void file_close(struct source *source)
{
    struct file_source *file = downcast(source);
    stream_close(&file->stream);
    mjpeg_destroy(&file->mjpeg);
    sheet_destroy(&file->sheet);
    file->decoded = false;
    file->format = FORMAT_UNKNOWN;
}

static void file_destroy(struct source *source)
{
    struct file_source *file = downcast(source);
    file_close(source);
    stream_destroy(&file->stream);
    free(file->path);
    free(file);
}

static const struct source_ops file_ops = {
    .open = file_open,
    .next = file_next,
    .interrupt = file_interrupt,
    .close = file_close,
    .destroy = file_destroy,
};

struct source *file_source_new_later(int owner, struct fault *fault)
{
    struct source *source = file_source_new(NULL, FILE_ALL, fault);
    if (source) {
        downcast(source)->given = true;
        downcast(source)->given_fd = -1;
        downcast(source)->stream.owner = owner;
    }
    return source;
}

void file_source_give(struct source *source, int fd, int64_t size, enum file_kinds kinds)
{
    struct file_source *file = downcast(source);
    file->given_fd = fd;
    file->given_size = size;
    file->kinds = kinds;
}

struct source *file_source_new(const char *path, enum file_kinds kinds, struct fault *fault)
{
    struct file_source *file = calloc(1, sizeof(*file));
    if (!file)
        goto error_memory;
    if (path) {
        file->path = strdup(path);
        if (!file->path)
            goto error_file;
    }
    file->source.ops = &file_ops;
    file->kinds = kinds;
    if (stream_init(&file->stream, fault))
        return &file->source;
    free(file->path);
    free(file);
    return NULL;

error_file:
    free(file);
error_memory:
    fault_set(fault, FAILURE_MEMORY, "a source");
    return NULL;
}
