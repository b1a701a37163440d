// SPDX-License-Identifier: MIT
#include "ui/fonts.h"

#include <SDL_ttf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/language.h"

#define LINE_BYTES_MAX 600u // of one line that is measured or drawn

struct open_font {
    TTF_Font *font;
    const char *file;
    int size; // pixels
};

struct fonts {
    const char *file[WEIGHTS];
    const char *fallback;
    struct open_font open[FONTS_OPEN_MAX];
    size_t open_count;
    size_t next_closed; // the one to close when all places are taken
};

static const char *first_readable(const char *const *files)
{
    for (; *files; files++) {
        if (access(*files, R_OK) == 0)
            return *files;
    }
    return NULL;
}

#define INTER(name)                                                                            \
    "/usr/share/fonts/opentype/inter/Inter-" name ".otf",                                      \
        "/usr/share/fonts/inter/Inter-" name ".otf",                                           \
        "/usr/share/fonts/inter/Inter-" name ".ttf"
#define DEJAVU(name)                                                                           \
    "/usr/share/fonts/truetype/dejavu/DejaVuSans" name ".ttf",                                 \
        "/usr/share/fonts/dejavu/DejaVuSans" name ".ttf"

struct fonts *fonts_open(struct fault *fault)
{
    static const char *const regular[] = {INTER("Regular"), DEJAVU(""), NULL};
    static const char *const medium[] = {INTER("Medium"), DEJAVU(""), NULL};
    static const char *const semibold[] = {INTER("SemiBold"), DEJAVU("-Bold"), NULL};
    static const char *const fallback[] = {DEJAVU(""), NULL};

    struct fonts *fonts = calloc(1, sizeof(*fonts));
    if (!fonts) {
        fault_set(fault, FAILURE_MEMORY, "fonts");
        return NULL;
    }
    fonts->file[WEIGHT_REGULAR] = first_readable(regular);
    fonts->file[WEIGHT_MEDIUM] = first_readable(medium);
    fonts->file[WEIGHT_SEMIBOLD] = first_readable(semibold);
    fonts->fallback = first_readable(fallback);
    for (size_t i = 0; i < WEIGHTS; i++) {
        if (!fonts->file[i]) {
            fault_set(fault, FAILURE_NO_FONT, _("neither fonts-inter nor fonts-dejavu-core"));
            goto failed;
        }
    }
    if (TTF_Init() != 0) {
        fault_set(fault, FAILURE_NO_FONT, "%s", TTF_GetError());
        goto failed;
    }
    return fonts;
failed:
    free(fonts);
    return NULL;
}

void fonts_close(struct fonts *fonts)
{
    if (!fonts)
        return;
    for (size_t i = 0; i < fonts->open_count; i++)
        TTF_CloseFont(fonts->open[i].font);
    TTF_Quit();
    free(fonts);
}

const char *fonts_file(const struct fonts *fonts, enum weight weight)
{
    return weight < WEIGHTS ? fonts->file[weight] : fonts->fallback;
}

static TTF_Font *open_font(struct fonts *fonts, const char *file, int size)
{
    for (size_t i = 0; i < fonts->open_count; i++) {
        if (fonts->open[i].file == file && fonts->open[i].size == size)
            return fonts->open[i].font;
    }
    TTF_Font *font = TTF_OpenFont(file, size);
    if (!font)
        return NULL;
    TTF_SetFontHinting(font, TTF_HINTING_LIGHT);
    size_t place = fonts->open_count;
    if (place == FONTS_OPEN_MAX) {
        place = fonts->next_closed;
        fonts->next_closed = (place + 1) % FONTS_OPEN_MAX;
        TTF_CloseFont(fonts->open[place].font);
    } else {
        fonts->open_count++;
    }
    fonts->open[place] = (struct open_font){font, file, size};
    return font;
}

// Bytes of the character at `text`, which is valid UTF-8 or treated byte by byte.
static size_t character_size(const char *text)
{
    unsigned char c = (unsigned char)*text;
    size_t size = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
    for (size_t i = 1; i < size; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 1;
    }
    return size;
}

