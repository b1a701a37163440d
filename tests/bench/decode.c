// SPDX-License-Identifier: MIT
// Reads a folder of photographs with our reader and its peers, in one run and one thread, and
// prints what each decoded and how long it took; or recordings, and prints how many frames and
// milliseconds each took to the first payload. Only the ratios of times mean anything.

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/bench/peers.h"
#include "tests/bench/pictures.h"
#include "tests/bench/recordings.h"

struct result {
    double ms; // the best of all rounds
    bool decoded;
    bool wrong;       // some payload is none of the known
    bool wrong_first; // the first one is
    bool rewritten;   // all that are wrong would be known ones, taken for Shift JIS
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

// Decoded: a known payload was read, or, where none is known, any.
static void judge(const struct picture *picture, const struct qr_codes *codes,
                  struct result *result)
{
    bool rewritten = true;
    for (size_t i = 0; i < codes->count; i++) {
        struct span payload = qr_payload(&codes->code[i]);
        int verdict = picture_judge(picture, payload);
        result->decoded = result->decoded || verdict >= 0;
        result->wrong = result->wrong || verdict < 0;
        result->wrong_first = result->wrong_first || (i == 0 && verdict < 0);
        rewritten = rewritten && (verdict >= 0 || picture_knows_rewritten(picture, payload));
    }
    result->rewritten = result->wrong && rewritten;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct summary {
    double mean, median, p95;
};

static struct summary summarise(const struct result *results, size_t count, double *room)
{
    struct summary summary = {0};
    for (size_t i = 0; i < count; i++) {
        room[i] = results[i].ms;
        summary.mean += room[i] / (double)count;
    }
    qsort(room, count, sizeof(*room), compare);
    summary.median = room[count / 2];
    summary.p95 = room[count * 95 / 100];
    return summary;
}

// Kinds are printed in the manifest's order.
static void print_kinds(const struct pictures *pictures, size_t count,
                        struct result *const *results)
{
    for (size_t i = 0; i < pictures->count; i++) {
        const char *kind = pictures->picture[i].kind;
        if (i > 0 && strcmp(kind, pictures->picture[i - 1].kind) == 0)
            continue;

        size_t total = 0, decoded[PEERS_MAX] = {0};
        for (size_t j = i; j < pictures->count; j++) {
            if (strcmp(kind, pictures->picture[j].kind) != 0)
                continue;
            total++;
            for (size_t k = 0; k < count; k++)
                decoded[k] += results[k][j].decoded;
        }

        printf("%-14s %4zu", kind, total);
        for (size_t k = 0; k < count; k++)
            printf(" %16zu", decoded[k]);
        printf("\n");
    }
}

// Huge versions, sheets of many codes and synthetic damage are not what a login shows.
static bool login_like(const struct picture *picture)
{
    return strcmp(picture->kind, "high_version") != 0 && strcmp(picture->kind, "lots") != 0 &&
           strcmp(picture->kind, "pathological") != 0;
}

// What none of the manifest's payloads is, both ways of counting, and why.
static void print_wrong(const struct pictures *pictures, const struct peer *peers, size_t count,
                        struct result *const *results)
{
    printf("\npictures with payloads that the manifest does not list\n%-16s %12s %12s %34s\n",
           "", "any of all", "the first", "of any: listed as Shift JIS would");
    for (size_t k = 0; k < count; k++) {
        size_t any = 0, first = 0, rewritten = 0;
        for (size_t i = 0; i < pictures->count; i++) {
            any += results[k][i].wrong;
            first += results[k][i].wrong_first;
            rewritten += results[k][i].rewritten;
        }
        printf("%-16s %12zu %12zu %34zu\n", peers[k].name, any, first, rewritten);
    }
}

static void print_totals(const struct pictures *pictures, const struct peer *peers,
                         size_t count, struct result *const *results)
{
    double *room = calloc(pictures->count, sizeof(*room));
    if (room == NULL)
        return;

    struct summary zbar = summarise(results[1], pictures->count, room);
    printf("\n%-16s %5s %6s %6s %8s %8s %8s %11s %10s\n", "", "all", "login", "wrong",
           "mean ms", "median", "p95", "mean/ZBar", "p95/ZBar");

    for (size_t k = 0; k < count; k++) {
        size_t all = 0, login = 0, wrong = 0;
        for (size_t i = 0; i < pictures->count; i++) {
            all += results[k][i].decoded;
            login += results[k][i].decoded && login_like(&pictures->picture[i]);
            wrong += results[k][i].wrong;
        }

        struct summary own = summarise(results[k], pictures->count, room);
        printf("%-16s %5zu %6zu %6zu %8.2f %8.2f %8.2f %11.3f %10.3f\n", peers[k].name, all,
               login, wrong, own.mean, own.median, own.p95, own.mean / zbar.mean,
               own.p95 / zbar.p95);
    }

    free(room);
    print_wrong(pictures, peers, count, results);
}

static void read_all(const struct pictures *pictures, struct peer *peers, size_t count,
                     unsigned rounds, struct qr_codes *codes, struct result *const *results)
{
    for (unsigned round = 0; round < rounds; round++) {
        for (size_t i = 0; i < pictures->count; i++) {
            const struct picture *picture = &pictures->picture[i];
            for (size_t k = 0; k < count; k++) {
                peer_reset(&peers[k]);
                double start = now_ms();
                peers[k].read(peers[k].state, &picture->luma, codes);
                double ms = now_ms() - start;
                struct result *result = &results[k][i];
                result->ms = round == 0 || ms < result->ms ? ms : result->ms;
                judge(picture, codes, result);
            }
        }
    }
}

static void print_each(const struct pictures *pictures, size_t count,
                       struct result *const *results)
{
    for (size_t i = 0; i < pictures->count; i++) {
        printf("%-36s", pictures->picture[i].name);
        for (size_t k = 0; k < count; k++)
            printf(" %c%c%7.2f", results[k][i].decoded ? '+' : '-',
                   results[k][i].wrong ? '!' : ' ', results[k][i].ms);
        printf("\n");
    }
}

// Bytes that a reader holds after the largest picture: what malloc counts more than before.
static void print_memory(const struct pictures *pictures)
{
    const struct luma *largest = &pictures->picture[0].luma;
    for (size_t i = 1; i < pictures->count; i++) {
        const struct luma *luma = &pictures->picture[i].luma;
        if (luma->width * luma->height > largest->width * largest->height)
            largest = luma;
    }

    struct qr_codes *codes = calloc(1, sizeof(*codes));
    struct mallinfo2 before = mallinfo2();
    struct qr_reader *reader = qr_reader_new();

    if (codes != NULL && reader != NULL) {
        qr_reader_read(reader, largest, codes);
        struct mallinfo2 after = mallinfo2();
        size_t bytes = after.uordblks + after.hblkhd - before.uordblks - before.hblkhd;
        printf("\nmemory of one qrconfirm reader after a picture of %zux%zu: %.1f MB\n",
               largest->width, largest->height, (double)bytes / 1e6);
    }

    qr_reader_free(reader);
    free(codes);
}

struct wish {
    bool each;                      // a line for each picture
    const struct qr_limits *limits; // of our reader
    unsigned rounds;
    size_t most; // readers
};

static int bench_pictures(const char *folder, const struct wish *wish)
{
    struct pictures pictures;
    if (!pictures_load(folder, &pictures))
        return 1;

    struct peer peers[PEERS_MAX];
    size_t count = peers_new(wish->limits, peers);
    count = wish->most < count ? wish->most : count;

    struct qr_codes *codes = calloc(1, sizeof(*codes));
    struct result *results[PEERS_MAX] = {0};
    bool ready = count > 0 && codes != NULL;

    for (size_t k = 0; k < PEERS_MAX; k++) {
        results[k] = calloc(pictures.count, sizeof(struct result));
        ready = ready && results[k] != NULL;
    }

    if (ready) {
        read_all(&pictures, peers, count, wish->rounds, codes, results);
        if (wish->each)
            print_each(&pictures, count, results);

        printf("%-14s %4s", "kind", "all");
        for (size_t k = 0; k < count; k++)
            printf(" %16s", peers[k].name);
        printf("\n");

        print_kinds(&pictures, count, results);
        print_totals(&pictures, peers, count, results);
        print_memory(&pictures);
        printf("pictures %zu, rounds %u\n", pictures.count, wish->rounds);
    } else {
        fprintf(stderr, "bench: memory is short\n");
    }

    for (size_t k = 0; k < PEERS_MAX; k++)
        free(results[k]);
    free(codes);
    peers_free(peers, count);
    pictures_free(&pictures);
    return ready ? 0 : 1;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int main(int argc, char **argv)
{
    struct wish wish = {.limits = &qr_limits_live, .rounds = 3, .most = PEERS_MAX};
    int first = 1;
    for (; first < argc && strncmp(argv[first], "--", 2) == 0; first++) {
        if (strcmp(argv[first], "--each") == 0)
            wish.each = true;
        else if (strcmp(argv[first], "--still") == 0)
            wish.limits = &qr_limits_still;
        else if (strcmp(argv[first], "--patient") == 0)
            wish.limits = &qr_limits_patient;
        else
            break;
    }

    if (argc <= first) {
        fprintf(stderr,
                "usage: bench_decode [--each] [--still | --patient] FOLDER [ROUNDS] [PEERS]\n"
                "       bench_decode RECORDING...\n");
        return 2;
    }

    if (!is_folder(argv[first]))
        return recordings_bench(argv + first, (size_t)(argc - first)) ? 0 : 1;
    if (argc > first + 1)
        wish.rounds = (unsigned)strtoul(argv[first + 1], NULL, 10);
    if (argc > first + 2)
        wish.most = strtoul(argv[first + 2], NULL, 10);
    wish.rounds = wish.rounds == 0 ? 1 : wish.rounds;
    return bench_pictures(argv[first], &wish);
}
