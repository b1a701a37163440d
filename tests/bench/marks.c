// SPDX-License-Identifier: MIT
#include "tests/bench/marks.h"

#include <stdio.h>
#include <stdlib.h>

static struct marked *find(struct marked_set *set, const char *name)
{
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->marked[i].picture.name, name) == 0)
            return &set->marked[i];
    return NULL;
}

static struct marked *find_or_add(struct marked_set *set, const char *name)
{
    struct marked *marked = find(set, name);
    if (marked != NULL || set->count == PICTURES_MAX)
        return marked;
    marked = &set->marked[set->count++];
    snprintf(marked->picture.name, sizeof(marked->picture.name), "%s", name);
    snprintf(marked->picture.kind, sizeof(marked->picture.kind), "%.*s",
             (int)strcspn(name, "/"), name);
    return marked;
}

static bool read_marks(const char *text, struct marked *marked)
{
    marked->count = 0;
    while (*text != '\0') {
        if (marked->count == MARKS_MAX)
            return false;
        struct mark *mark = &marked->mark[marked->count++];
        for (size_t i = 0; i < 4; i++) {
            int read = 0;
            if (sscanf(text, "%f,%f%n", &mark->corner[i].x, &mark->corner[i].y, &read) != 2)
                return false;
            text += read;
            text += *text == ' ' || *text == '|';
        }
    }
    return marked->count > 0;
}

// Calls `take` with each line but the first, without its end; false once that fails.
static bool each_line(const char *folder, const char *file,
                      bool (*take)(struct marked_set *set, const char *folder, char *line),
                      struct marked_set *set)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", folder, file);
    FILE *list = fopen(path, "r");
    if (list == NULL)
        return false;

    char *line = NULL;
    size_t room = 0;
    bool ok = getline(&line, &room, list) > 0;
    while (ok && getline(&line, &room, list) > 0) {
        line[strcspn(line, "\r\n")] = '\0';
        ok = take(set, folder, line);
        if (!ok)
            fprintf(stderr, "bench: %s: %.60s\n", path, line);
    }

    free(line);
    fclose(list);
    return ok;
}

static bool take_codes(struct marked_set *set, const char *folder, char *line)
{
    const char *name = strsep(&line, "\t");
    struct marked *marked = find_or_add(set, name);
    if (marked == NULL || line == NULL)
        return false;
    snprintf(marked->folder, sizeof(marked->folder), "%s", folder);
    return read_marks(line, marked);
}

static bool take_payloads(struct marked_set *set, const char *folder, char *line)
{
    (void)folder;
    const char *name = strsep(&line, "\t");
    for (int i = 0; i < 4; i++)
        strsep(&line, "\t");
    struct marked *marked = find(set, name);
    if (marked == NULL || line == NULL)
        return true;
    free(marked->picture.payloads);
    marked->picture.payloads = strdup(line);
    return marked->picture.payloads != NULL;
}

bool marked_set_add(struct marked_set *set, const char *folder)
{
    if (set->marked == NULL)
        set->marked = calloc(PICTURES_MAX, sizeof(*set->marked));
    if (set->marked == NULL || !each_line(folder, "CODES.tsv", take_codes, set)) {
        fprintf(stderr, "bench: no marked codes in %s\n", folder);
        return false;
    }
    each_line(folder, "MANIFEST.tsv", take_payloads, set);
    return true;
}

void marked_set_free(struct marked_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        picture_free(&set->marked[i].picture);
    free(set->marked);
    *set = (struct marked_set){0};
}

static bool holds(const struct mark *mark, struct qr_point at)
{
    size_t right = 0;
    for (size_t i = 0; i < 4; i++) {
        struct qr_point a = mark->corner[i], b = mark->corner[(i + 1) % 4];
        right += (b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x) >= 0.0f;
    }
    return right == 0 || right == 4;
}

size_t marked_count(const struct marked *marked, const struct qr_codes *codes, size_t *beside)
{
    bool held[MARKS_MAX] = {false};
    *beside = 0;

    for (size_t i = 0; i < codes->count; i++) {
        const struct qr_point *corner = codes->code[i].corners;
        struct qr_point centre = {0};
        for (size_t k = 0; k < 4; k++)
            centre = (struct qr_point){centre.x + corner[k].x / 4, centre.y + corner[k].y / 4};

        size_t holding = 0;
        for (size_t k = 0; k < marked->count; k++) {
            bool in = holds(&marked->mark[k], centre);
            held[k] = held[k] || in;
            holding += in;
        }
        *beside += holding == 0;
    }

    size_t count = 0;
    for (size_t k = 0; k < marked->count; k++)
        count += held[k];
    return count;
}
