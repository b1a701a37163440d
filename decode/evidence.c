// SPDX-License-Identifier: MIT
#include "decode/evidence.h"

#include <math.h>

#define FIDELITY_MIN 0.3f  // poorer frames say nothing
#define AGREEMENT    0.72f // of what the same code is expected to show
#define JUMP_MAX     0.6f  // of the code's side, from frame to frame
#define GROWTH_MAX   1.4f
#define MEMORY       0.95f // what is left of a frame's weight one frame later

void evidence_age(struct evidence_box *box)
{
    for (size_t i = 0; i < EVIDENCE_SLOTS; i++) {
        struct evidence *slot = &box->slot[i];
        if (slot->frames > 0 && ++slot->missed > EVIDENCE_MISSED)
            evidence_forget(slot);
    }
}

void evidence_forget(struct evidence *evidence)
{
    evidence->frames = 0;
}

static bool is_data(const struct layout *layout, size_t module)
{
    return layout->kind[module] == MODULE_DATA || layout->kind[module] == MODULE_FORMAT;
}

// Is the code where this one was, and as large?
static bool continues(const struct located *before, const struct located *now)
{
    if (before->version != now->version || before->inverted != now->inverted)
        return false;
    float middle = now->grid.size / 2.0f, u, v, old_u, old_v;
    struct point a = grid_map(&before->grid, middle, middle);
    struct point b = grid_map(&now->grid, middle, middle);
    grid_module(&now->grid, middle, middle, &u, &v);
    grid_module(&before->grid, middle, middle, &old_u, &old_v);
    float size = sqrtf(u * v), old_size = sqrtf(old_u * old_v);
    return hypotf(a.x - b.x, a.y - b.y) < JUMP_MAX * size * now->grid.size &&
           size < GROWTH_MAX * old_size && old_size < GROWTH_MAX * size;
}

// The correlation of two sets of soft data modules.
static float correlation(const struct layout *layout, const float *a, const float *b)
{
    float product = 0.0f, a_squares = 0.0f, b_squares = 0.0f;
    for (size_t i = 0; i < layout->size * layout->size; i++) {
        if (!is_data(layout, i))
            continue;
        product += a[i] * b[i];
        a_squares += a[i] * a[i];
        b_squares += b[i] * b[i];
    }
    float most = a_squares * b_squares;
    return most > 0.0f ? product / sqrtf(most) : 0.0f;
}

static bool same_code(const struct evidence *slot, const struct soft_code *soft, float fidelity)
{
    float expected = fidelity * soft_fidelity(soft->layout, slot->sum);
    return correlation(soft->layout, slot->sum, soft->value) >= AGREEMENT * expected;
}

// A free slot, or that of the code missed for longest.
static struct evidence *room_for_another(struct evidence_box *box)
{
    struct evidence *best = &box->slot[0];
    for (size_t i = 0; i < EVIDENCE_SLOTS; i++) {
        struct evidence *slot = &box->slot[i];
        if (slot->frames == 0)
            return slot;
        if (slot->missed > best->missed)
            best = slot;
    }
    return best;
}

struct evidence *evidence_add(struct evidence_box *box, const struct located *code,
                              const struct soft_code *soft, float fidelity)
{
    if (fidelity < FIDELITY_MIN)
        return NULL;
    struct evidence *slot = NULL;
    for (size_t i = 0; i < EVIDENCE_SLOTS && slot == NULL; i++)
        if (box->slot[i].frames > 0 && continues(&box->slot[i].code, code))
            slot = &box->slot[i];
    if (slot != NULL && slot->missed == 0)
        return NULL; // this frame is in already
    if (slot == NULL) {
        slot = room_for_another(box);
        slot->frames = 0;
    } else if (!same_code(slot, soft, fidelity)) {
        slot->frames = 0;
    }

    size_t modules = soft->layout->size * soft->layout->size;
    float weight = fidelity * fidelity;
    float kept = slot->frames == 0 ? 0.0f : MEMORY;
    for (size_t i = 0; i < modules; i++)
        slot->sum[i] = kept * slot->sum[i] + weight * soft->value[i];
    slot->weight = kept * slot->weight + weight;
    slot->code = *code;
    slot->frames++;
    slot->missed = 0;
    return slot;
}

void evidence_soft(const struct evidence *evidence, const struct layout *layout,
                   struct soft_code *out)
{
    out->layout = layout;
    for (size_t i = 0; i < layout->size * layout->size; i++)
        out->value[i] = evidence->sum[i] / evidence->weight;
}

bool evidence_confirms(const struct soft_code *soft, float fidelity, const uint8_t *dark)
{
    const struct layout *layout = soft->layout;
    float product = 0.0f, squares = 0.0f, count = 0.0f;
    for (size_t i = 0; i < layout->size * layout->size; i++) {
        if (!is_data(layout, i))
            continue;
        product += dark[i] ? soft->value[i] : -soft->value[i];
        squares += soft->value[i] * soft->value[i];
        count += 1.0f;
    }
    return squares > 0.0f && product / sqrtf(squares * count) >= AGREEMENT * fidelity;
}
