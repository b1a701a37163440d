// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_REPAIR_H
#define QRCONFIRM_TESTS_REPAIR_H

// A code of libqrencode, its modules as the reader sees them, and whether they are enough.
// Include it behind cmocka.h.

#include <qrencode.h>

#include "decode/codewords.h"

static struct layout layout;
static struct soft_code soft;
static struct codewords_room room;
static uint8_t dark[QR_MODULES_MAX];
static struct work work;

// Prepares the room for a code of this version; the test fills in soft.value.
static void lay_out(const QRcode *code, unsigned version)
{
    assert_non_null(code);
    assert_int_equal(code->version, version);
    layout_build(&layout, version);
    assert_int_equal(layout.size, code->width);
    soft.layout = &layout;
    work.left = 1 << 30;
}

static bool repairs(const QRcode *code)
{
    struct code_format format = codewords_format(&soft, false);
    float wrong;
    if (!codewords_repair(&soft, &format, NULL, &room, &work, dark, &wrong))
        return false;
    for (size_t i = 0; i < layout.size * layout.size; i++)
        if (dark[i] != (code->data[i] & 1))
            return false;
    return true;
}

#endif
