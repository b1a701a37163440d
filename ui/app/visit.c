// SPDX-License-Identifier: MIT
#include "ui/app/visit.h"

#include <sodium.h>
#include <stdio.h>

#include "net/dialects/dialects.h"
#include "net/pairings/pairing_pin.h"
#include "net/signer/signer_store.h"
#include "ui/app/introduction.h"
#include "ui/text/fault_line.h"

_Static_assert(OPTIONS_BADGES_MAX == PEOPLE_MAX, "one limit");

bool visit_open(struct visit *visit, const struct visit_host *host, struct fault *fault)
{
    const struct options *options = host->options;
    *visit = (struct visit){.host = *host,
                            .badges = options->badges > 0 && options->command == COMMAND_SCAN};
    return !visit->badges ||
           people_open(&visit->people, host->paths->data, options->badges, fault);
}

void visit_close(struct visit *visit)
{
    if (!visit->badges)
        return;
    visit_end(visit);
    people_close(&visit->people);
}

// ---- who is there ------------------------------------------------------------------------

void visit_look(const struct visit *visit, const struct badge *badge, struct flow_badge *out,
                bool *full)
{
    char id[16 + 1], origin[ORIGIN_MAX + 1], name[PERSON_NAME_SIZE + 1];
    bool named = people_name(badge->bytes, name);
    *out = (struct flow_badge){.known = named && people_has(&visit->people, name)};
    *full = visit->people.count >= visit->people.limit && !out->known;
    if (!badge_kiosk_find(visit->host.kiosk, badge, id, origin))
        out->refused = FAILURE_BADGE_OTHER_PORTAL;
    if (!named)
        out->refused = FAILURE_INTERNAL;
}

static bool open_folder(struct visit *visit, enum person_stage stage, struct fault *fault)
{
    char data[PERSON_PATH_MAX];
    people_path(&visit->people, visit->name, stage, data);
    people_state_path(&visit->people, visit->name, stage, visit->state);
    visit->stage = stage;
    visit->environment = *visit->host.environment;
    visit->environment.state_dir = visit->state;

    if (!paths_make(visit->state, fault))
        return false;
    visit->pairings =
        signer_store_open(data, dialects, visit->host.on_open, visit->host.userdata, fault);
    if (!visit->pairings)
        return false;
    pairing_store_set_badge(visit->pairings, visit->wanted->badge);

    visit->worker = net_worker_start(&visit->environment, visit->pairings, visit->host.on_event,
                                     visit->host.userdata, fault);
    if (!visit->worker) {
        pairing_store_close(visit->pairings);
        visit->pairings = NULL;
        return false;
    }
    introduction_tell(visit->worker, visit->host.options, visit->host.paths);
    return true;
}

static void close_folder(struct visit *visit)
{
    net_worker_stop(visit->worker);
    pairing_store_close(visit->pairings);
    visit->worker = NULL;
    visit->pairings = NULL;
}

// A key that was erased, or that ten wrong PINs in a row are to erase, is none.
static bool has_key(struct visit *visit, struct fault *fault)
{
    if (pairing_store_unread(visit->pairings, fault))
        return false;
    visit->erase = true;
    if (pairing_store_wrong_pins(visit->pairings) >= VISIT_WRONG_PINS)
        return fault_set(fault, FAILURE_BADGE_WRONG_PINS, "%u", VISIT_WRONG_PINS);
    if (pairing_store_count(visit->pairings) == 0)
        return fault_set(fault, FAILURE_BADGE_ENDED, "no key");
    visit->erase = false;
    return true;
}

