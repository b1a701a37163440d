// SPDX-License-Identifier: MIT
// Compares every screen with its approved picture, or approves all as they are now.
// usage: screen_approved APPROVED DOCS DIFFERENT LANGUAGE [--approve | --docs]
//   APPROVED   folder of the approved sheets: one for a screen and language, with a small
//   picture
//              for every size and theme
//   DOCS       folder of pictures that texts show, named as in the gallery or, where that is
//              "-360x720-en-light", by the screen alone
//   DIFFERENT  folder where expected, actual and difference go if a picture differs
//   --docs     approves the pictures of the documents alone
// Where typefaces or their libraries are others than those the pictures were approved with, all
// is drawn, but only that each screen has its sheet is judged; it then exits with 77.

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/screen/lettering.h"
#include "tests/screen/shot.h"
#include "ui/text/language.h"

#define TILE_SIDE_MAX  320 // of the light pictures in a sheet; dark ones and contrast have half
#define SHEETS_MAX     256
#define DIFFER_MAX     6 // pixels of a sheet: a moved line or another letter is more
#define PATH_BYTES_MAX 1024
#define NAME_BYTES_MAX 128
#define PLAIN_DOCS     "-360x720-en-light"
#define LETTERING_FILE "lettering.txt" // in APPROVED: what its letters were drawn with
#define EXIT_SKIPPED   77

struct trial {
    const char *approved, *docs, *different, *language;
    bool approve, docs_only;
    bool other_letters; // than those of the approved pictures: these cannot be compared
    struct fonts *fonts;
    char sheets[SHEETS_MAX][NAME_BYTES_MAX]; // of this run
    size_t sheet_count;
    size_t compared, failed, unlike, written; // unlike: different, by other letters
};

// Where a size and theme stands in a sheet.
struct tile {
    int x, y, width, height, divisor;
};

static int divisor_of(const struct sample_size *size)
{
    int side = size->width > size->height ? size->width : size->height;
    return (side + TILE_SIDE_MAX - 1) / TILE_SIDE_MAX;
}

static struct tile tile_at(size_t size, enum theme_choice theme)
{
    struct tile tile = {0};
    int light_height = 0, light_width = 0;

    for (size_t i = 0; i < sample_size_count; i++) {
        const struct sample_size *s = &sample_sizes[i];
        int width = s->width / divisor_of(s), height = s->height / divisor_of(s);
        if (i < size)
            tile.x += width;
        light_width += width;
        light_height = height > light_height ? height : light_height;
    }

    tile.divisor = divisor_of(&sample_sizes[size]);
    if (theme != THEME_CHOICE_LIGHT) {
        tile.divisor *= 2;
        tile.x = (tile.x + (theme == THEME_CHOICE_CONTRAST ? light_width : 0)) / 2;
        tile.y = light_height;
    }

    tile.width = sample_sizes[size].width / tile.divisor;
    tile.height = sample_sizes[size].height / tile.divisor;
    return tile;
}

static bool sheet_init(struct shot *sheet)
{
    int width = 0, height = 0;
    for (size_t size = 0; size < sample_size_count; size++) {
        for (int theme = 0; theme < 3; theme++) {
            struct tile tile = tile_at(size, (enum theme_choice)theme);
            width = tile.x + tile.width > width ? tile.x + tile.width : width;
            height = tile.y + tile.height > height ? tile.y + tile.height : height;
        }
    }
    return shot_init(sheet, width, height);
}

static void path_of(char *out, const char *folder, const char *name, const char *ending)
{
    snprintf(out, PATH_BYTES_MAX, "%s/%s%s.png", folder, name, ending);
}

static void write_different(struct trial *trial, const struct shot *shot, const char *name,
                            const char *ending)
{
    char path[PATH_BYTES_MAX];
    mkdir(trial->different, 0777);
    path_of(path, trial->different, name, ending);
    if (shot_write(shot, path))
        printf("  %s\n", path);
    else
        printf("  cannot write %s\n", path);
}

