// SPDX-License-Identifier: MIT
#include "ui/text/json_line.h"

#include <stdlib.h>

#include "base/failure.h"
#include "net/protocol/json_text.h"
#include "ui/text/safe_text.h"

static void give_up(json_t **whole)
{
    json_decref(*whole);
    *whole = NULL;
}

// Both take the value over in any case.
void json_line_add(json_t **object, const char *name, json_t *value)
{
    if (json_object_set_new(*object, name, value) != 0)
        give_up(object);
}

void json_line_append(json_t **array, json_t *value)
{
    if (json_array_append_new(*array, value) != 0)
        give_up(array);
}

json_t *json_line_text(struct span text)
{
    char *utf8 = malloc(SAFE_UTF8_SIZE(text.n) + 1);
    if (!utf8)
        return NULL;
    json_t *string = json_stringn(utf8, safe_text_to_utf8(text, utf8));
    free(utf8);
    return string;
}

bool json_line_print(FILE *out, json_t *object, size_t flags)
{
    char *text = json_text_dump(object, flags);
    json_decref(object);
    if (text)
        fprintf(out, "%s\n", text);
    else
        fprintf(out, "{\"event\":\"failed\",\"code\":\"%s\"}\n", failure_code(FAILURE_MEMORY));

    bool printed = text != NULL;
    free(text);
    return printed;
}
