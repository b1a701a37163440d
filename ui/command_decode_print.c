// SPDX-License-Identifier: MIT
#include "ui/command_decode_print.h"

#include <jansson.h>
#include <stdlib.h>

#include "ui/language.h"
#include "ui/safe_text.h"

// ---- text ----

static void print_file_name(FILE *out, const struct decoded_file *file)
{
    if (!file->several)
        return;
    safe_text_print(out, span_str(file->path));
    fputs(": ", out);
}

static void text_payload(FILE *out, FILE *err, const struct decoded_payload *payload)
{
    if (payload->hidden) {
        print_file_name(err, payload->file);
        fprintf(
            err, "%s\n",
            _("The seed of one-time codes: it is a secret and not shown (--show-secrets)."));
        return;
    }
    print_file_name(out, payload->file);
    safe_text_print(out, qr_payload(payload->code));
    fputc('\n', out);
    fflush(out);
}

static void text_file(FILE *out, const struct decoded_file *file, enum failure failure)
{
    (void)out;
    (void)file;
    (void)failure;
}

const struct decode_print decode_print_text = {.payload = text_payload, .file = text_file};

// ---- JSON Lines ----

static json_t *json_text(struct span text)
{
    char *utf8 = malloc(SAFE_UTF8_SIZE(text.n) + 1);
    if (!utf8)
        return NULL;
    json_t *string = json_stringn(utf8, safe_text_to_utf8(text, utf8));
    free(utf8);
    return string;
}

static json_t *json_hex(struct span bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = malloc(2 * bytes.n + 1);
    if (!hex)
        return NULL;
    for (size_t i = 0; i < bytes.n; i++) {
        hex[2 * i] = digits[bytes.p[i] >> 4];
        hex[2 * i + 1] = digits[bytes.p[i] & 15];
    }
    json_t *string = json_stringn(hex, 2 * bytes.n);
    free(hex);
    return string;
}

static json_t *json_corners(const struct qr_point corners[4], double scale)
{
    json_t *array = json_array();
    for (size_t i = 0; i < 4; i++)
        json_array_append_new(array, json_pack("[f, f]", scale * (double)corners[i].x,
                                               scale * (double)corners[i].y));
    return array;
}

// Only ASCII goes out: what stands in a code must not reach a terminal as anything else.
static void print_line(FILE *out, json_t *object)
{
    json_dumpf(object, out, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(7));
    json_decref(object);
    fputc('\n', out);
    fflush(out);
}

static void json_payload(FILE *out, FILE *err, const struct decoded_payload *payload)
{
    (void)err;
    struct span bytes = payload->hidden ? span_of("", 0) : qr_payload(payload->code);

    json_t *object = json_object();
    json_object_set_new(object, "event", json_string("payload"));
    json_object_set_new(object, "file", json_text(span_str(payload->file->path)));
    json_object_set_new(object, "frame", json_integer((json_int_t)payload->frame));
    json_object_set_new(object, "kind", json_string(payload_kind_name(payload->kind)));
    json_object_set_new(object, "payload", json_text(bytes));
    json_object_set_new(object, "payload_hex", json_hex(bytes));
    if (payload->hidden)
        json_object_set_new(object, "hidden", json_true());
    json_object_set_new(object, "corners",
                        json_corners(payload->code->corners, payload->scale));
    json_object_set_new(object, "ms", json_real(payload->ms));

    print_line(out, object);
}

static void json_file(FILE *out, const struct decoded_file *file, enum failure failure)
{
    json_t *object = json_object();
    json_object_set_new(object, "event", json_string("file"));
    json_object_set_new(object, "file", json_text(span_str(file->path)));
    json_object_set_new(object, "frames", json_integer((json_int_t)file->frames));
    json_object_set_new(object, "payloads", json_integer((json_int_t)file->payloads));
    json_object_set_new(object, "damaged", json_integer((json_int_t)file->damaged));
    json_object_set_new(object, "ms", json_real(file->ms));
    if (failure != FAILURE_NONE)
        json_object_set_new(object, "code", json_string(failure_code(failure)));
    print_line(out, object);
}

const struct decode_print decode_print_json = {.payload = json_payload, .file = json_file};
