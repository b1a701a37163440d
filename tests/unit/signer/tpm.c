// SPDX-License-Identifier: MIT
// What seals the keys is in a real TPM 2.0, one in software: it opens for the right PIN, counts
// wrong ones, and no other TPM opens it.
#include "tests/unit/signer/swtpm.h"

#include <sodium.h>
#include <tss2/tss2_esys.h>

#include "net/pairings/seal.h"
#include "tests/unit/failing.h"
#include "tests/unit/failing_sodium.h"

#define RIGHT "the value of the right PIN, ....."
#define WRONG "the value of another PIN, ......."
#define TRIES 3u // wrong ones that swtpm takes

struct bench {
    struct swtpm swtpm;
    struct tpm tpm;
    uint8_t secret[SEAL_PART_SIZE];
    struct seal_tpm_object object;
    struct fault fault;
};

static struct span value(const char *text)
{
    return span_of((const uint8_t *)text, *text ? SEAL_TPM_AUTH_SIZE : 0);
}

static void bench_begin(struct bench *bench, void **state)
{
    *bench = (struct bench){0};
    randombytes_buf(bench->secret, sizeof(bench->secret));
    swtpm_start(&bench->swtpm, scratch_join(state, "tpm"));
    tpm_open(&bench->tpm, bench->swtpm.where);
}

static void bench_end(struct bench *bench)
{
    tpm_close(&bench->tpm);
    swtpm_stop(&bench->swtpm);
}

static void put(struct bench *bench, const char *pin)
{
    const struct seal_tpm *seal = &bench->tpm.seal;
    if (!seal->make(seal->userdata, value(pin), bench->secret, &bench->object, &bench->fault))
        fail_msg("%s: %s", failure_code(bench->fault.failure), bench->fault.detail);
}

static const char *take(struct bench *bench, const char *pin)
{
    const struct seal_tpm *seal = &bench->tpm.seal;
    uint8_t secret[SEAL_PART_SIZE] = {0};
    bench->fault = (struct fault){0};
    if (!seal->open(seal->userdata, &bench->object, value(pin), secret, &bench->fault))
        return failure_code(bench->fault.failure);
    assert_memory_equal(secret, bench->secret, sizeof(secret));
    return "";
}

static const char *check(struct bench *bench, bool by_pin)
{
    const struct seal_tpm *seal = &bench->tpm.seal;
    bench->fault = (struct fault){0};
    bool ok = seal->check(seal->userdata, &bench->object, by_pin, &bench->fault);
    return ok ? "" : failure_code(bench->fault.failure);
}

static void move_to(struct bench *bench, void **state, const char *folder)
{
    bench_end(bench);
    swtpm_start(&bench->swtpm, scratch_join(state, folder));
    tpm_open(&bench->tpm, bench->swtpm.where);
}

static void it_opens_for_the_right_pin_on_this_tpm_alone(void **state)
{
    struct bench bench;
    bench_begin(&bench, state);
    put(&bench, RIGHT);
    assert_string_equal(take(&bench, RIGHT), "");
    assert_string_equal(take(&bench, WRONG), "key.wrong-pin");
    assert_string_equal(take(&bench, RIGHT), "");

    move_to(&bench, state, "tpm"); // switched off and on
    assert_string_equal(check(&bench, true), "");
    assert_string_equal(take(&bench, RIGHT), "");
    move_to(&bench, state, "another");
    assert_string_equal(check(&bench, true), "key.tpm-other");
    assert_string_equal(take(&bench, RIGHT), "key.tpm-other");
    bench_end(&bench);
}

static void wrong_pins_lock_it_and_the_right_one_waits_too(void **state)
{
    struct bench bench;
    bench_begin(&bench, state);
    put(&bench, RIGHT);
    for (unsigned i = 0; i < TRIES; i++) {
        assert_string_equal(check(&bench, true), "");
        assert_string_equal(take(&bench, i == 0 ? "" : WRONG), "key.wrong-pin");
    }
    assert_string_equal(check(&bench, true), "key.tpm-locked");
    assert_string_equal(take(&bench, RIGHT), "key.tpm-locked");
    assert_string_equal(bench.fault.detail, "at most 1000 s");

    // What no PIN opens is not locked, and can be guessed by nobody.
    put(&bench, "");
    assert_string_equal(check(&bench, false), "");
    assert_string_equal(take(&bench, ""), "");

    assert_int_equal(Esys_DictionaryAttackLockReset(bench.tpm.esys, ESYS_TR_RH_LOCKOUT,
                                                    ESYS_TR_PASSWORD, ESYS_TR_NONE,
                                                    ESYS_TR_NONE),
                     0);
    put(&bench, RIGHT);
    assert_string_equal(take(&bench, RIGHT), "");
    bench_end(&bench);
}

static void a_tpm_that_was_cleared_says_so(void **state)
{
    struct bench bench;
    bench_begin(&bench, state);
    put(&bench, "");
    assert_int_equal(Esys_Clear(bench.tpm.esys, ESYS_TR_RH_LOCKOUT, ESYS_TR_PASSWORD,
                                ESYS_TR_NONE, ESYS_TR_NONE),
                     0);
    assert_string_equal(check(&bench, false), "key.tpm-cleared");
    assert_string_equal(take(&bench, ""), "key.tpm-cleared");
    put(&bench, "");
    assert_string_equal(take(&bench, ""), "");
    bench_end(&bench);
}

