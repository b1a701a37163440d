// SPDX-License-Identifier: MIT
#include "ui/commands/command_decode_print.h"

#include <jansson.h>
#include <stdlib.h>

#include "ui/text/json_line.h"
#include "ui/text/language.h"
#include "ui/text/safe_text.h"

// ---- text ----

static void print_file_name(FILE *out, const struct decoded_file *file)
{
    if (!file->several)
        return;
    safe_text_print(out, span_str(file->path));
    fputs(": ", out);
}

// What the payload alone does not say.
static void text_notes(FILE *err, const struct decoded_payload *payload)
{
    const struct qr_part *part = &payload->code->part;
    if (part->count > 0) {
        print_file_name(err, payload->file);
        fprintf(err, _("This is part %u of %u of a larger code."), part->number, part->count);
        fputc('\n', err);
    }
    if (payload->joined) {
        print_file_name(err, payload->file);
        fprintf(err, "%s\n", _("This is the whole of the parts above."));
    }

    if (!payload->text->as_bytes)
        return;
    print_file_name(err, payload->file);
    if (payload->text->charset == CHARSET_BINARY)
        fputs(_("The code declares that it holds no text: its bytes are shown."), err);
    else
        fprintf(err, _("Character set %u is not known here: its bytes are shown."),
                payload->text->charset);
    fputc('\n', err);
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
    safe_text_print(out, payload->text->text);
    fputc('\n', out);
    fflush(out);
    text_notes(err, payload);
}

static void text_file(FILE *out, const struct decoded_file *file, enum failure failure)
{
    (void)out;
    (void)file;
    (void)failure;
}

const struct decode_print decode_print_text = {.payload = text_payload, .file = text_file};

// ---- JSON Lines ----

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
        json_line_append(&array, json_pack("[f, f]", scale * (double)corners[i].x,
                                           scale * (double)corners[i].y));
    return array;
}

// The character sets that a code declares, in their order.
static json_t *json_sets(const struct qr_code *code)
{
    json_t *array = json_array();
    for (size_t i = 0; i < code->runs; i++) {
        if (code->run[i].charset < CHARSET_UNSTATED)
            json_line_append(&array, json_integer((json_int_t)code->run[i].charset));
    }
    return array;
}

static void add_form(json_t **object, const struct decoded_payload *payload)
{
    const struct qr_code *code = payload->code;
    json_t *sets = json_sets(code);
    if (sets && json_array_size(sets) == 0)
        json_decref(sets);
    else
        json_line_add(object, "eci", sets);

    if (payload->text->as_bytes)
        json_line_add(object, "unconverted", json_true());
    if (code->part.count > 0) {
        json_line_add(object, "part", json_integer(code->part.number));
        json_line_add(object, "parts", json_integer(code->part.count));
    }
    if (payload->joined)
        json_line_add(object, "joined", json_true());
    if (code->micro)
        json_line_add(object, "micro", json_true());
}

// Only ASCII goes out: what stands in a code must not reach a terminal as anything else.
static void print_line(FILE *out, json_t *object)
{
    json_line_print(out, object, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(7));
    fflush(out);
}

static void json_payload(FILE *out, FILE *err, const struct decoded_payload *payload)
{
    (void)err;
    const struct span none = span_of("", 0);
    struct span bytes = payload->hidden ? none : qr_payload(payload->code);
    struct span text = payload->hidden ? none : payload->text->text;

    json_t *object = json_object();
    json_line_add(&object, "event", json_string("payload"));
    json_line_add(&object, "file", json_line_text(span_str(payload->file->path)));
    json_line_add(&object, "frame", json_integer((json_int_t)payload->frame));
    json_line_add(&object, "kind", json_string(payload_kind_name(payload->kind)));
    json_line_add(&object, "payload", json_line_text(text));
    json_line_add(&object, "payload_hex", json_hex(bytes));
    if (payload->hidden)
        json_line_add(&object, "hidden", json_true());
    add_form(&object, payload);
    json_line_add(&object, "corners", json_corners(payload->code->corners, payload->scale));
    json_line_add(&object, "ms", json_real(payload->ms));

    print_line(out, object);
}

static void json_file(FILE *out, const struct decoded_file *file, enum failure failure)
{
    json_t *object = json_object();
    json_line_add(&object, "event", json_string("file"));
    json_line_add(&object, "file", json_line_text(span_str(file->path)));
    json_line_add(&object, "frames", json_integer((json_int_t)file->frames));
    json_line_add(&object, "payloads", json_integer((json_int_t)file->payloads));
    json_line_add(&object, "damaged", json_integer((json_int_t)file->damaged));
    if (file->cut_short)
        json_line_add(&object, "cut_short", json_true());
    json_line_add(&object, "ms", json_real(file->ms));
    if (failure != FAILURE_NONE)
        json_line_add(&object, "code", json_string(failure_code(failure)));
    print_line(out, object);
}

const struct decode_print decode_print_json = {.payload = json_payload, .file = json_file};