static void tell_difference(struct trial *trial, const char *name, const struct shot *expected,
                            const struct shot *actual, size_t differ)
{
    struct shot difference = {0};
    printf("%s: %zu pixels differ from the approved picture:\n", name, differ);
    write_different(trial, expected, name, "-expected");
    write_different(trial, actual, name, "-actual");
    if (shot_init(&difference, actual->width, actual->height)) {
        shot_compare(actual, expected, &difference);
        write_different(trial, &difference, name, "-difference");
    }
    shot_destroy(&difference);
}

// What differs is approved, or told. A picture that differs by less than is seen stays as it
// is.
static void judge(struct trial *trial, const char *path, const char *name,
                  const struct shot *actual)
{
    struct shot expected = {0};
    trial->compared++;
    bool has_expected = shot_read(path, &expected);
    size_t differ = has_expected ? shot_compare(actual, &expected, NULL) : SIZE_MAX;
    if (differ <= DIFFER_MAX) {
        shot_destroy(&expected);
        return;
    }

    if (trial->approve) {
        trial->written += shot_write(actual, path);
    } else if (has_expected && trial->other_letters) {
        trial->unlike++;
    } else if (has_expected) {
        tell_difference(trial, name, &expected, actual, differ);
        trial->failed++;
    } else {
        printf("%s: there is no approved picture %s\n", name, path);
        trial->failed++;
    }

    shot_destroy(&expected);
}

// A picture in the documents is compared as small as in a sheet, and written in full.
static void judge_docs(struct trial *trial, const char *name, const struct shot *actual,
                       const struct sample_size *size)
{
    char path[PATH_BYTES_MAX], plain[NAME_BYTES_MAX];
    struct shot shown = {0}, small_shown = {0}, small = {0};

    path_of(path, trial->docs, name, "");
    size_t stem = strlen(name) > strlen(PLAIN_DOCS) ? strlen(name) - strlen(PLAIN_DOCS) : 0;
    if (access(path, F_OK) != 0 && strcmp(name + stem, PLAIN_DOCS) == 0) {
        snprintf(plain, sizeof(plain), "%.*s", (int)stem, name);
        path_of(path, trial->docs, plain, "");
    }
    if (access(path, F_OK) != 0)
        return;

    trial->compared++;
    int divisor = divisor_of(size);
    bool made = shot_init(&small, actual->width / divisor, actual->height / divisor) &&
                shot_init(&small_shown, small.width, small.height) && shot_read(path, &shown);
    if (made) {
        shot_put_smaller(&small, 0, 0, actual, divisor);
        shot_put_smaller(&small_shown, 0, 0, &shown, divisor);
    }

    if (!made || shot_compare(&small, &small_shown, NULL) > DIFFER_MAX) {
        if (trial->approve) {
            trial->written += shot_write(actual, path);
        } else if (made && trial->other_letters) {
            trial->unlike++;
        } else {
            printf("%s is not what the program draws (scripts/screens --docs)\n", path);
            trial->failed++;
        }
    }

    shot_destroy(&shown);
    shot_destroy(&small_shown);
    shot_destroy(&small);
}

static bool judge_sample(struct trial *trial, const struct sample *sample)
{
    struct shot sheet = {0};
    bool drawn = sheet_init(&sheet);

    for (size_t i = 0; drawn && i < sample_size_count * 3; i++) {
        enum theme_choice theme = (enum theme_choice)(i % 3);
        const struct sample_size *size = &sample_sizes[i / 3];
        struct shot shot = {0};
        char name[NAME_BYTES_MAX];
        drawn = shot_take(sample, size, theme, trial->fonts, &shot);
        if (!drawn)
            break;

        struct tile tile = tile_at(i / 3, theme);
        shot_put_smaller(&sheet, tile.x, tile.y, &shot, tile.divisor);
        shot_name(sample, size, theme, name, sizeof(name));
        judge_docs(trial, name, &shot, size);
        shot_destroy(&shot);
    }

    if (drawn && !trial->docs_only) {
        char path[PATH_BYTES_MAX], *name = trial->sheets[trial->sheet_count++];
        snprintf(name, NAME_BYTES_MAX, "%s-%s", sample->name, trial->language);
        path_of(path, trial->approved, name, "");
        judge(trial, path, name, &sheet);
    }

    shot_destroy(&sheet);
    return drawn;
}