// A session that no key of the TPM salts has a key that whoever heard it begin can compute.
static void expect_salted_sessions(const uint8_t *heard, size_t size)
{
    static const uint8_t begin[] = {0x00, 0x00, 0x01, 0x76};  // TPM2_CC_StartAuthSession
    static const uint8_t no_key[] = {0x40, 0x00, 0x00, 0x07}; // TPM2_RH_NULL
    const uint8_t *at = heard, *end = heard + size;
    size_t sessions = 0;
    while ((at = memmem(at, (size_t)(end - at), begin, sizeof(begin)))) {
        at += sizeof(begin);
        assert_true((size_t)(end - at) > sizeof(no_key));
        assert_memory_not_equal(at, no_key, sizeof(no_key));
        sessions++;
    }
    assert_true(sessions >= 2); // to seal, and to open
}

// Everything that goes over the way to the TPM, as whoever listens there has it.
static void nothing_secret_goes_over_its_bus(void **state)
{
    struct bench bench;
    static uint8_t heard[256 * 1024];
    char where[96], path[PATH_MAX + 64];
    bench_begin(&bench, state);
    tpm_close(&bench.tpm);
    snprintf(path, sizeof(path), "%s", scratch_join(state, "bus"));
    setenv("TCTI_PCAP_FILE", path, 1);
    snprintf(where, sizeof(where), "pcap:%s", bench.swtpm.where);
    tpm_open(&bench.tpm, where);
    put(&bench, RIGHT);
    assert_string_equal(take(&bench, RIGHT), "");
    tpm_close(&bench.tpm);

    size_t size = scratch_read(path, heard, sizeof(heard));
    assert_in_range(size, 1000, sizeof(heard) - 1);
    assert_non_null(memmem(heard, size, bench.object.bytes + bench.object.size - 64, 64));
    assert_null(memmem(heard, size, bench.secret, 8));
    assert_null(memmem(heard, size, RIGHT, 8));
    expect_salted_sessions(heard, size);
    bench_end(&bench);
}

static void what_keeps_it_from_being_had_is_told(void **state)
{
    struct bench bench = {0};
    char where[PATH_MAX + 80];
    tpm_open(&bench.tpm, "device:/nonexistent");
    assert_string_equal(take(&bench, RIGHT), "key.tpm-missing");
    assert_string_equal(check(&bench, true), "key.tpm-missing");
    tpm_close(&bench.tpm);
    tpm_open(&bench.tpm, "swtpm:host=127.0.0.1,port=1");
    assert_string_equal(take(&bench, RIGHT), "key.tpm-missing");
    tpm_close(&bench.tpm);

    if (geteuid() != 0) { // whom no file is closed to
        scratch_write(scratch_join(state, "device"), "", 0);
        assert_int_equal(chmod(scratch_join(state, "device"), 0), 0);
        snprintf(where, sizeof(where), "device:%s", scratch_join(state, "device"));
        tpm_open(&bench.tpm, where);
        assert_string_equal(take(&bench, RIGHT), "key.tpm-forbidden");
        tpm_close(&bench.tpm);
    }

    bench_begin(&bench, state);
    put(&bench, RIGHT);
    bench.object.bytes[bench.object.size - 1] ^= 1;
    assert_string_equal(take(&bench, RIGHT), "pin.damaged");
    bench.object.size--;
    assert_string_equal(take(&bench, RIGHT), "pin.damaged");
    bench_end(&bench);
}

// What stands for the PIN was not made: the TPM is asked nothing, and counts no try.
static void a_call_of_libsodium_that_fails_makes_no_seal(void **state)
{
    struct bench bench;
    const struct seal_cost cheap = {.passes = 1, .memory_kib = 8};
    bench_begin(&bench, state);
    struct seal_secret secret = {.pin = span_str("246802"), .tpm = &bench.tpm.seal};
    struct seal *made = NULL, *opened = NULL;

    for (unsigned call = 1; !made; call++) {
        failing_begin(call);
        made = seal_make(&secret, cheap, &bench.fault);
        assert_int_equal(made != NULL, call > failing_end());
    }
    bench.object = made->in_tpm;
    secret.in_tpm = &bench.object;
    for (unsigned call = 1; !opened; call++) {
        failing_begin(call);
        opened = seal_new(&secret, made->salt, cheap, &bench.fault);
        assert_int_equal(opened != NULL, call > failing_end());
        assert_string_equal(check(&bench, true), "");
    }

    assert_memory_equal(opened->key, made->key, SEAL_KEY_SIZE);
    seal_free(made);
    seal_free(opened);
    bench_end(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_opens_for_the_right_pin_on_this_tpm_alone,
                                        scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(wrong_pins_lock_it_and_the_right_one_waits_too,
                                        scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(a_tpm_that_was_cleared_says_so, scratch_make,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(nothing_secret_goes_over_its_bus, scratch_make,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(what_keeps_it_from_being_had_is_told, scratch_make,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(a_call_of_libsodium_that_fails_makes_no_seal,
                                        scratch_make, scratch_remove),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
