// SPDX-License-Identifier: MIT
#include "net/signer/tpm_object.h"

#include <string.h>

bool tpm_object_put(const struct tpm_library *library, const struct tpm_object *object,
                    struct seal_tpm_object *out, struct fault *fault)
{
    struct seal_tpm_object made = {0};
    uint8_t *bytes = made.bytes;
    const size_t room = sizeof(made.bytes);
    bool fits =
        library->form_TPM2B_NAME_Marshal(&object->owner, bytes, room, &made.size) == 0 &&
        library->form_TPM2B_NAME_Marshal(&object->endorsement, bytes, room, &made.size) == 0 &&
        library->form_TPM2B_PUBLIC_Marshal(&object->public, bytes, room, &made.size) == 0 &&
        library->form_TPM2B_PRIVATE_Marshal(&object->private, bytes, room, &made.size) == 0;
    if (!fits)
        return fault_set(fault, FAILURE_KEY_TPM_FAILED, "its object is too large");
    *out = made;
    return true;
}

bool tpm_object_take(const struct tpm_library *library, const struct seal_tpm_object *kept,
                     struct tpm_object *out, struct fault *fault)
{
    struct tpm_object taken = {0};
    const uint8_t *bytes = kept->bytes;
    const size_t size = kept->size;
    size_t at = 0;
    bool whole =
        library->form_TPM2B_NAME_Unmarshal(bytes, size, &at, &taken.owner) == 0 &&
        library->form_TPM2B_NAME_Unmarshal(bytes, size, &at, &taken.endorsement) == 0 &&
        library->form_TPM2B_PUBLIC_Unmarshal(bytes, size, &at, &taken.public) == 0 &&
        library->form_TPM2B_PRIVATE_Unmarshal(bytes, size, &at, &taken.private) == 0 &&
        at == size;
    if (!whole)
        return fault_set(fault, FAILURE_PIN_DAMAGED, "device.pin: member \"in_tpm\"");
    *out = taken;
    return true;
}

bool tpm_name_is(const TPM2B_NAME *one, const TPM2B_NAME *other)
{
    return one->size > 0 && one->size == other->size &&
           memcmp(one->name, other->name, one->size) == 0;
}

TPM2B_PUBLIC tpm_storage_key(void)
{
    return (TPM2B_PUBLIC){
        .publicArea = {
            .type = TPM2_ALG_ECC,
            .nameAlg = TPM2_ALG_SHA256,
            .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |
                                TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_USERWITHAUTH |
                                TPMA_OBJECT_NODA | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT,
            .parameters.eccDetail = {.symmetric = {.algorithm = TPM2_ALG_AES,
                                                   .keyBits.aes = 128,
                                                   .mode.aes = TPM2_ALG_CFB},
                                     .scheme.scheme = TPM2_ALG_NULL,
                                     .curveID = TPM2_ECC_NIST_P256,
                                     .kdf.scheme = TPM2_ALG_NULL},
        }};
}

TPM2B_PUBLIC tpm_sealed_data(bool by_pin)
{
    return (TPM2B_PUBLIC){
        .publicArea = {.type = TPM2_ALG_KEYEDHASH,
                       .nameAlg = TPM2_ALG_SHA256,
                       .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |
                                           TPMA_OBJECT_USERWITHAUTH |
                                           (by_pin ? 0 : TPMA_OBJECT_NODA),
                       .parameters.keyedHashDetail.scheme.scheme = TPM2_ALG_NULL}};
}
