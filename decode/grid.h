// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_GRID_H
#define QRCONFIRM_DECODE_GRID_H

// Step 5. The grid: where in the frame each point of the code is, for a code tilted in space
// and, if need be, on bent paper.
//
// A point (u, v) of the code, in modules from its top left corner, is first displaced by a
// polynomial (the bend, none at first) and then projected by a homography. Both are found from
// edges: between two neighbouring modules of known and different colour, brightness should
// pass half way exactly on their common side; how far it does so elsewhere says how far the
// grid is off there, along one axis, to a fraction of a module. The threshold is the mean of
// the two modules' own middles, so that shade, glare and blur do not move it. A homography or
// polynomial is fitted to those distances, and measured again; three rounds are enough. That
// is the active contour of Harris and Stennett, "RAPID" (1990), on a flat target whose every
// edge is known. Distances are in modules, so a step composes with the grid from the right and
// needs no derivative of the projection. Ours.

#include "decode/code_layout.h"
#include "decode/ray.h"
#include "decode/work.h"

#define GRID_BEND_ORDER_MAX 4u
#define GRID_BEND_TERMS     15u // of a polynomial of order 4 in two variables

struct grid {
    float size;                     // modules a side
    float h[9];                     // row by row; (u, v, 1) to (x w, y w, w)
    unsigned bend_order;            // 0: none
    float bend[2][GRID_BEND_TERMS]; // modules, along u and v
};

// How far the grid is off at one place, along one axis.
struct grid_error {
    float u, v;   // modules
    float off;    // modules: what is expected here is that much further along the axis
    float weight; // 0 to 1
    bool along_v;
};

// The frame's point of a code's point.
struct point grid_map(const struct grid *grid, float u, float v);

// The length of a module around (u, v), in pixels of the frame: along u, along v.
void grid_module(const struct grid *grid, float u, float v, float *along_u, float *along_v);

// How far two grids of one code are apart where they differ most of nine places, in modules.
float grid_distance(const struct grid *a, const struct grid *b);

// The grid of the same code's mirror image: u and v change places.
void grid_transpose(struct grid *grid);

// Makes the grid a parallelogram through the middles of the three finder patterns, without a
// bend: as it is far from the camera.
void grid_flatten(struct grid *grid);

// A projective grid from three finder middles, the width of a module along u at the top left
// and top right and along v at the top left and bottom left.
void grid_from_finders(struct grid *out, size_t size, const struct point middle[static 3],
                       const float along_u[static 2], const float along_v[static 2]);

// What is expected of a module.
enum grid_expect { GRID_UNKNOWN, GRID_LIGHT, GRID_DARK };

struct grid_view {
    const struct luma *luma; // a level of the pyramid
    float scale;             // a pixel of the frame in pixels of that level
    float polarity;          // 1: dark on light, -1: light on dark
    struct work *work;
};

// Brightness at a point of the code, times the polarity.
float grid_look(const struct grid_view *view, const struct grid *grid, float u, float v);

struct grid_errors {
    size_t count, capacity;
    struct grid_error *error; // caller's
    float seen, right;        // contrast met at all edges; of it, with the expected sign
};

// Measures all edges between different expected modules of the rectangle of modules from
// (left, top) to before (right, bottom). `expect` has a byte a module, size * size. What lies
// outside the code is light.
void grid_measure(const struct grid_view *view, const struct grid *grid, const uint8_t *expect,
                  size_t left, size_t top, size_t right, size_t bottom,
                  struct grid_errors *errors);

// Corrects the homography, or the bend, by what was measured. False, and nothing changed,
// where the measures do not determine it.
bool grid_fit_projective(struct grid *grid, const struct grid_errors *errors);
bool grid_fit_bend(struct grid *grid, const struct grid_errors *errors, unsigned order);

#endif
