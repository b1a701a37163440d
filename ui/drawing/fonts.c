// SPDX-License-Identifier: MIT
#include "ui/drawing/fonts.h"

#include <SDL_ttf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/drawing/fallback.h"
#include "ui/drawing/text_order.h"
#include "ui/text/language.h"

#define LINE_BYTES_MAX      600u // of one line that is measured or drawn
#define PARAGRAPH_BYTES_MAX 600u // more than that is ordered line by line
#define RUN_BYTES_MAX       (4 * TEXT_ORDER_CODES_MAX)

// What a font is opened for.
struct font_use {
    const char *file;
    long index; // in a file of several typefaces
    int size;   // pixels
    bool right_to_left;
    char script[5]; // empty: as SDL2_ttf finds it
};

struct open_font {
    TTF_Font *font;
    struct font_use use;
};

// The numbers of typefaces in a text_order: two of the program's own, then the machine's.
enum { FACE_OWN, FACE_SECOND, FACE_OTHERS };
#define FACE_NONE UINT8_MAX

struct fonts {
    const char *file[WEIGHTS];
    const char *second;
    struct fallback others;
    struct open_font open[FONTS_OPEN_MAX];
    size_t open_count;
    size_t next_closed;       // the one to close when all places are taken
    struct text_order *order; // of the paragraph at hand
    bool missed;              // see fonts_take_missed
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
    static const char *const second[] = {DEJAVU(""), NULL};

    struct fonts *fonts = calloc(1, sizeof(*fonts));
    struct text_order *order = malloc(sizeof(*order));
    if (!fonts || !order) {
        fault_set(fault, FAILURE_MEMORY, "fonts");
        goto failed;
    }

    fonts->order = order;
    fonts->file[WEIGHT_REGULAR] = first_readable(regular);
    fonts->file[WEIGHT_MEDIUM] = first_readable(medium);
    fonts->file[WEIGHT_SEMIBOLD] = first_readable(semibold);
    fonts->second = first_readable(second);
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
    free(order);
    free(fonts);
    return NULL;
}

static void close_all(struct fonts *fonts)
{
    for (size_t i = 0; i < fonts->open_count; i++)
        TTF_CloseFont(fonts->open[i].font);
    fonts->open_count = fonts->next_closed = 0;
}

void fonts_close(struct fonts *fonts)
{
    if (!fonts)
        return;
    close_all(fonts);
    TTF_Quit();
    fallback_close(&fonts->others);
    free(fonts->order);
    free(fonts);
}

const char *fonts_file(const struct fonts *fonts, enum weight weight)
{
    return weight < WEIGHTS ? fonts->file[weight] : fonts->second;
}

bool fonts_take_missed(struct fonts *fonts)
{
    bool missed = fonts->missed;
    fonts->missed = false;
    // SDL2_ttf keeps the pictures of letters, and among them those that it has half made.
    if (missed)
        close_all(fonts);
    return missed;
}

static bool use_is(const struct font_use *a, const struct font_use *b)
{
    return a->file == b->file && a->index == b->index && a->size == b->size &&
           a->right_to_left == b->right_to_left && strcmp(a->script, b->script) == 0;
}

