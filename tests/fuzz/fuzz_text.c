// SPDX-License-Identifier: MIT
// Texts of a stranger on their way to the typefaces: names, codes, what a portal says. Made
// safe for a terminal and for JSON, put in order, wrapped, shaped and drawn. The first byte
// says how wide the lines are.
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "ui/drawing/fonts.h"
#include "ui/text/safe_text.h"

#define TEXT_TRIED  512u // bytes: longer ones take longer and show nothing new
#define SIZE        18.0f
#define CANVAS_SIDE 256

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
// libFuzzer looks for leaks between inputs. Fontconfig keeps what it has as distances, not as
// pointers, so it looks lost then; that all is given back is seen at the end of a test.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}
#endif

static struct fonts *opened(void)
{
    static struct fonts *fonts;
    struct fault fault = {0};
    if (!fonts) {
        fonts = fonts_open(&fault);
        FUZZ_MUST(fonts);
    }
    return fonts;
}

static void close_fonts(void)
{
    fonts_close(opened());
}

static void check_safe(struct span text)
{
    static char utf8[SAFE_UTF8_SIZE(TEXT_TRIED)];
    char *line = NULL;
    size_t size = 0;
    FUZZ_MUST(safe_text_to_utf8(text, utf8) <= SAFE_UTF8_SIZE(text.n));

    FILE *out = open_memstream(&line, &size);
    FUZZ_MUST(out);
    safe_text_print(out, text);
    FUZZ_MUST(fclose(out) == 0);
    for (size_t i = 0; i < size; i++)
        FUZZ_MUST((unsigned char)line[i] >= ' ' && line[i] != 127);
    free(line);
}

static void check_drawn(const char *text, float width)
{
    static struct wrapped lines;
    struct fonts *fonts = opened();
    size_t size = strlen(text);
    FUZZ_MUST(fonts_width(fonts, WEIGHT_REGULAR, SIZE, text) >= 0);
    fonts_wrap(fonts, WEIGHT_REGULAR, SIZE, text, width, &lines);
    FUZZ_MUST(lines.count <= TEXT_LINES_MAX);

    struct canvas canvas;
    FUZZ_MUST(canvas_init(&canvas, CANVAS_SIDE, CANVAS_SIDE));
    for (size_t i = 0; i < lines.count; i++) {
        size_t start = lines.line[i].start, bytes = lines.line[i].size;
        FUZZ_MUST(start <= size && bytes <= size - start);
        FUZZ_MUST(i == 0 || start >= lines.line[i - 1].start + lines.line[i - 1].size);
        fonts_draw(fonts, &canvas, WEIGHT_REGULAR, SIZE, text, start, bytes, 0,
                   (float)i * SIZE * LINE_HEIGHT, (struct colour){0, 0, 0, 255});
    }
    canvas_destroy(&canvas);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static bool first = true;
    if (first)
        FUZZ_MUST(opened() && atexit(close_fonts) == 0);
    first = false;
    if (size == 0 || size - 1 > TEXT_TRIED)
        return 0;

    check_safe(span_of(bytes + 1, size - 1));
    char text[TEXT_TRIED + 1];
    memcpy(text, bytes + 1, size - 1);
    text[size - 1] = 0;
    check_drawn(text, 8.0f + (float)bytes[0]);
    return 0;
}
