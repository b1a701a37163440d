// SPDX-License-Identifier: MIT
// The worked example of docs/protocol/qr-login-v1.md, section 13: what it shows is what this
// code computes from the seed and the body printed there.
#include "tests/unit/vectors/vectors.h"

#include <sodium.h>
#include <stdio.h>

#include "net/protocol/envelope.h"

#define LINE_SIZE 1024
#define LABEL     14u // columns of a label in the example, four of them blank

// Joins the values of the rows that begin with `label` and of the unlabelled rows behind it.
static void example_value(const char *label, char *out, size_t room)
{
    FILE *file = fopen(DOCS_DIR "/protocol/qr-login-v1.md", "r");
    assert_non_null(file);
    char line[LINE_SIZE];
    bool in_section = false, in_value = false;
    out[0] = '\0';

    while (fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "## ", 3) == 0)
            in_section = strncmp(line, "## 13. ", 7) == 0;
        if (!in_section || strncmp(line, "    ", 4) != 0 || strlen(line) <= LABEL)
            continue;
        if (line[4] != ' ')
            in_value =
                strncmp(line + 4, label, strlen(label)) == 0 && line[4 + strlen(label)] == ' ';

        size_t used = strlen(out);
        if (in_value)
            snprintf(out + used, room - used, "%s", line + LABEL + strspn(line + LABEL, " "));
    }

    fclose(file);
    if (out[0] == '\0')
        fail_msg("the example shows no %s", label);
}

static size_t example_bytes(const char *label, uint8_t *out, size_t room)
{
    char hex[LINE_SIZE];
    size_t size;
    const char *value = hex;
    example_value(label, hex, sizeof(hex));
    // "body 190" and "PAE 240": the number is the size.
    if (strchr(hex, ' '))
        value = strrchr(hex, ' ') + 1;
    assert_int_equal(sodium_hex2bin(out, room, value, strlen(value), NULL, &size, NULL), 0);
    return size;
}

static void example_is_what_the_code_computes(void **state)
{
    (void)state;
    uint8_t seed[32], shown[512], public_key[PUBLIC_KEY_SIZE], secret_key[SECRET_KEY_SIZE];
    assert_int_equal(example_bytes("seed", seed, sizeof(seed)), sizeof(seed));
    crypto_sign_seed_keypair(public_key, secret_key, seed);
    assert_int_equal(example_bytes("public", shown, sizeof(shown)), PUBLIC_KEY_SIZE);
    assert_memory_equal(shown, public_key, PUBLIC_KEY_SIZE);

    char type[LINE_SIZE];
    example_value("type", type, sizeof(type));
    assert_string_equal(type, message_media_type(MESSAGE_DECISION));

    uint8_t body[512], pae[512], hash[HASH_SIZE], signature[SIGNATURE_SIZE];
    struct statement_decision decision;
    struct span bytes = span_of(body, example_bytes("body 190", body, sizeof(body)));
    assert_int_equal(bytes.n, 190);
    assert_int_equal(statement_decode_decision(bytes, &decision), VERDICT_OK);

    uint8_t key_id[KEY_ID_SIZE];
    assert_true(key_id_of(public_key, key_id));
    assert_int_equal(example_bytes("key id", shown, sizeof(shown)), KEY_ID_SIZE);
    assert_memory_equal(shown, key_id, KEY_ID_SIZE);
    assert_memory_equal(decision.key_id, key_id, KEY_ID_SIZE);

    assert_true(hash_sha256(bytes, hash));
    assert_int_equal(example_bytes("SHA-256", shown, sizeof(shown)), HASH_SIZE);
    assert_memory_equal(shown, hash, HASH_SIZE);

    size_t size = envelope_pae(span_str(type), bytes, pae, sizeof(pae));
    assert_int_equal(example_bytes("PAE 240", shown, sizeof(shown)), size);
    assert_memory_equal(shown, pae, size);

    crypto_sign_detached(signature, NULL, pae, size, secret_key);
    assert_int_equal(example_bytes("signature", shown, sizeof(shown)), SIGNATURE_SIZE);
    assert_memory_equal(shown, signature, SIGNATURE_SIZE);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(example_is_what_the_code_computes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
