// SPDX-License-Identifier: MIT
#include "scanner/files/sheet.h"

#include <stdlib.h>

#define SHOWN_CONTRAST_MIN 12u  // levels; less is nothing that a code could be read from
#define ENLARGED_SIDE      120u // pixels that the shorter side of a small picture gets, about
#define SMALL_SIDE         80u  // pixels; pictures with a shorter side are small
#define ENLARGE_MAX        16u

bool sheet_init(struct sheet *sheet, size_t width, size_t height, struct fault *fault)
{
    *sheet = (struct sheet){0};
    if (width == 0 || height == 0)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "a picture of %zux%zu pixels", width,
                         height);

    size_t longer = width > height ? width : height;
    size_t factor = (longer - 1) / PICTURE_SIDE_MAX + 1;
    if (factor > SHEET_FACTOR_MAX || width > PICTURE_PIXELS_MAX / height)
        return fault_set(fault, FAILURE_SOURCE_TOO_LARGE, "a picture of %zux%zu pixels", width,
                         height);

    sheet->width = width;
    sheet->height = height;
    sheet->factor = factor;
    sheet->reduced = 1;
    sheet->columns = (width - 1) / factor + 1;
    sheet->rows = (height - 1) / factor + 1;

    size_t cells = sheet->columns * sheet->rows;
    sheet->light = calloc(cells, sizeof(sheet->light[0]));
    sheet->cover = calloc(cells, sizeof(sheet->cover[0]));
    if (!sheet->light || !sheet->cover) {
        sheet_destroy(sheet);
        return fault_set(fault, FAILURE_MEMORY, "a picture of %zu pixels", cells);
    }
    return true;
}

void sheet_destroy(struct sheet *sheet)
{
    free(sheet->light);
    free(sheet->cover);
    *sheet = (struct sheet){0};
}

// Pixels of the picture along one side of cell `index`: the last one may be cut.
static size_t extent(size_t index, size_t factor, size_t side)
{
    size_t left = side - index * factor;
    return left < factor ? left : factor;
}

static uint8_t cell(const struct sheet *sheet, enum sheet_ground ground, size_t column,
                    size_t row)
{
    size_t at = row * sheet->columns + column;
    size_t area =
        extent(column, sheet->factor, sheet->width) * extent(row, sheet->factor, sheet->height);
    size_t light = sheet->light[at];
    if (ground == SHEET_ON_WHITE)
        light += 255 * area - sheet->cover[at];
    size_t value = (light + area / 2) / area;
    return (uint8_t)(value < 255 ? value : 255);
}

static unsigned contrast(const struct sheet *sheet, enum sheet_ground ground)
{
    uint8_t least = 255, most = 0;

    for (size_t y = 0; y < sheet->rows; y++) {
        for (size_t x = 0; x < sheet->columns; x++) {
            uint8_t value = cell(sheet, ground, x, y);
            least = value < least ? value : least;
            most = value > most ? value : most;
        }
    }

    return (unsigned)(most - least);
}

bool sheet_shows(const struct sheet *sheet, enum sheet_ground ground)
{
    if (!sheet->translucent)
        return ground == SHEET_ON_WHITE;
    if (contrast(sheet, ground) >= SHOWN_CONTRAST_MIN)
        return true;
    // Where neither shows anything, one is given all the same.
    return ground == SHEET_ON_WHITE && contrast(sheet, SHEET_ON_BLACK) < SHOWN_CONTRAST_MIN;
}

size_t sheet_enlargement(const struct sheet *sheet)
{
    size_t shorter = sheet->columns < sheet->rows ? sheet->columns : sheet->rows;
    size_t longer = sheet->columns < sheet->rows ? sheet->rows : sheet->columns;
    if (shorter >= SMALL_SIDE)
        return 1;

    size_t times = (ENLARGED_SIDE - 1) / shorter + 1;
    if (times > ENLARGE_MAX)
        times = ENLARGE_MAX;
    if (times > PICTURE_SIDE_MAX / longer)
        times = PICTURE_SIDE_MAX / longer;
    return times;
}

bool sheet_lay(const struct sheet *sheet, enum sheet_ground ground, size_t times,
               struct frame *out, struct fault *fault)
{
    size_t width = times * sheet->columns;
    size_t height = times * sheet->rows;
    if (!frame_reserve(out, width * height))
        return fault_set(fault, FAILURE_MEMORY, "a picture of %zu bytes", width * height);

    for (size_t y = 0; y < sheet->rows; y++) {
        uint8_t *row = out->storage + y * times * width;
        for (size_t x = 0; x < sheet->columns; x++)
            memset(row + x * times, cell(sheet, ground, x, y), times);
        for (size_t again = 1; again < times; again++)
            memcpy(row + again * width, row, width);
    }

    out->pixels = (struct pixels){.format = PIXEL_GREY,
                                  .width = width,
                                  .height = height,
                                  .stride = width,
                                  .data = span_of(out->storage, width * height)};
    out->scale = sheet->reduced * (double)sheet->factor / (double)times;
    out->damaged = sheet->damaged;
    return true;
}
