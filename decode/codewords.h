// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_CODEWORDS_H
#define QRCONFIRM_DECODE_CODEWORDS_H

// Step 9. Repair: from soft modules to faultless ones.
//
// The format information is the one of 32 patterns that the soft values of both copies fit
// best; with its mask taken off, modules become codewords and codewords blocks (ISO/IEC 18004,
// 8.6 to 8.9). Each block is corrected by Reed and Solomon's code. Where there are more errors
// than that can locate, the codewords whose modules were least certain are declared erasures,
// more of them each time: generalised minimum distance decoding (Forney, 1966). Erasures are
// never so many that a random word would pass: three codewords of redundancy always remain.
//
// Where something is known of the content (known.h), those bits are put in for what was
// sampled. A code that is read so must convince all the more. Of a block that is known as a
// whole, its correction must be in the picture; of any other, four codewords of redundancy
// remain; and of each block, the bits that were not put in must agree with the picture so well
// that chance does it less than once in 2^32 times. A code that is not the known one fails at
// each of its blocks that differ: their correction is of other data.
//
// All modules are then set as the corrected codewords say: the code as it was printed, against
// which frames are compared. Modes, characters and all else about the content is in content.h.

#include "decode/known.h"
#include "decode/reed_solomon.h"
#include "decode/sample.h"

enum error_level { ERROR_LEVEL_L, ERROR_LEVEL_M, ERROR_LEVEL_Q, ERROR_LEVEL_H };

#define CODEWORDS_MAX 3706u // version 40 (ISO/IEC 18004, table 1)

struct code_format {
    enum error_level level;
    unsigned mask;
    float likeness; // of the soft values to its bits: 1 is perfect, 0 is noise
};

// Kept by the caller from frame to frame.
struct codewords_room {
    uint8_t word[CODEWORDS_MAX];
    uint8_t seen[CODEWORDS_MAX];       // as sampled, where bits are known
    float certainty[CODEWORDS_MAX];    // of the least certain module in it
    uint16_t place[CODEWORDS_MAX * 8]; // module of each bit, in reading order
    unsigned place_version;            // what `place` holds
    uint8_t data[CODEWORDS_MAX];       // filled in: the data codewords in their own order
    size_t data_size;
};

// The likeliest format, of the code as it was sampled or of its mirror image. A faultless code
// read the wrong way round has a likelihood of two thirds at most.
struct code_format codewords_format(const struct soft_code *code, bool mirrored);

// The version that the version information says; 0 if no version is within its three errors.
unsigned codewords_version(const float soft[static 18]);

// Sets all modules of `dark` (size * size, 1 is dark), and the data codewords of `room`. False
// if some block cannot be corrected.
// `wrong` is the share of correction used up in the worst block. `known` is put in, and the
// code must agree with it; NULL: nothing is known.
bool codewords_repair(const struct soft_code *code, const struct code_format *format,
                      const struct known_words *known, struct codewords_room *room,
                      struct work *work, uint8_t *dark, float *wrong);

// Data codewords of a code of that version and level.
size_t codewords_of_data(const struct layout *layout, enum error_level level);

// How many of the known bits are in the code as it was sampled.
size_t codewords_agree(const struct soft_code *code, const struct code_format *format,
                       const struct known_words *known, struct codewords_room *room);

// Adds the modules that known bits make known to those of `expect` (enum grid_expect).
void codewords_expect(const struct layout *layout, const struct code_format *format,
                      const struct known_words *known, struct codewords_room *room,
                      uint8_t *expect);

#endif
