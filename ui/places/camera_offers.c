// SPDX-License-Identifier: MIT
#include "ui/places/camera_offers.h"

#include <stdio.h>
#include <string.h>

// What may stand behind `source =`, and begins no comment there.
static bool is_writable(const char *id)
{
    for (const char *c = id; *c; c++) {
        if (*c <= ' ' || *c > '~' || *c == ';')
            return false;
    }
    return *id != '\0';
}

// NULL: there is no room, or it cannot be written down.
static struct camera_offer *add(struct camera_offers *offers, const char *kind, const char *id,
                                const char *name)
{
    struct camera_offer *offer = &offers->offer[offers->count];
    if (offers->count == CAMERA_OFFERS_MAX || !is_writable(id))
        return NULL;

    *offer = (struct camera_offer){0};
    int size = snprintf(offer->source, sizeof(offer->source), "%s:%s", kind, id);
    if (size < 0 || (size_t)size >= sizeof(offer->source))
        return NULL;
    snprintf(offer->id, sizeof(offer->id), "%s", id);
    snprintf(offer->name, sizeof(offer->name), "%s", *name ? name : id);
    offers->count++;
    return offer;
}

static void add_find(struct camera_offers *offers, const struct camera_find *find)
{
    const struct camera_entry *kernels = find->kernels;
    const struct pipewire_entry *pipewires = find->pipewires;
    enum failure failure = kernels ? kernels->verdict.failure : FAILURE_NONE;
    bool by_kernel = kernels && (failure == FAILURE_NONE || failure == FAILURE_CAMERA_BUSY ||
                                 failure == FAILURE_CAMERA_PERMISSION);
    enum camera_facing facing = CAMERA_FACING_UNKNOWN;
    struct camera_offer *offer = NULL;

    if (by_kernel) {
        offer = add(offers, "camera", kernels->id, kernels->name);
        facing = kernels->facing;
    } else if (pipewires) {
        offer = add(offers, "pipewire", pipewires->id, pipewires->name);
        facing = pipewires->facing;
    }
    if (!offer)
        return;

    offer->facing = facing;
    offer->failure = by_kernel ? failure : FAILURE_NONE;
    if (kernels) {
        snprintf(offer->also[0], sizeof(offer->also[0]), "%s", kernels->path);
        snprintf(offer->also[1], sizeof(offer->also[1]), "%s", kernels->bus);
    }
    if (pipewires)
        snprintf(offer->also[2], sizeof(offer->also[2]), "%s", pipewires->id);
    offer->used = find->used != CAMERA_WAY_NONE;
}

static void mark_twins(struct camera_offers *offers)
{
    for (size_t i = 0; i < offers->count; i++) {
        for (size_t k = 0; k < offers->count; k++) {
            struct camera_offer *a = &offers->offer[i], *b = &offers->offer[k];
            if (i != k && strcmp(a->name, b->name) == 0 && a->facing == b->facing)
                a->has_twin = true;
        }
    }
}

void camera_offers_from(struct camera_offers *offers, const struct camera_survey *survey)
{
    *offers = (struct camera_offers){.known = true};
    for (size_t i = 0; i < survey->count; i++)
        add_find(offers, &survey->find[i]);
    mark_twins(offers);

    if (offers->count > 0)
        return;
    offers->failure = FAILURE_CAMERA_NONE;
    if (survey->pipewire_fault.failure == FAILURE_PIPEWIRE_REFUSED ||
        survey->pipewire_fault.failure == FAILURE_PIPEWIRE_ASKS)
        offers->failure = survey->pipewire_fault.failure;
}

const char *camera_source_id(const char *source)
{
    const char *colon = source ? strchr(source, ':') : NULL;
    return colon ? colon + 1 : NULL;
}

const struct camera_offer *camera_offers_find(const struct camera_offers *offers,
                                              const char *source)
{
    const char *id = camera_source_id(source);
    for (size_t i = 0; id && i < offers->count; i++) {
        const struct camera_offer *offer = &offers->offer[i];
        bool faces = offer->facing != CAMERA_FACING_UNKNOWN &&
                     strcmp(camera_facing_name(offer->facing), id) == 0;
        bool named = strcmp(offer->id, id) == 0;
        for (size_t k = 0; k < CAMERA_NAMES_MORE; k++)
            named = named || strcmp(offer->also[k], id) == 0;
        if (named || faces)
            return offer;
    }
    return NULL;
}