// Each direction and script has a font of its own, so that none is left over from another text.
static TTF_Font *open_font(struct fonts *fonts, const struct font_use *use)
{
    for (size_t i = 0; i < fonts->open_count; i++) {
        if (use_is(&fonts->open[i].use, use))
            return fonts->open[i].font;
    }
    TTF_Font *font = TTF_OpenFontIndex(use->file, use->size, use->index);
    if (!font)
        return NULL;
    TTF_SetFontHinting(font, TTF_HINTING_LIGHT_SUBPIXEL);
    if (*use->script) {
        TTF_SetFontDirection(font, use->right_to_left ? TTF_DIRECTION_RTL : TTF_DIRECTION_LTR);
        TTF_SetFontScriptName(font, use->script);
    }

    size_t place = fonts->open_count;
    if (place == FONTS_OPEN_MAX) {
        place = fonts->next_closed;
        fonts->next_closed = (place + 1) % FONTS_OPEN_MAX;
        TTF_CloseFont(fonts->open[place].font);
    } else {
        fonts->open_count++;
    }
    fonts->open[place] = (struct open_font){font, *use};
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
static int pixels_of(float size)
{
    int pixels = (int)lroundf(size);
    return pixels < 4 ? 4 : pixels;
}

static TTF_Font *face_font(struct fonts *fonts, enum weight weight, int pixels, uint8_t face)
{
    struct font_use use = {.file = fonts->file[weight], .size = pixels};
    if (face == FACE_SECOND)
        use.file = fonts->second;
    if (face >= FACE_OTHERS) {
        use.file = fonts->others.face[face - FACE_OTHERS].file;
        use.index = fonts->others.face[face - FACE_OTHERS].index;
    }
    TTF_Font *font = use.file ? open_font(fonts, &use) : NULL;
    // One of the machine's may be damaged: what it is to draw is named. The program's own were
    // there when it started.
    if (!font && use.file && face < FACE_OTHERS)
        fonts->missed = true;
    return font;
}

static bool has_glyph(struct fonts *fonts, enum weight weight, int pixels, uint8_t face,
                      uint32_t code)
{
    TTF_Font *font = face_font(fonts, weight, pixels, face);
    return font && TTF_GlyphIsProvided32(font, code);
}

// ---- texts whose characters simply stand one after another ------------------------------

// The font of a face that has a glyph for each character; NULL: one is missing.
static TTF_Font *font_of_all(struct fonts *fonts, enum weight weight, int pixels, uint8_t face,
                             const char *text)
{
    TTF_Font *font = face_font(fonts, weight, pixels, face);
    for (const char *p = text; font && *p; p += character_size(p)) {
        if (!TTF_GlyphIsProvided32(font, code_point(p, character_size(p))))
            return NULL;
    }
    return font;
}

// Whether order or shape matters anywhere in a text.
static bool matters(const char *text, size_t size)
{
    for (size_t at = 0; at < size; at += character_size(text + at)) {
        if (text_order_matters(code_point(text + at, character_size(text + at))))
            return true;
    }
    return false;
}

// The one font that draws all of such a text; NULL: runs must be made of it.
static TTF_Font *plain_font(struct fonts *fonts, enum weight weight, int pixels,
                            const char *text)
{
    if (matters(text, strlen(text)))
        return NULL;
    TTF_Font *font = font_of_all(fonts, weight, pixels, FACE_OWN, text);
    return font ? font : font_of_all(fonts, weight, pixels, FACE_SECOND, text);
}

// ---- all others --------------------------------------------------------------------------

// The typeface of a character: for a mark that of its letter, else of the program, the machine.
static uint8_t choose_face(struct fonts *fonts, enum weight weight, int pixels, uint32_t code,
                           uint8_t before)
{
    if (text_order_is_private(code))
        return FACE_NONE;
    bool follows = text_order_is_mark(code) && before != FACE_NONE;
    if (follows && has_glyph(fonts, weight, pixels, before, code))
        return before;
    for (uint8_t face = FACE_OWN; face < FACE_OTHERS; face++) {
        if (has_glyph(fonts, weight, pixels, face, code))
            return face;
    }
    const struct fallback_face *other = fallback_find(&fonts->others, code);
    uint8_t face = other ? (uint8_t)(FACE_OTHERS + (other - fonts->others.face)) : FACE_NONE;
    return other && has_glyph(fonts, weight, pixels, face, code) ? face : FACE_NONE;
}

// What nothing draws is named: ‹U+4E2D›. Equal boxes would make all names alike.
static bool add_named(struct text_order *order, uint32_t code, size_t source)
{
    char name[16];
    snprintf(name, sizeof(name), "U+%04X", (unsigned)code);
    bool added = text_order_add(order, TEXT_ORDER_LEFT, source, FACE_OWN) &&
                 text_order_add(order, 0x2039, source, FACE_OWN);
    for (const char *c = name; *c && added; c++)
        added = text_order_add(order, (uint32_t)*c, source, FACE_OWN);
    return added && text_order_add(order, 0x203a, source, FACE_OWN) &&
           text_order_add(order, TEXT_ORDER_ISOLATE_END, source, FACE_OWN);
}

static bool is_invisible(uint32_t code)
{
    return (code >= TEXT_ORDER_LEFT && code <= TEXT_ORDER_ISOLATE_END) || code == 0x200c ||
           code == 0x200d;
}

// Puts a paragraph into fonts->order.
static bool order_paragraph(struct fonts *fonts, enum weight weight, int pixels,
                            const char *text, size_t size)
{
    struct text_order *order = fonts->order;
    uint8_t before = FACE_NONE;
    bool added = true;

    order->count = 0;
    for (size_t at = 0; at < size && added;) {
        size_t bytes = character_size(text + at);
        uint32_t code = code_point(text + at, bytes);
        uint8_t face = before == FACE_NONE ? FACE_OWN : before;
        if (!is_invisible(code))
            face = choose_face(fonts, weight, pixels, code, before);
        if (face == FACE_NONE)
            added = add_named(order, code, at);
        else
            added = text_order_add(order, code, at, face);
        before = face == FACE_NONE ? FACE_OWN : face;
        at += bytes;
    }
    return added && text_order_resolve(order);
}

static size_t put_utf8(char *out, uint32_t code)
{
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size; i-- > 1; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(lead[size] | code);
    return size;
}

// A run's text, as written, and the font that is set to its direction and script.
static TTF_Font *open_run(struct fonts *fonts, enum weight weight, int pixels,
                          const struct text_run *run, char text[static RUN_BYTES_MAX + 1])
{
    struct font_use use = {
        .file = fonts->file[weight], .size = pixels, .right_to_left = run->right_to_left};
    size_t used = 0;
    memcpy(use.script, run->script, sizeof(use.script));
    if (run->face == FACE_SECOND)
        use.file = fonts->second;
    if (run->face >= FACE_OTHERS) {
        use.file = fonts->others.face[run->face - FACE_OTHERS].file;
        use.index = fonts->others.face[run->face - FACE_OTHERS].index;
    }

    for (size_t i = run->first; i < run->first + run->count; i++)
        used += put_utf8(text + used, fonts->order->code[i]);
    text[used] = '\0';
    return open_font(fonts, &use);
}

static float width_of_runs(struct fonts *fonts, enum weight weight, float size,
                           const char *text, size_t bytes)
{
    struct text_run runs[TEXT_ORDER_RUNS_MAX];
    char shaped[RUN_BYTES_MAX + 1];
    float sum = 0;
    if (!order_paragraph(fonts, weight, pixels_of(size), text, bytes)) {
        fonts->missed = true;
        return 0;
    }

    size_t count = text_order_runs(fonts->order, 0, bytes, runs);
    for (size_t i = 0; i < count; i++) {
        int width = 0;
        TTF_Font *font = open_run(fonts, weight, pixels_of(size), &runs[i], shaped);
        if (font && TTF_SizeUTF8(font, shaped, &width, NULL) == 0)
            sum += (float)width;
        else
            fonts->missed = true;
    }
    explicit_bzero(shaped, sizeof(shaped));
    explicit_bzero(fonts->order, sizeof(*fonts->order));
    return sum;
}

float fonts_width_of(struct fonts *fonts, enum weight weight, float size, const char *text,
                     size_t bytes)
{
    char line[LINE_BYTES_MAX + 1];
    size_t n = bytes < LINE_BYTES_MAX ? bytes : LINE_BYTES_MAX;
    memcpy(line, text, n);
    line[n] = '\0';

    TTF_Font *font = plain_font(fonts, weight, pixels_of(size), line);
    int width = 0;
    float measured = 0;
    if (n > 0 && !font)
        measured = width_of_runs(fonts, weight, size, line, n);
    else if (n > 0 && TTF_SizeUTF8(font, line, &width, NULL) == 0)
        measured = (float)width;
    else
        fonts->missed = fonts->missed || n > 0;

    explicit_bzero(line, n); // it may be a secret
    return measured;
}

float fonts_width(struct fonts *fonts, enum weight weight, float size, const char *text)
{
    return fonts_width_of(fonts, weight, size, text, strlen(text));
}

static bool is_mark_at(const char *text)
{
    return text_order_is_mark(code_point(text, character_size(text)));
}

// How much of the start of a too wide word fits; at least one character.
static size_t break_word(struct fonts *fonts, enum weight weight, float size, const char *word,
                         size_t bytes, float width)
{
    size_t fits = 0, nice = 0;
    while (fits < bytes) {
        size_t next = fits + character_size(word + fits);
        while (next < bytes && is_mark_at(word + next))
            next += character_size(word + next);
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

// Draws what SDL2_ttf has rendered, in a colour. False if memory is short.
static bool draw_surface(struct canvas *canvas, const SDL_Surface *surface, float x, float y,
                         struct colour colour)
{
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

    if (coverage)
        canvas_mask(canvas, (int)lroundf(x), (int)lroundf(y), coverage, surface->w, surface->h,
                    width, colour);
    free(coverage);
    return coverage != NULL;
}

// SDL2_ttf makes no picture of a text that takes no room.
static bool has_no_width(TTF_Font *font, const char *text)
{
    int width = 0;
    return TTF_SizeUTF8(font, text, &width, NULL) == 0 && width == 0;
}

static void draw_text(struct fonts *fonts, struct canvas *canvas, TTF_Font *font,
                      const char *text, struct dot at, struct colour colour)
{
    SDL_Surface *surface = TTF_RenderUTF8_Blended(font, text, (SDL_Color){255, 255, 255, 255});
    bool drawn =
        surface ? draw_surface(canvas, surface, at.x, at.y, colour) : has_no_width(font, text);
    fonts->missed = fonts->missed || !drawn;
    SDL_FreeSurface(surface);
}

// Where the top of a font's text lies in a line that begins at `y`.
static float top_of(float y, float size, TTF_Font *font)
{
    return y + (ceilf(size * LINE_HEIGHT) - (float)TTF_FontHeight(font)) / 2;
}

// The runs of a line of the paragraph in fonts->order, all on the base line of the own
// typeface.
static void draw_runs(struct fonts *fonts, struct canvas *canvas, enum weight weight,
                      float size, size_t begin, size_t end, struct dot at, struct colour colour)
{
    struct text_run runs[TEXT_ORDER_RUNS_MAX];
    char shaped[RUN_BYTES_MAX + 1];
    int pixels = pixels_of(size);
    TTF_Font *own = face_font(fonts, weight, pixels, FACE_OWN);
    float base = own ? top_of(at.y, size, own) + (float)TTF_FontAscent(own) : at.y + size;

    size_t count = text_order_runs(fonts->order, begin, end, runs);
    for (size_t i = 0; i < count; i++) {
        int width = 0;
        TTF_Font *font = open_run(fonts, weight, pixels, &runs[i], shaped);
        if (!font || TTF_SizeUTF8(font, shaped, &width, NULL) != 0) {
            fonts->missed = true;
            continue;
        }

        struct dot top = {at.x, base - (float)TTF_FontAscent(font)};
        draw_text(fonts, canvas, font, shaped, top, colour);
        at.x += (float)width;
    }
    explicit_bzero(shaped, sizeof(shaped));
}

// The paragraph around a line: from line feed to line feed.
static void find_paragraph(const char *text, size_t start, size_t bytes, size_t *from,
                           size_t *to)
{
    *from = start;
    while (*from > 0 && text[*from - 1] != '\n')
        --*from;
    *to = start + bytes;
    while (text[*to] && text[*to] != '\n')
        ++*to;
    if (*to - *from > PARAGRAPH_BYTES_MAX) {
        *from = start;
        *to = start + bytes;
    }
}

void fonts_draw(struct fonts *fonts, struct canvas *canvas, enum weight weight, float size,
                const char *text, size_t start, size_t bytes, float x, float y,
                struct colour colour)
{
    char line[LINE_BYTES_MAX + 1];
    size_t n = bytes < LINE_BYTES_MAX ? bytes : LINE_BYTES_MAX, from, to;
    memcpy(line, text + start, n);
    line[n] = '\0';
    find_paragraph(text, start, n, &from, &to);

    TTF_Font *font = NULL;
    if (!matters(text + from, to - from))
        font = plain_font(fonts, weight, pixels_of(size), line);
    if (n > 0 && font) {
        draw_text(fonts, canvas, font, line, (struct dot){x, top_of(y, size, font)}, colour);
    } else if (n > 0 &&
               !order_paragraph(fonts, weight, pixels_of(size), text + from, to - from)) {
        fonts->missed = true;
    } else if (n > 0) {
        draw_runs(fonts, canvas, weight, size, start - from, start - from + n,
                  (struct dot){x, y}, colour);
        explicit_bzero(fonts->order, sizeof(*fonts->order));
    }
    explicit_bzero(line, n);
}
