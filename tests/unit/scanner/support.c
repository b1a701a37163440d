// SPDX-License-Identifier: MIT
#include "support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <qrencode.h>
#include <turbojpeg.h>

void bytes_add(struct bytes *bytes, struct span more)
{
    if (more.n > bytes->capacity - bytes->n) {
        bytes->capacity = 2 * bytes->capacity + more.n;
        bytes->p = realloc(bytes->p, bytes->capacity);
        assert_non_null(bytes->p);
    }
    if (more.n > 0)
        memcpy(bytes->p + bytes->n, more.p, more.n);
    bytes->n += more.n;
}

void bytes_text(struct bytes *bytes, const char *text)
{
    bytes_add(bytes, span_str(text));
}

void bytes_free(struct bytes *bytes)
{
    free(bytes->p);
    *bytes = (struct bytes){0};
}

uint8_t *draw_picture(size_t width, size_t height, uint8_t fill, struct span payload)
{
    uint8_t *p = malloc(width * height);
    assert_non_null(p);
    memset(p, fill, width * height);

    if (payload.n == 0)
        return p;

    QRcode *code = QRcode_encodeData((int)payload.n, payload.p, 0, QR_ECLEVEL_M);
    assert_non_null(code);

    size_t side = (size_t)code->width;
    size_t module = (width < height ? width : height) / (side + 8);
    assert_true(module > 0);

    size_t left = (width - side * module) / 2;
    size_t top = (height - side * module) / 2;

    for (size_t y = 0; y < side * module; y++) {
        for (size_t x = 0; x < side * module; x++) {
            if (code->data[y / module * side + x / module] & 1)
                p[(top + y) * width + left + x] = 20;
        }
    }

    QRcode_free(code);
    return p;
}

void y4m_add_header(struct bytes *to, size_t width, size_t height, const char *parameters)
{
    char line[256];
    snprintf(line, sizeof(line), "YUV4MPEG2 W%zu H%zu%s\n", width, height, parameters);
    bytes_text(to, line);
}

void y4m_add_frame(struct bytes *to, const uint8_t *luma, size_t luma_size, size_t chroma_size)
{
    bytes_text(to, "FRAME\n");
    bytes_add(to, span_of(luma, luma_size));
    const uint8_t neutral = 128;
    for (size_t i = 0; i < chroma_size; i++)
        bytes_add(to, span_of(&neutral, 1));
}

void jpeg_add(struct bytes *to, const uint8_t *luma, size_t width, size_t height)
{
    unsigned char *jpeg = NULL;
    unsigned long size = 0;
    tjhandle handle = tjInitCompress();
    assert_non_null(handle);
    assert_int_equal(tjCompress2(handle, luma, (int)width, 0, (int)height, TJPF_GRAY, &jpeg,
                                 &size, TJSAMP_GRAY, 90, 0),
                     0);
    bytes_add(to, span_of(jpeg, size));
    tjFree(jpeg);
    tjDestroy(handle);
}

char *temporary_file(struct span content)
{
    char *path = strdup("/tmp/qrconfirm-test-XXXXXX");
    assert_non_null(path);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    for (size_t at = 0; at < content.n;) {
        ssize_t n = write(fd, content.p + at, content.n - at);
        assert_true(n > 0);
        at += (size_t)n;
    }
    close(fd);
    return path;
}

void temporary_remove(char *path)
{
    unlink(path);
    free(path);
}
