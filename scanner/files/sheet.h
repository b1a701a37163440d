// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FILES_SHEET_H
#define QRCONFIRM_SCANNER_FILES_SHEET_H

// A still picture on its way to gray. Its pixels are put in as they are decoded, in any order;
// those of a picture that is larger than a frame may be are averaged over squares, so that what
// is held is bounded however large the picture is. What is transparent or never came is seen
// through to the ground that the sheet is laid on.

#include "base/failure.h"
#include "scanner/frames/frame.h"

#define PICTURE_PIXELS_MAX (256u * 1024u * 1024) // pixels of a picture, told before decoding it
#define SHEET_FACTOR_MAX   16u                   // sums of factor² times 255 fit 16 bits

struct sheet {
    size_t width, height; // of the picture, pixels
    size_t factor;        // the side of a square that becomes one cell
    size_t columns, rows; // of cells
    uint16_t *light;      // of each cell, owned: the sum of gray times cover / 255
    uint16_t *cover;      // of each cell, owned: the sum of cover, 0 is transparent
    bool translucent;     // a pixel was not wholly covered
    bool damaged;         // the picture breaks off or has faults; set by who decodes it
    double reduced;       // by how much its decoder reduced it already; 1, unless set
};

// What the picture is laid on.
enum sheet_ground { SHEET_ON_WHITE, SHEET_ON_BLACK };

// Fails with SOURCE_DAMAGED where a side is 0, SOURCE_TOO_LARGE, MEMORY.
bool sheet_init(struct sheet *sheet, size_t width, size_t height, struct fault *fault);
void sheet_destroy(struct sheet *sheet); // also of a zeroed one, and twice

static inline void sheet_put(struct sheet *sheet, size_t x, size_t y, uint8_t gray,
                             uint8_t cover)
{
    size_t at = y / sheet->factor * sheet->columns + x / sheet->factor;
    unsigned light = cover == 255 ? gray : ((unsigned)gray * cover + 127) / 255;
    sheet->light[at] = (uint16_t)(sheet->light[at] + light);
    sheet->cover[at] = (uint16_t)(sheet->cover[at] + cover);
    if (cover != 255)
        sheet->translucent = true;
}

// True if laying the sheet on `ground` can show something: white modules on transparency do not
// show on white. A sheet that is covered wholly is laid on white alone.
bool sheet_shows(const struct sheet *sheet, enum sheet_ground ground);

// How many times a picture that is too small for the reader of codes has to be enlarged; 1
// where it is large enough.
size_t sheet_enlargement(const struct sheet *sheet);

// Makes `out` the gray picture on that ground, in its own storage, each cell `times` pixels a
// side. `out->scale` and `damaged` are set. False: MEMORY.
bool sheet_lay(const struct sheet *sheet, enum sheet_ground ground, size_t times,
               struct frame *out, struct fault *fault);

#endif
