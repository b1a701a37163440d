// SPDX-License-Identifier: MIT
// Scores readers as the comparisons of QR readers that are published do, by code: a marked code
// counts once if the centre of a code that was read lies in it; each category has its share,
// and all categories weigh the same. Each picture is looked at once. ZBar is measured in the
// same run, which shows how near this way of counting comes to theirs.

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "decode/qr.h"
#include "decode/zbar_reader.h"
#include "tests/bench/marks.h"

#define READERS        2u
#define PUBLISHED      4u
#define CATEGORIES_MAX 64u

// In percent, as Dynamsoft published them; not measured here.
static const struct {
    const char *category;
    double rate[PUBLISHED];
} published[] = {
    {"blurred", {66.2, 38.5, 46.2, 35.4}},
    {"bright_spots", {43.3, 27.8, 24.7, 19.6}},
    {"brightness", {81.2, 78.8, 23.5, 50.6}},
    {"close", {95.0, 100.0, 67.5, 12.5}},
    {"curved", {70.0, 56.7, 43.3, 35.0}},
    {"damaged", {51.2, 16.3, 30.2, 25.6}},
    {"glare", {84.9, 32.1, 58.5, 35.9}},
    {"high_version", {97.3, 40.5, 18.9, 27.0}},
    {"lots", {100.0, 99.8, 0.0, 18.1}},
    {"monitor", {100.0, 82.4, 94.1, 0.0}},
    {"nominal", {93.6, 89.7, 71.8, 66.7}},
    {"noncompliant", {92.3, 3.9, 76.9, 50.0}},
    {"pathological", {95.7, 43.5, 91.3, 65.2}},
    {"perspective", {62.9, 80.0, 42.9, 42.9}},
    {"rotations", {99.3, 96.2, 32.3, 48.9}},
    {"shadows", {100.0, 85.0, 60.0, 90.0}},
    {"mean of categories", {83.29, 60.7, 48.9, 38.95}},
};

static const char *const reader_names[READERS] = {"qrconfirm", "ZBar here"};
static const char *const published_names[PUBLISHED] = {"Dynamsoft", "BoofCV", "WeChat", "ZBar"};

struct score {
    size_t found;
    size_t pictures;  // with a code found
    size_t beside;    // codes read whose centre is in no mark
    size_t wrong;     // payloads that the picture's manifest does not list
    size_t rewritten; // of these: listed as Shift JIS would be
    double ms;
};

struct category {
    char name[PICTURE_KIND_MAX];
    size_t pictures, codes;
    struct score score[READERS];
};

struct scoring {
    struct marked_set set;
    struct qr_reader *ours;
    struct zbar_reader *zbar;
    struct qr_codes *codes;
    bool each;
    size_t categories;
    struct category category[CATEGORIES_MAX];
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static struct category *category_of(struct scoring *scoring, const char *name)
{
    for (size_t i = 0; i < scoring->categories; i++)
        if (strcmp(scoring->category[i].name, name) == 0)
            return &scoring->category[i];
    if (scoring->categories == CATEGORIES_MAX)
        return NULL;
    struct category *category = &scoring->category[scoring->categories++];
    snprintf(category->name, sizeof(category->name), "%s", name);
    return category;
}

static void read_with(struct scoring *scoring, size_t reader, const struct luma *luma)
{
    if (reader == 0) {
        qr_reader_reset(scoring->ours);
        qr_reader_read(scoring->ours, luma, scoring->codes);
        return;
    }
    scoring->codes->count = 0;
    zbar_reader_read(scoring->zbar, luma, scoring->codes);
}

static void score_picture(struct scoring *scoring, const struct marked *marked,
                          struct category *category)
{
    if (scoring->each)
        printf("%-28s %3zu", marked->picture.name, marked->count);

    for (size_t reader = 0; reader < READERS; reader++) {
        struct score *score = &category->score[reader];
        double start = now_ms();
        read_with(scoring, reader, &marked->picture.luma);
        double ms = now_ms() - start;

        size_t beside, found = marked_count(marked, scoring->codes, &beside);
        score->found += found;
        score->pictures += found > 0;
        score->beside += beside;
        score->ms += ms;

        size_t wrongs = 0;
        for (size_t i = 0; i < scoring->codes->count; i++) {
            struct span payload = qr_payload(&scoring->codes->code[i]);
            bool wrong = picture_judge(&marked->picture, payload) < 0;
            wrongs += wrong;
            score->rewritten += wrong && picture_knows_rewritten(&marked->picture, payload);
        }
        score->wrong += wrongs;
        if (scoring->each)
            printf("  %3zu %9.1f ms %c%c", found, ms, wrongs > 0 ? '!' : ' ',
                   reader == 0 && scoring->codes->cut_short ? '<' : ' ');
    }