static uint32_t code_point(const char *text, size_t size)
{
    static const unsigned char lead[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code = (unsigned char)text[0] & lead[size];
    for (size_t i = 1; i < size; i++)
        code = code << 6 | ((unsigned char)text[i] & 0x3f);
    return code;
}

// SDL_ttf sizes are points at 72 dpi, so a point is a pixel.
static TTF_Font *font_for(struct fonts *fonts, enum weight weight, float size, const char *text)
{
    int pixels = (int)lroundf(size);
    TTF_Font *font = open_font(fonts, fonts->file[weight], pixels < 4 ? 4 : pixels);
    for (const char *p = text; font && *p;) {
        size_t bytes = character_size(p);
        if (!TTF_GlyphIsProvided32(font, code_point(p, bytes)) && fonts->fallback)
            return open_font(fonts, fonts->fallback, pixels < 4 ? 4 : pixels);
        p += bytes;
    }
    return font;
}

float fonts_width_of(struct fonts *fonts, enum weight weight, float size, const char *text,
                     size_t bytes)
{
    char line[LINE_BYTES_MAX + 1];
    size_t n = bytes < LINE_BYTES_MAX ? bytes : LINE_BYTES_MAX;
    memcpy(line, text, n);
    line[n] = '\0';
    TTF_Font *font = font_for(fonts, weight, size, line);
    int width = 0;
    bool measured = n > 0 && font && TTF_SizeUTF8(font, line, &width, NULL) == 0;
    explicit_bzero(line, n); // it may be a secret
    return measured ? (float)width : 0;
}

float fonts_width(struct fonts *fonts, enum weight weight, float size, const char *text)
{
    return fonts_width_of(fonts, weight, size, text, strlen(text));
}

// How much of the start of a too wide word fits; at least one character.
static size_t break_word(struct fonts *fonts, enum weight weight, float size, const char *word,
                         size_t bytes, float width)
{
    size_t fits = 0, nice = 0;
    while (fits < bytes) {
        size_t next = fits + character_size(word + fits);
        if (fits > 0 && fonts_width_of(fonts, weight, size, word, next) > width)
            break;
        fits = next;
        if (fits < bytes && strchr("./-:@_", word[fits - 1]))
            nice = fits;
    }
    return fits < bytes && nice > fits / 3 ? nice : fits;
}

static void add_line(struct wrapped *out, size_t start, size_t bytes, float width)
{
    out->line[out->count].start = start;
    out->line[out->count].size = bytes;
    out->line[out->count].width = width;
    out->count++;
    out->width = fmaxf(out->width, width);
}

void fonts_wrap(struct fonts *fonts, enum weight weight, float size, const char *text,
                float width, struct wrapped *out)
{
    *out = (struct wrapped){0};
    size_t start = 0, total = strlen(text);
    while (start < total && out->count < TEXT_LINES_MAX) {
        size_t end = start, next = start; // of what fits; where the next line begins
        for (size_t at = start; at < total && text[at] != '\n';) {
            size_t word_end = at + strcspn(text + at, " \n");
            if (fonts_width_of(fonts, weight, size, text + start, word_end - start) > width)
                break;
            end = next = word_end;
            if (text[word_end] != ' ')
                break;
            next = at = word_end + 1;
        }
        if (end == start && text[start] != '\n') {
            size_t bytes = strcspn(text + start, " \n");
            end = next = start + break_word(fonts, weight, size, text + start, bytes, width);
        }
        if (text[next] == '\n')
            next++;
        add_line(out, start, end - start,
                 fonts_width_of(fonts, weight, size, text + start, end - start));
        start = next;
    }
    out->complete = start >= total;
    out->height = (float)out->count * ceilf(size * LINE_HEIGHT);
}

void fonts_draw(struct fonts *fonts, struct canvas *canvas, enum weight weight, float size,
                const char *text, size_t bytes, float x, float y, struct colour colour)
{
    char line[LINE_BYTES_MAX + 1];
    size_t n = bytes < LINE_BYTES_MAX ? bytes : LINE_BYTES_MAX;
    memcpy(line, text, n);
    line[n] = '\0';
    TTF_Font *font = n ? font_for(fonts, weight, size, line) : NULL;
    if (!font)
        return;
    SDL_Surface *surface = TTF_RenderUTF8_Blended(font, line, (SDL_Color){255, 255, 255, 255});
    explicit_bzero(line, n);
    if (!surface)
        return;
    size_t width = (size_t)surface->w, height = (size_t)surface->h;
    uint8_t *coverage = malloc(width * height);
    for (size_t row = 0; coverage && row < height; row++) {
        const uint8_t *bytes_of_row =
            (const uint8_t *)surface->pixels + row * (size_t)surface->pitch;
        for (size_t column = 0; column < width; column++) {
            uint32_t pixel;
            memcpy(&pixel, bytes_of_row + column * 4, 4);
            coverage[row * width + column] = (uint8_t)(pixel >> 24);
        }
    }
    if (coverage) {
        float above = (ceilf(size * LINE_HEIGHT) - (float)TTF_FontHeight(font)) / 2;
        canvas_mask(canvas, (int)lroundf(x), (int)lroundf(y + above), coverage, surface->w,
                    surface->h, width, colour);
    }
    free(coverage);
    SDL_FreeSurface(surface);
}