bool visit_begin(struct visit *visit, const struct badge *badge, struct fault *fault)
{
    char origin[ORIGIN_MAX + 1], name[PERSON_NAME_SIZE + 1];
    visit_end(visit);
    if (!people_name(badge->bytes, name))
        return fault_set(fault, FAILURE_INTERNAL, "badge: SHA-256");
    visit->wanted = sodium_malloc(sizeof(*visit->wanted));
    if (!visit->wanted)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");

    *visit->wanted = (struct badge_pairing){.kiosk = visit->host.kiosk};
    memcpy(visit->wanted->badge, badge->bytes, sizeof(visit->wanted->badge));
    options_device_label(visit->host.options, visit->wanted->label,
                         sizeof(visit->wanted->label));
    memcpy(visit->name, name, sizeof(visit->name));
    visit->here = true;

    if (!badge_kiosk_find(visit->host.kiosk, badge, visit->wanted->kiosk_id, origin))
        return fault_set(fault, FAILURE_BADGE_OTHER_PORTAL, "no pairing");
    return !people_has(&visit->people, visit->name) ||
           (open_folder(visit, PERSON_KEPT, fault) && has_key(visit, fault));
}

// ---- first use ---------------------------------------------------------------------------

bool visit_choose_pin(struct visit *visit, struct span pin, struct fault *fault)
{
    if (!pin_is_good(pin))
        return fault_set(fault, FAILURE_PIN_FORM, "%zu characters", pin.n);
    memcpy(visit->wanted->pin, pin.p, pin.n);
    visit->wanted->pin_size = pin.n;
    return true;
}

bool visit_is_chosen(const struct visit *visit, struct span pin)
{
    return visit->wanted->pin_size == pin.n &&
           sodium_memcmp(visit->wanted->pin, pin.p, pin.n) == 0;
}

bool visit_enrol(struct visit *visit, struct fault *fault)
{
    if (visit->pairings) // of a key whose PIN is forgotten: it stays until a new one is kept
        close_folder(visit);
    if (!people_begin(&visit->people, visit->name, fault) ||
        !open_folder(visit, PERSON_BEGUN, fault))
        return false;
    net_worker_pair_by_badge(visit->worker, visit->wanted);
    visit->wanted->pin_size = 0;
    sodium_memzero(visit->wanted->pin, sizeof(visit->wanted->pin));
    return true;
}

// ---- what comes, and the end -------------------------------------------------------------

void visit_heed(struct visit *visit, struct net_event *event)
{
    struct fault fault = {0};
    if (!visit->here || !visit->pairings)
        return;

    if (event->kind == NET_EVENT_UNLOCKED && visit->stage == PERSON_KEPT &&
        !people_use(&visit->people, visit->name, &fault))
        fault_line_print(stderr, &fault);

    bool wrong =
        event->kind == NET_EVENT_LOCKED && event->locked.fault.failure == FAILURE_KEY_WRONG_PIN;
    if (!wrong || pairing_store_wrong_pins(visit->pairings) < VISIT_WRONG_PINS)
        return;
    visit->erase = true;
    fault_set(&event->locked.fault, FAILURE_BADGE_WRONG_PINS, "%u", VISIT_WRONG_PINS);
}

// What the folder is from now on. Nobody has it open.
static bool settle(struct visit *visit, bool kept, struct fault *fault)
{
    struct people *people = &visit->people;
    if (visit->stage == PERSON_BEGUN)
        return kept ? people_keep(people, visit->name, fault)
                    : people_give_up(people, visit->name, fault);
    return kept || people_remove(people, visit->name, fault);
}

void visit_end(struct visit *visit)
{
    struct fault fault = {0};
    if (!visit->here)
        return;

    if (visit->pairings) {
        bool kept = !visit->erase && (pairing_store_count(visit->pairings) > 0 ||
                                      pairing_store_unread(visit->pairings, NULL));
        close_folder(visit);
        if (!settle(visit, kept, &fault))
            fault_line_print(stderr, &fault);
    }
    sodium_free(visit->wanted);
    visit->wanted = NULL;
    visit->here = visit->erase = false;
}

void visit_forget_all(struct visit *visit)
{
    struct fault fault = {0};
    if (!visit->badges)
        return;
    visit_end(visit);
    while (visit->people.count > 0)
        if (!people_remove(&visit->people, visit->people.person[0].name, &fault)) {
            fault_line_print(stderr, &fault);
            return;
        }
}
