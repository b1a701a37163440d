// SPDX-License-Identifier: MIT
#include "portal/pages/template.h"

#include <stdio.h>
#include <string.h>

#include "portal/pages/assets.h"

#define SCOPES_MAX 6u   // lists inside lists
#define NAME_MAX_  512u // bytes of the name of a value or a file, or of a text

struct render {
    const json_t *scopes[SCOPES_MAX]; // the innermost last
    size_t scope_count;
    const struct language *language;
    struct text *out;
    bool failed;
};

struct tag {
    char verb[8];         // "", "t", "if", "else", "each", "end", "include"
    char name[NAME_MAX_]; // "" with else and end
    const char *begin, *after;
};

static void fail(struct render *render, const char *what, const char *name)
{
    if (!render->failed)
        fprintf(stderr, "qrportal: template: %s: %s\n", what, name);
    render->failed = true;
}

static const json_t *lookup(const struct render *render, const char *name)
{
    for (size_t i = render->scope_count; i > 0; i--) {
        const json_t *value = json_object_get(render->scopes[i - 1], name);
        if (value)
            return value;
    }
    return NULL;
}

static bool is_true(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_TRUE:
        return true;
    case JSON_STRING:
        return json_string_length(value) > 0;
    case JSON_INTEGER:
        return json_integer_value(value) != 0;
    case JSON_ARRAY:
        return json_array_size(value) > 0;
    default:
        return false;
    }
}

static void put_value(struct render *render, const char *name)
{
    const json_t *value = lookup(render, name);
    if (json_is_string(value))
        text_add_escaped(render->out, json_string_value(value));
    else if (json_is_integer(value))
        text_format(render->out, "%lld", (long long)json_integer_value(value));
    else
        fail(render, "no such value", name);
}

// What has no translation is shown in English; scripts/translate sees to it that all have one.
static void put_text(struct render *render, const char *text)
{
    char key[NAME_MAX_];
    snprintf(key, sizeof(key), "%s", text);
    char *context_end = strchr(key, '|');
    if (context_end)
        *context_end = '\004'; // as NC_() has it
    text_add_escaped(render->out, translate(render->language, key));
}

// Finds the next tag from `from` on; false at the end of the text.
static bool next_tag(const char *from, const char *end, struct tag *out)
{
    const char *open = memmem(from, (size_t)(end - from), "{{", 2);
    const char *close = open ? memmem(open, (size_t)(end - open), "}}", 2) : NULL;
    if (!close)
        return false;

    *out = (struct tag){.begin = open, .after = close + 2};
    char inside[NAME_MAX_];
    size_t size = (size_t)(close - open - 2);
    if (size >= sizeof(inside)) {
        out->verb[0] = '?'; // a fault of the template: there is no such verb
        return true;
    }

    snprintf(inside, sizeof(inside), "%.*s", (int)size, open + 2);

    const char *space = strchr(inside, ' ');
    if (space) {
        snprintf(out->verb, sizeof(out->verb), "%.*s", (int)(space - inside), inside);
        snprintf(out->name, sizeof(out->name), "%s", space + 1);
    } else if (strcmp(inside, "else") == 0 || strcmp(inside, "end") == 0) {
        snprintf(out->verb, sizeof(out->verb), "%.6s", inside);
    } else {
        snprintf(out->name, sizeof(out->name), "%s", inside);
    }

    return true;
}

struct block {
    const char *begin, *middle, *end, *after; // middle: behind {{else}}, or NULL
    const char *before_middle;
};

// Finds the {{else}} and {{end}} that belong to the tag before `from`.
static bool find_block(const char *from, const char *end, struct block *out)
{
    struct tag tag;
    size_t depth = 0;
    *out = (struct block){.begin = from};

    for (const char *at = from; next_tag(at, end, &tag); at = tag.after) {
        if (strcmp(tag.verb, "if") == 0 || strcmp(tag.verb, "each") == 0) {
            depth++;
        } else if (strcmp(tag.verb, "else") == 0 && depth == 0) {
            out->before_middle = tag.begin;
            out->middle = tag.after;
        } else if (strcmp(tag.verb, "end") == 0 && depth-- == 0) {
            out->end = tag.begin;
            out->after = tag.after;
            return true;
        }
    }

    return false;
}

static void render_text(struct render *render, const char *from, const char *end);

static void render_if(struct render *render, const char *name, const struct block *block)
{
    const json_t *value = lookup(render, name);
    if (value && is_true(value))
        render_text(render, block->begin, block->middle ? block->before_middle : block->end);
    else if (block->middle)
        render_text(render, block->middle, block->end);
}

static void render_each(struct render *render, const char *name, const struct block *block)
{
    const json_t *list = lookup(render, name);
    if (!json_is_array(list) || render->scope_count == SCOPES_MAX) {
        fail(render, "no such list", name);
        return;
    }
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        render->scopes[render->scope_count++] = item;
        render_text(render, block->begin, block->end);
        render->scope_count--;
    }
}

static void render_file(struct render *render, const char *name)
{
    const struct asset *asset = asset_find(page_assets, name);
    if (asset)
        render_text(render, asset->text, asset->text + asset->size);
    else
        fail(render, "no such file", name);
}

static void render_text(struct render *render, const char *from, const char *end)
{
    struct tag tag;

    while (!render->failed && next_tag(from, end, &tag)) {
        text_add(render->out, from, (size_t)(tag.begin - from));
        from = tag.after;

        if (strcmp(tag.verb, "if") == 0 || strcmp(tag.verb, "each") == 0) {
            struct block block;
            if (!find_block(from, end, &block)) {
                fail(render, "no end of", tag.name);
                return;
            }
            if (tag.verb[0] == 'i')
                render_if(render, tag.name, &block);
            else
                render_each(render, tag.name, &block);
            from = block.after;
        } else if (strcmp(tag.verb, "t") == 0) {
            put_text(render, tag.name);
        } else if (strcmp(tag.verb, "include") == 0) {
            render_file(render, tag.name);
        } else if (tag.verb[0] == '\0') {
            put_value(render, tag.name);
        } else {
            fail(render, "out of place", tag.verb);
        }
    }

    if (!render->failed)
        text_add(render->out, from, (size_t)(end - from));
}

bool template_render(const char *name, const json_t *values, const struct language *language,
                     struct text *out)
{
    struct render render = {
        .scopes = {values}, .scope_count = 1, .language = language, .out = out};
    render_file(&render, name);
    return !render.failed;
}
