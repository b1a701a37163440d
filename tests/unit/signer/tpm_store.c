// SPDX-License-Identifier: MIT
// Keys that a TPM seals, in the signer that is closed in: with a PIN and without, moved there
// and back, on another device, and when the power goes.
#include "tests/unit/signer/swtpm.h"

#include <sodium.h>

#include "apart/sandbox.h"
#include "net/pairings/atomic_file.h"
#include "net/pairings/pairing_part.h"
#include "net/pairings/pairing_pin.h"
#include "net/pairings/pairing_secrets.h"
#include "net/pairings/pin_tries.h"
#include "net/signer/part_store.h"
#include "net/signer/signer_child.h"
#include "net/signer/signer_process.h"
#include "net/signer/signer_store.h"
#include "tests/unit/pairings/power_cut_exchange.h"
#include "tests/unit/pairings/some_dialects.h"

#define ID     "aaaaaaaaaaaaaaaa"
#define SECRET "what the portal was told"
#define OLD    "246802"
#define NEW    "13579135"
#define NONE   ""

#define expect(failure, call)                                                                  \
    assert_string_equal(failure_code(call), failure_code(FAILURE_##failure))

// ---- a device --------------------------------------------------------------------------

static const char *data_of(void **state)
{
    const char *path = scratch_join(state, "data");
    mkdir(path, 0700);
    return path;
}

static struct pairing_store *open_store(void **state)
{
    struct fault fault = {0};
    struct pairing_store *store =
        signer_store_open(data_of(state), dialects, NULL, NULL, &fault);
    if (!store)
        fail_msg("%s: %s", failure_code(fault.failure), fault.detail);
    return store;
}

static void use(const struct swtpm *swtpm)
{
    assert_int_equal(setenv(TPM_VARIABLE, swtpm->where, 1), 0);
}

static void add_pairing(struct pairing_store *store)
{
    struct pairing pairing = {
        .dialect = &password_dialect,
        .id = ID,
        .portal = {.base_url = "https://portal.example.com", .display_name = "Portal"},
        .account_id = "1",
        .account_name = "Anna",
        .paired_at = 1,
        .key_count = 1};
    struct app_password *password = app_password_new();
    uint8_t key[PUBLIC_KEY_SIZE];

    assert_true(pairing_store_make_key(store, ID, key, NULL));
    assert_true(key_id_of(key, pairing.key[0].id));
    snprintf(password->text, sizeof(password->text), SECRET);
    assert_true(pairing_store_save_password(store, ID, password, NULL));
    assert_true(pairing_store_save(store, &pairing, NULL));
    app_password_free(password);
}

// What becomes of the secrets of the pairing: both are opened.
static enum failure read_secrets(struct pairing_store *store)
{
    struct fault fault = {0};
    struct pairing pairing;
    struct app_password *password = pairing_store_password(store, ID, &fault);
    if (!password)
        return fault.failure;
    assert_string_equal(password->text, SECRET);
    app_password_free(password);
    assert_true(pairing_store_find(store, ID, &pairing));
    return pairing_store_keep_key(store, ID, pairing.key[0].id, &fault) ? FAILURE_NONE
                                                                        : fault.failure;
}

static enum failure unlock(struct pairing_store *store, const char *pin)
{
    struct fault fault = {0};
    int64_t wait_ms;
    return pairing_store_unlock(store, span_str(pin), 0, &wait_ms, &fault) ? FAILURE_NONE
                                                                           : fault.failure;
}

static enum failure change(struct pairing_store *store, const char *before, const char *after)
{
    struct fault fault = {0};
    int64_t wait_ms;
    bool ok =
        pairing_store_change_pin(store, span_str(before), span_str(after), 0, &wait_ms, &fault);
    return ok ? FAILURE_NONE : fault.failure;
}

static enum failure move(struct pairing_store *store, const char *pin, enum seal_part_kind kind)
{
    struct fault fault = {0};
    int64_t wait_ms;
    struct seal_part *part = kind == SEAL_PART_NONE ? NULL : part_store_make(kind, NULL, NULL);
    assert_true(part || kind == SEAL_PART_NONE);
    bool ok = pairing_store_change_part(store, span_str(pin), part, 0, &wait_ms, &fault);
    seal_part_free(part);
    return ok ? FAILURE_NONE : fault.failure;
}

static enum seal_part_kind kind_of(struct pairing_store *store)
{
    uint8_t id[SEAL_PART_ID_SIZE];
    return pairing_store_part(store, id);
}

static enum failure check(struct pairing_store *store)
{
    struct fault fault = {0};
    return pairing_store_check_tpm(store, &fault) ? FAILURE_NONE : fault.failure;
}

// ---- tests -----------------------------------------------------------------------------

static void keys_go_into_the_tpm_and_back(void **state)
{
    struct swtpm swtpm;
    swtpm_start(&swtpm, scratch_join(state, "tpm"));
    use(&swtpm);
    struct pairing_store *store = open_store(state);
    add_pairing(store);
    expect(NONE, check(store));

    expect(NONE, move(store, NONE, SEAL_PART_TPM));
    assert_int_equal(kind_of(store), SEAL_PART_TPM);
    expect(NONE, check(store));
    expect(NONE, read_secrets(store));
    expect(NONE, change(store, NONE, OLD));
    expect(KEY_LOCKED, read_secrets(store));
    expect(KEY_WRONG_PIN, unlock(store, NEW));
    expect(NONE, unlock(store, OLD));
    expect(NONE, read_secrets(store));
    pairing_store_close(store);

    store = open_store(state); // another signer, which begins with the TPM
    expect(NONE, change(store, OLD, NEW));
    assert_int_equal(kind_of(store), SEAL_PART_TPM);
    expect(NONE, unlock(store, NEW));
    expect(NONE, read_secrets(store));
    expect(NONE, change(store, NEW, NONE));
    expect(NONE, read_secrets(store));

    expect(NONE, move(store, NONE, SEAL_PART_NONE));
    assert_int_equal(kind_of(store), SEAL_PART_NONE);
    swtpm_stop(&swtpm);
    expect(NONE, read_secrets(store));
    pairing_store_close(store);
}

static void a_signer_with_a_tpm_is_closed_in_too(void **state)
{
    struct swtpm swtpm;
    struct signer_child signer;
    struct fault fault = {0};
    swtpm_start(&swtpm, scratch_join(state, "tpm"));
    use(&swtpm);
    int folder = open(data_of(state), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    signer_child_init(&signer);
    assert_true(signer_child_await(&signer, folder, &fault));
    assert_false(signer.with_tpm);
    signer_child_destroy(&signer);

    signer_child_init(&signer);
    signer.needs_tpm = true;
    assert_true(signer_child_await(&signer, folder, &fault));
    assert_true(signer.with_tpm);
    assert_int_equal(signer.walls & SANDBOX_NEEDED, SANDBOX_NEEDED);
    signer_child_destroy(&signer);
    close(folder);
    swtpm_stop(&swtpm);
}

static void a_copied_folder_opens_nothing_on_another_device(void **state)
{
    struct swtpm own, other;
    swtpm_start(&own, scratch_join(state, "own"));
    use(&own);
    struct pairing_store *store = open_store(state);
    add_pairing(store);
    expect(NONE, change(store, NONE, OLD));
    expect(KEY_WRONG_PIN, move(store, NEW, SEAL_PART_TPM));
    assert_int_equal(kind_of(store), SEAL_PART_NONE);
    expect(NONE, move(store, OLD, SEAL_PART_TPM));
    pairing_store_close(store);

    swtpm_start(&other, scratch_join(state, "other"));
    use(&other);
    store = open_store(state);
    expect(KEY_TPM_OTHER, check(store));
    for (unsigned i = 0; i <= PIN_TRIES_FREE; i++) { // no try is counted where none can be told
        expect(KEY_TPM_OTHER, unlock(store, i % 2 ? NEW : OLD));
        assert_int_equal(pairing_store_pin_wait_ms(store, 0), 0);
    }
    expect(KEY_TPM_OTHER, move(store, OLD, SEAL_PART_NONE));
    expect(KEY_TPM_OTHER, change(store, OLD, NONE));
    pairing_store_close(store);
    swtpm_stop(&other);

    unsetenv(TPM_VARIABLE);
    if (access(TPM_DEVICE, F_OK) != 0) {
        store = open_store(state);
        expect(KEY_TPM_MISSING, check(store));
        expect(KEY_TPM_MISSING, unlock(store, OLD));
        pairing_store_close(store);
    }

    use(&own);
    store = open_store(state);
    expect(NONE, unlock(store, OLD));
    expect(NONE, read_secrets(store));
    pairing_store_close(store);
    swtpm_stop(&own);
}

static void without_a_tpm_nothing_is_changed(void **state)
{
    assert_int_equal(setenv(TPM_VARIABLE, "device:/nonexistent", 1), 0);
    struct pairing_store *store = open_store(state);
    add_pairing(store);
    expect(KEY_TPM_MISSING, move(store, NONE, SEAL_PART_TPM));
    assert_int_equal(kind_of(store), SEAL_PART_NONE);
    expect(NONE, read_secrets(store));
    pairing_store_close(store);
}

// ---- crashes ---------------------------------------------------------------------------

// A store whose signer is this process.
static struct pairing_store *open_own(void **state, const struct tpm *tpm)
{
    struct pairing_store *store = pairing_store_open(data_of(state), dialects, NULL);
    assert_non_null(store);
    store->signer.own.tpm = &tpm->seal;
    return store;
}

static bool move_and_crash(void **state, const struct tpm *tpm, int steps,
                           enum seal_part_kind kind)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct pairing_store *store = open_own(state, tpm);
        power_cut_left = steps;
        _exit(move(store, NONE, kind) == FAILURE_NONE ? 0 : 1);
    }
    return power_cut_survived(child);
}

// Power that goes at any moment leaves every secret in the TPM or out of it, and none is lost.
static void no_folder_has_half_a_move(void **state)
{
    static const enum seal_part_kind kinds[] = {SEAL_PART_TPM, SEAL_PART_NONE};
    struct swtpm swtpm;
    struct tpm tpm;
    swtpm_start(&swtpm, scratch_join(state, "tpm"));
    tpm_open(&tpm, swtpm.where);
    struct pairing_store *store = open_own(state, &tpm);
    add_pairing(store);
    pairing_store_close(store);

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        bool done = false;
        unsigned before = 0, after = 0;
        for (int steps = 0; !done; steps++) {
            done = move_and_crash(state, &tpm, steps, kinds[i]);
            store = open_own(state, &tpm);
            expect(NONE, read_secrets(store));
            before += kind_of(store) != kinds[i];
            after += kind_of(store) == kinds[i];
            if (!done && kind_of(store) == kinds[i]) // once more from where it began
                expect(NONE, move(store, NONE, i == 0 ? SEAL_PART_NONE : SEAL_PART_TPM));
            pairing_store_close(store);
        }

        assert_true(before >= 2 && after >= 2);
    }
    tpm_close(&tpm);
    swtpm_stop(&swtpm);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

int main(int argc, char *argv[])
{
    if (signer_process_asked(argc, argv))
        return signer_process_run(argv, dialects, NULL);
    if (sodium_init() < 0)
        return 1;

    const struct CMUnitTest tests[] = {
        TEST(keys_go_into_the_tpm_and_back),
        TEST(a_signer_with_a_tpm_is_closed_in_too),
        TEST(a_copied_folder_opens_nothing_on_another_device),
        TEST(without_a_tpm_nothing_is_changed),
        TEST(no_folder_has_half_a_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
