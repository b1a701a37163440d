// SPDX-License-Identifier: MIT
#include "ui/commands/command_provision.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/pairings/atomic_file.h"
#include "ui/app/errand.h"
#include "ui/app/introduction.h"
#include "ui/settings/config.h"
#include "ui/settings/provision.h"
#include "ui/settings/provision_file.h"
#include "ui/terminal/terminal.h"
#include "ui/text/isolate.h"
#include "ui/text/json_line.h"
#include "ui/text/language.h"
#include "ui/text/shown_host.h"

struct provisioning {
    const struct options *options;
    const struct paths *paths;
    struct errand errand;
    struct provision_file file;
    struct provision_record record;
    struct pairing_summary kept;
    bool unchanged;                          // all of it was done before
    char configuration[CONFIG_HASH_HEX + 1]; // as it will be
};

// What is not the pairing's, as it is to be on disk.
static bool prepare_record(struct provisioning *job, struct fault *fault)
{
    struct provision_record *record = &job->record;
    const struct provision_file *file = &job->file;
    const struct net_environment *environment = &job->errand.environment;
    int64_t now = environment->wall_clock(environment->userdata);

    *record = (struct provision_record){.time = now >= NET_CLOCK_FLOOR_S ? now : 0,
                                        .setting_count = file->setting_count};
    if (!hash_sha256(span_of(file->pairing.code.token, sizeof(file->pairing.code.token)),
                     record->token_hash))
        return fault_set(fault, FAILURE_INTERNAL, "token: SHA-256");
    memcpy(record->file_hash, file->hash, sizeof(record->file_hash));
    memcpy(record->administrator, file->administrator, sizeof(record->administrator));
    memcpy(record->settings, file->settings, sizeof(record->settings));
    return true;
}

// What would fail behind the moment from which all holds is tried before.
static bool probe(struct provisioning *job, struct fault *fault)
{
    return private_path_probe(job->paths->data, fault) &&
           private_path_probe(job->paths->state, fault) &&
           config_probe(job->paths->config, job->file.settings, job->file.setting_count,
                        job->configuration, fault);
}

// The portal is told at the pairing whether people come with badges.
static bool brings_badges(const struct provision_file *file)
{
    for (size_t i = 0; i < file->setting_count; i++)
        if (strcmp(file->settings[i].name, "badges") == 0)
            return true;
    return false;
}

static bool pair(struct provisioning *job, struct fault *fault)
{
    struct errand *errand = &job->errand;
    struct net_event event;
    bool entered;
    errand->environment.kiosk = errand->environment.kiosk || brings_badges(&job->file);
    if (!errand_unlock(errand, _("PIN"), &entered, fault))
        return false;

    introduction_tell_early(errand->worker, job->configuration);
    net_worker_pair_by_token(errand->worker, &job->file.pairing);
    if (!errand_wait(errand, NET_EVENT_PAIRED, &event, fault))
        return false;
    snprintf(job->record.pairing, sizeof(job->record.pairing), "%s", event.pairing.id);
    if (!provision_write_next(errand->store, &job->record, fault))
        return false;

    net_worker_keep_pairing(errand->worker, true);
    return errand_wait(errand, NET_EVENT_KEPT, &event, fault);
}

// The token that was used here once: only what the file says besides may be new.
static bool goes_by_used_token(struct provisioning *job, const struct provision_record *done,
                               struct fault *fault)
{
    if (!provision_is_kept(job->errand.store, done->pairing, &job->kept))
        return fault_set(fault, FAILURE_PROVISION_GONE, "%s", done->pairing);
    job->unchanged = memcmp(done->file_hash, job->record.file_hash, HASH_SIZE) == 0;
    snprintf(job->record.pairing, sizeof(job->record.pairing), "%s", done->pairing);
    return job->unchanged || provision_write_next(job->errand.store, &job->record, fault);
}

// Under the lock.
static bool provision(struct provisioning *job, struct fault *fault)
{
    struct pairing_store *store = job->errand.store;
    struct provision_record done;
    bool there;

    if (!prepare_record(job, fault) || !probe(job, fault) ||
        !provision_read_done(store, &done, &there, fault))
        return false;
    there = there && memcmp(done.token_hash, job->record.token_hash, HASH_SIZE) == 0;
    if (there ? !goes_by_used_token(job, &done, fault) : !pair(job, fault))
        return false;

    if (!job->unchanged && !provision_apply(store, job->paths->config, &job->record, fault))
        return false;
    return provision_is_kept(store, job->record.pairing, &job->kept) ||
           fault_set(fault, FAILURE_PROVISION_GONE, "%s", job->record.pairing);
}

static bool run(struct provisioning *job, struct fault *fault)
{
    struct token_pairing *pairing = &job->file.pairing;
    if (!provision_file_read(job->options->files[0], getenv("CREDENTIALS_DIRECTORY"),
                             &job->file, fault))
        return false;
    if (!pairing->label[0])
        options_device_label(job->options, pairing->label, sizeof(pairing->label));
    if (!errand_begin(&job->errand, job->options, job->paths, fault))
        return false;

    int lock = provision_lock(job->errand.store, fault);
    bool done = lock >= 0 && provision(job, fault);
    if (lock >= 0)
        close(lock);
    errand_end(&job->errand);
    return done;
}

static void print(const struct provisioning *job)
{
    const struct pairing_summary *kept = &job->kept;
    if (job->options->face == FACE_JSON) {
        json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:b}", "event", "provisioned", "id",
                                   kept->id, "origin", kept->origin, "account",
                                   kept->account_name, "changed", !job->unchanged);
        json_line_print(stdout, object, JSON_COMPACT);
        return;
    }

    if (job->unchanged)
        printf("%s\n", _("Nothing to do: this device was provisioned with this file before."));
    else
        printf(_("This device is provisioned: %s, account %s.\n"),
               shown_host(kept->origin).text, isolated(kept->account_name).text);
}

enum exit_code command_provision(const struct options *options, const struct paths *paths)
{
    struct fault fault = {0};
    struct provisioning *job = calloc(1, sizeof(*job));
    if (!job) {
        fault_set(&fault, FAILURE_MEMORY, "provisioning");
        return terminal_tell_fault(options, &fault);
    }

    job->options = options;
    job->paths = paths;
    bool done = run(job, &fault);
    if (done)
        print(job);
    sodium_memzero(job, sizeof(*job));
    free(job);
    return done ? EXIT_CODE_OK : terminal_tell_fault(options, &fault);
}
