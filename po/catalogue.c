// SPDX-License-Identifier: MIT
#include "po/catalogue.h"

#define MAGIC 0x950412deu
#define HEADER_SIZE                                                                            \
    20u               // bytes: magic, revision, count, offset of the keys, offset of the texts
#define ENTRY_SIZE 8u // bytes: length, offset

static size_t word_at(struct span file, size_t offset)
{
    const uint8_t *p = file.p + offset;
    return (size_t)p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
}

static bool holds_table(struct span file, size_t offset, size_t count)
{
    return offset <= file.n && count <= (file.n - offset) / ENTRY_SIZE;
}

bool catalogue_open(struct span file, struct catalogue *out)
{
    if (file.n < HEADER_SIZE || word_at(file, 0) != MAGIC || word_at(file, 4) >> 16 != 0)
        return false;
    struct catalogue read = {
        .file = file,
        .count = word_at(file, 8),
        .keys = word_at(file, 12),
        .texts = word_at(file, 16),
    };
    if (!holds_table(file, read.keys, read.count) || !holds_table(file, read.texts, read.count))
        return false;

    *out = read;
    return true;
}

// The text that an entry of a table names, without its NUL. False: it does not lie in the file.
static bool entry(const struct catalogue *catalogue, size_t table, size_t index,
                  struct span *out)
{
    struct span file = catalogue->file;
    size_t size = word_at(file, table + index * ENTRY_SIZE);
    size_t offset = word_at(file, table + index * ENTRY_SIZE + 4);
    if (offset >= file.n || size >= file.n - offset || file.p[offset + size] != '\0')
        return false;
    *out = span_of(file.p + offset, size);
    return true;
}

static const char *form_of(struct span text, size_t form)
{
    size_t start = 0;
    for (; form > 0; form--) {
        const uint8_t *end = memchr(text.p + start, '\0', text.n - start);
        if (!end)
            return NULL;
        start = (size_t)(end - text.p) + 1;
    }
    return (const char *)text.p + start;
}

const char *catalogue_find(const struct catalogue *catalogue, const char *english, size_t form)
{
    size_t low = 0, high = catalogue->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct span key, text;
        if (!entry(catalogue, catalogue->keys, middle, &key))
            return NULL;

        // The key of a counted text is its singular; the plural stands behind the NUL.
        int order = strcmp(english, (const char *)key.p);
        if (order == 0)
            return entry(catalogue, catalogue->texts, middle, &text) ? form_of(text, form)
                                                                     : NULL;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