    if (scoring->each)
        printf("\n");
}

static bool score_all(struct scoring *scoring)
{
    for (size_t i = 0; i < scoring->set.count; i++) {
        struct marked *marked = &scoring->set.marked[i];
        struct category *category = category_of(scoring, marked->picture.kind);
        if (category == NULL || !picture_load(marked->folder, &marked->picture))
            return false;

        category->pictures++;
        category->codes += marked->count;
        score_picture(scoring, marked, category);
        picture_unload(&marked->picture);
    }
    return true;
}

static void print_published(const char *category)
{
    for (size_t i = 0; i < sizeof(published) / sizeof(*published); i++)
        for (size_t k = 0; strcmp(published[i].category, category) == 0 && k < PUBLISHED; k++)
            printf(" %10.1f", published[i].rate[k]);
    printf("\n");
}

static void print_table(const struct scoring *scoring)
{
    printf("%-20s %5s", "category", "codes");
    for (size_t k = 0; k < READERS; k++)
        printf(" %16s", reader_names[k]);
    for (size_t k = 0; k < PUBLISHED; k++)
        printf(" %10s", published_names[k]);
    printf("\n");

    double mean[READERS] = {0};
    size_t codes = 0;
    for (size_t i = 0; i < scoring->categories; i++) {
        const struct category *category = &scoring->category[i];
        codes += category->codes;
        printf("%-20s %5zu", category->name, category->codes);
        for (size_t k = 0; k < READERS; k++) {
            double rate = 100.0 * (double)category->score[k].found / (double)category->codes;
            mean[k] += rate / (double)scoring->categories;
            printf(" %7zu %7.1f%%", category->score[k].found, rate);
        }
        print_published(category->name);
    }

    printf("%-20s %5zu", "mean of categories", codes);
    for (size_t k = 0; k < READERS; k++)
        printf(" %15.2f%%", mean[k]);
    print_published("mean of categories");
}

static void print_totals(const struct scoring *scoring)
{
    printf("\n%-12s %8s %8s %8s %8s %16s %10s\n", "", "codes", "pictures", "beside", "wrong",
           "as Shift JIS", "mean ms");

    for (size_t k = 0; k < READERS; k++) {
        struct score sum = {0};
        for (size_t i = 0; i < scoring->categories; i++) {
            const struct score *score = &scoring->category[i].score[k];
            sum.found += score->found;
            sum.pictures += score->pictures;
            sum.beside += score->beside;
            sum.wrong += score->wrong;
            sum.rewritten += score->rewritten;
            sum.ms += score->ms;
        }
        printf("%-12s %8zu %8zu %8zu %8zu %16zu %10.2f\n", reader_names[k], sum.found,
               sum.pictures, sum.beside, sum.wrong, sum.rewritten,
               sum.ms / (double)scoring->set.count);
    }

    printf("pictures %zu; the four columns at the right are published, not measured here\n",
           scoring->set.count);
}

static bool begin(struct scoring *scoring, char *const *folders, size_t count, bool live)
{
    for (size_t i = 0; i < count; i++)
        if (!marked_set_add(&scoring->set, folders[i]))
            return false;
    scoring->ours = qr_reader_new();
    scoring->zbar = zbar_reader_new();
    scoring->codes = calloc(1, sizeof(*scoring->codes));
    if (scoring->ours == NULL || scoring->zbar == NULL || scoring->codes == NULL)
        return false;
    qr_reader_set_limits(scoring->ours, live ? &qr_limits_live : &qr_limits_still);
    return true;
}

int main(int argc, char **argv)
{
    static struct scoring scoring;
    bool live = false;
    int first = 1;
    for (; first < argc && strncmp(argv[first], "--", 2) == 0; first++) {
        scoring.each = scoring.each || strcmp(argv[first], "--each") == 0;
        live = live || strcmp(argv[first], "--live") == 0;
    }
    if (first >= argc) {
        fprintf(stderr, "usage: bench_scoring [--each] [--live] FOLDER...\n");
        return 2;
    }

    bool ok =
        begin(&scoring, argv + first, (size_t)(argc - first), live) && score_all(&scoring);
    if (ok) {
        print_table(&scoring);
        print_totals(&scoring);
    }

    qr_reader_free(scoring.ours);
    zbar_reader_free(scoring.zbar);
    free(scoring.codes);
    marked_set_free(&scoring.set);
    return ok ? 0 : 1;
}