// A sheet of a screen that is no more.
static void judge_leftovers(struct trial *trial)
{
    char ending[16];
    snprintf(ending, sizeof(ending), "-%s.png", trial->language);
    DIR *folder = opendir(trial->approved);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        size_t bytes = strlen(entry->d_name), tail = strlen(ending);
        if (bytes <= tail || strcmp(entry->d_name + bytes - tail, ending) != 0)
            continue;

        bool known = false;
        for (size_t i = 0; i < trial->sheet_count && !known; i++)
            known = strlen(trial->sheets[i]) + 4 == bytes &&
                    memcmp(trial->sheets[i], entry->d_name, bytes - 4) == 0;
        if (known)
            continue;

        char path[PATH_BYTES_MAX];
        snprintf(path, sizeof(path), "%s/%s", trial->approved, entry->d_name);
        if (trial->approve) {
            trial->written += unlink(path) == 0;
        } else {
            printf("%s: there is no such screen\n", path);
            trial->failed++;
        }
    }

    if (folder)
        closedir(folder);
}

// Reads what the approved pictures were drawn with, or writes it where they are approved.
static bool compare_lettering(struct trial *trial)
{
    char path[PATH_BYTES_MAX], here[LETTERING_MAX], approved[LETTERING_MAX] = "";
    snprintf(path, sizeof(path), "%s/%s", trial->approved, LETTERING_FILE);
    if (!lettering_of(trial->fonts, here, sizeof(here))) {
        printf("the typefaces cannot be read\n");
        return false;
    }
    FILE *file = fopen(path, "r");
    if (file) {
        approved[fread(approved, 1, sizeof(approved) - 1, file)] = 0;
        fclose(file);
    }
    if (strcmp(here, approved) == 0)
        return true;
    if (!trial->approve && !file) {
        printf("there is no %s (scripts/screens --approve)\n", path);
        return false;
    }
    if (!trial->approve) {
        trial->other_letters = true;
        printf("The pictures were approved with\n%sHere it is\n%s", approved, here);
        return true;
    }

    file = trial->docs_only ? NULL : fopen(path, "w");
    if (file) {
        trial->written += fputs(here, file) >= 0;
        fclose(file);
    }
    return file || trial->docs_only;
}

// Tells and judges what was counted.
static int conclude(const struct trial *trial)
{
    printf("%s: %zu pictures compared, %zu differ, %zu written\n", trial->language,
           trial->compared, trial->failed + trial->unlike, trial->written);
    if (trial->failed) {
        printf("if they should look so: scripts/screens --approve\n");
        return 1;
    }
    if (!trial->other_letters)
        return 0;
    printf("SKIPPED: the approved pictures (%s): other typefaces or libraries draw the letters "
           "here than those of %s/%s\n",
           trial->language, trial->approved, LETTERING_FILE);
    return EXIT_SKIPPED;
}

int main(int argc, char *argv[])
{
    static struct trial trial;
    if (argc < 5 || !languages_find(argv[4])) {
        fprintf(
            stderr,
            "usage: screen_approved APPROVED DOCS DIFFERENT LANGUAGE [--approve | --docs]\n");
        return 2;
    }

    trial.approved = argv[1];
    trial.docs = argv[2];
    trial.different = argv[3];
    trial.language = argv[4];
    trial.docs_only = argc > 5 && strcmp(argv[5], "--docs") == 0;
    trial.approve = trial.docs_only || (argc > 5 && strcmp(argv[5], "--approve") == 0);

    struct fault fault;
    language_init(trial.language);
    trial.fonts = fonts_open(&fault);
    if (!trial.fonts) {
        printf("%s\n", fault.detail);
        return 1;
    }

    bool drawn = compare_lettering(&trial);
    for (size_t i = 0; drawn && i < sample_count && trial.sheet_count < SHEETS_MAX; i++) {
        if (!samples[i].longest)
            drawn = judge_sample(&trial, &samples[i]);
    }
    fonts_close(trial.fonts);
    if (!drawn) {
        printf("not all could be drawn\n");
        return 1;
    }

    if (!trial.docs_only)
        judge_leftovers(&trial);
    return conclude(&trial);
}
