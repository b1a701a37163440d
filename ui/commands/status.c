// SPDX-License-Identifier: MIT
#include "ui/commands/status.h"

#include <stdio.h>
#include <string.h>

#include "net/dialect.h"
#include "net/dialects/dialects.h"
#include "net/pairings/administrator.h"
#include "net/pairings/pairing_part.h"
#include "net/pairings/pairing_pin.h"
#include "net/signer/signer_store.h"
#include "ui/text/fault_line.h"

static bool look_at_files(struct pairing_store *store, const struct paths *paths,
                          struct status *out, struct fault *fault)
{
    struct pairing_unusable unusable;
    uint8_t part_id[SEAL_PART_ID_SIZE];
    out->has_pin = pairing_store_has_pin(store);
    out->part = pairing_store_part(store, part_id);
    out->has_administrator_pin = administrator_is_set(store);
    while (pairing_store_unusable(store, out->unusable, &unusable))
        out->unusable++;
    while (out->count < PAIRINGS_MAX &&
           pairing_store_summary(store, out->count, &out->pairings[out->count].is))
        out->count++;
    return provision_read_done(store, &out->provision, &out->provisioned, fault) &&
           health_read(paths->state, &out->health, fault);
}

static bool ask_portals(const struct net_environment *environment, const struct http_stop *stop,
                        struct status *out, struct fault *fault)
{
    for (size_t i = 0; i < out->count; i++) {
        struct status_pairing *pairing = &out->pairings[i];
        const struct dialect_ops *ops = pairing->is.dialect->ops;
        pairing->asked = ops->probe_path && !ops->check;
        if (!pairing->asked)
            continue;

        bool answers =
            portal_probe(environment, &pairing->is, stop, &pairing->probe, &pairing->silence);
        if (pairing->silence.failure == FAILURE_INTERRUPTED)
            return fault_set(fault, FAILURE_INTERRUPTED, "status");
        if (answers && pairing->probe.told_time && !out->clock)
            out->clock = &pairing->probe;
    }
    return true;
}

bool status_look(const struct options *options, const struct paths *paths,
                 const struct net_environment *environment, const struct http_stop *stop,
                 struct status *out, struct fault *fault)
{
    memset(out, 0, sizeof(*out));
    out->time = environment->wall_clock(environment->userdata);
    struct pairing_store *store =
        signer_store_open(paths->data, dialects, fault_line_tell, NULL, fault);
    if (!store)
        return false;
    bool ok = look_at_files(store, paths, out, fault);
    pairing_store_close(store);

    const char *config = options->config ? options->config : paths->config;
    return ok && config_hash(config, out->configuration, fault) &&
           ask_portals(environment, stop, out, fault);
}
