// SPDX-License-Identifier: MIT
// The people of a kiosk on disk: each is there as a whole or not at all, whoever has not come
// for longest leaves, and nothing of one who left stays.
#include "tests/unit/net/scratch.h"

#include <sys/stat.h>

#include "net/pairings/folder_names.h"
#include "net/pairings/people.h"
#include "tests/unit/pairings/power_cut.h"

#define RECORD "aaaaaaaaaaaaaaaa.pairing"
#define KEY    "aaaaaaaaaaaaaaaa.key"

static const char *const badges[] = {"badge of anna...", "badge of boris..",
                                     "badge of carla.."};
enum { ANNA, BORIS, CARLA };

static const char *name_of(size_t who)
{
    static char names[3][PERSON_NAME_SIZE + 1];
    assert_true(people_name((const uint8_t *)badges[who], names[who]));
    return names[who];
}

static void open_people(void **state, struct people *people, size_t limit)
{
    struct fault fault = {0};
    if (!people_open(people, scratch_join(state, "data"), limit, &fault))
        fail_msg("%s: %s", failure_code(fault.failure), fault.detail);
}

static void put(const char *folder_path, const char *name, const char *text)
{
    int folder = private_folder_open(folder_path, NULL);
    assert_true(folder >= 0);
    assert_true(atomic_file_write(folder, name, span_str(text), NULL));
    close(folder);
}

// What a first use leaves in its folder; `text` tells one from another.
static void put_pairing(const struct people *people, const char *name, const char *text)
{
    char path[PERSON_PATH_MAX], state_path[PERSON_PATH_MAX], outbox[PERSON_PATH_MAX + 16];
    people_path(people, name, PERSON_BEGUN, path);
    people_state_path(people, name, PERSON_BEGUN, state_path);
    snprintf(outbox, sizeof(outbox), "%s/outbox", state_path);
    put(path, KEY, text);
    put(state_path, "journal.jsonl", "{}");
    put(outbox, "aaaaaaaaaaaaaaaa.outbox", text);
    put(path, RECORD, text);
}

static bool first_use(struct people *people, size_t who, const char *text)
{
    if (!people_begin(people, name_of(who), NULL))
        return false;
    put_pairing(people, name_of(who), text);
    return people_keep(people, name_of(who), NULL);
}

// Whether the folder of the person has this text for its key.
static bool holds(const struct people *people, size_t who, const char *text)
{
    char path[PERSON_PATH_MAX], key[64] = "";
    size_t size = 0;
    people_path(people, name_of(who), PERSON_KEPT, path);
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return false;
    enum atomic_read read =
        atomic_file_read(folder, KEY, (uint8_t *)key, sizeof(key), &size, NULL);
    close(folder);
    return read == ATOMIC_READ_OK && size == strlen(text) && memcmp(key, text, size) == 0;
}

static bool count_name(int folder, const char *name, void *userdata, struct fault *fault)
{
    (void)folder;
    (void)fault;
    *(size_t *)userdata += name[0] != '.' && strcmp(name, "lock") != 0;
    return true;
}

// Nothing is in the folder but the people that are listed.
static void expect_folders(const struct people *people, size_t count)
{
    size_t seen = 0;
    assert_true(folder_names_each(people->folder, "people", count_name, &seen, NULL));
    assert_int_equal(people->count, count);
    assert_int_equal(seen, count);
}

// ---- whole and known ---------------------------------------------------------------------

static void a_name_tells_nothing_of_the_badge(void **state)
{
    char again[PERSON_NAME_SIZE + 1];
    (void)state;
    assert_true(people_name((const uint8_t *)badges[ANNA], again));
    // printf 'qrlogin badge v1badge of anna...' | sha256sum
    assert_string_equal(again, "35fe427abf392227790c2d1222df3a38");
    assert_string_not_equal(name_of(ANNA), name_of(BORIS));
    assert_int_equal(strspn(again, "0123456789abcdef"), PERSON_NAME_SIZE);
    assert_int_equal(strlen(again), PERSON_NAME_SIZE);
}

static void a_first_use_counts_once_it_is_kept(void **state)
{
    struct people people;
    open_people(state, &people, 5);
    expect_folders(&people, 0);
    assert_true(people_begin(&people, name_of(ANNA), NULL));
    assert_false(people_has(&people, name_of(ANNA)));

    struct fault fault = {0};
    assert_false(people_keep(&people, name_of(ANNA), &fault));
    assert_int_equal(fault.failure, FAILURE_PAIRING_UNKNOWN);

    put_pairing(&people, name_of(ANNA), "first");
    assert_true(people_keep(&people, name_of(ANNA), NULL));
    assert_true(people_has(&people, name_of(ANNA)));
    assert_false(people_has(&people, name_of(BORIS)));
    people_close(&people);

    open_people(state, &people, 5);
    expect_folders(&people, 1);
    assert_true(holds(&people, ANNA, "first"));
    people_close(&people);
}

static void what_was_not_kept_is_over_with_the_program(void **state)
{
    struct people people;
    open_people(state, &people, 5);
    assert_true(people_begin(&people, name_of(ANNA), NULL));
    people_close(&people);
    open_people(state, &people, 5);
    expect_folders(&people, 0);

    assert_true(people_begin(&people, name_of(ANNA), NULL));
    assert_true(people_give_up(&people, name_of(ANNA), NULL));
    assert_true(people_give_up(&people, name_of(ANNA), NULL));
    expect_folders(&people, 0);
    people_close(&people);
}

// A power cut between the record and the rename of its folder.
static void a_record_is_the_moment_that_counts(void **state)
{
    struct people people;
    open_people(state, &people, 5);
    assert_true(first_use(&people, ANNA, "first"));
    assert_true(people_begin(&people, name_of(ANNA), NULL));
    put_pairing(&people, name_of(ANNA), "second");
    people_close(&people);

    open_people(state, &people, 5);
    expect_folders(&people, 1);
    assert_true(holds(&people, ANNA, "second"));
    people_close(&people);
}

static void a_new_first_use_leaves_the_old_key_until_it_is_kept(void **state)
{
    struct people people;
    open_people(state, &people, 5);
    assert_true(first_use(&people, ANNA, "first"));
    assert_true(people_begin(&people, name_of(ANNA), NULL));
    assert_true(holds(&people, ANNA, "first"));
    put_pairing(&people, name_of(ANNA), "second");
    assert_true(people_keep(&people, name_of(ANNA), NULL));
    assert_true(holds(&people, ANNA, "second"));
    expect_folders(&people, 1);
    people_close(&people);
}

static void who_is_removed_leaves_nothing(void **state)
{
    struct people people;
    open_people(state, &people, 5);
    assert_true(first_use(&people, ANNA, "anna"));
    assert_true(first_use(&people, BORIS, "boris"));
    assert_true(people_remove(&people, name_of(ANNA), NULL));
    assert_true(people_remove(&people, name_of(ANNA), NULL));
    expect_folders(&people, 1);
    assert_false(people_has(&people, name_of(ANNA)));
    assert_true(holds(&people, BORIS, "boris"));
    people_close(&people);
}

// Whose pairing was forgotten, by whatever way, is nobody any more.
static void a_folder_without_a_pairing_is_nobody(void **state)
{
    char path[PERSON_PATH_MAX + 64];
    struct people people;
    open_people(state, &people, 5);
    assert_true(first_use(&people, ANNA, "anna"));
    people_path(&people, name_of(ANNA), PERSON_KEPT, path);
    strcat(path, "/" RECORD);
    assert_int_equal(unlink(path), 0);
    people_close(&people);
    open_people(state, &people, 5);
    expect_folders(&people, 0);
    people_close(&people);
}

static void one_program_at_a_time(void **state)
{
    struct people people, other;
    struct fault fault = {0};
    open_people(state, &people, 5);
    assert_false(people_open(&other, scratch_join(state, "data"), 5, &fault));
    assert_int_equal(fault.failure, FAILURE_DEVICE_BUSY);
    people_close(&people);
    open_people(state, &people, 5);
    people_close(&people);
}

// ---- who leaves --------------------------------------------------------------------------

static void the_longest_unused_leaves(void **state)
{
    struct people people;
    open_people(state, &people, 2);
    assert_true(first_use(&people, ANNA, "anna"));
    assert_true(first_use(&people, BORIS, "boris"));
    assert_true(people_use(&people, name_of(ANNA), NULL));
    people_close(&people);

    open_people(state, &people, 2);
    assert_true(people_begin(&people, name_of(CARLA), NULL));
    assert_true(people_has(&people, name_of(BORIS))); // as long as nobody confirmed it
    put_pairing(&people, name_of(CARLA), "carla");
    assert_true(people_keep(&people, name_of(CARLA), NULL));
    expect_folders(&people, 2);
    assert_false(people_has(&people, name_of(BORIS)));
    assert_true(holds(&people, ANNA, "anna"));
    assert_true(holds(&people, CARLA, "carla"));
    people_close(&people);
}

static void who_begins_anew_takes_no_second_place(void **state)
{
    struct people people;
    open_people(state, &people, 2);
    assert_true(first_use(&people, ANNA, "anna"));
    assert_true(first_use(&people, BORIS, "boris"));
    assert_true(first_use(&people, ANNA, "anna again"));
    expect_folders(&people, 2);
    assert_true(people_has(&people, name_of(BORIS)));
    people_close(&people);
}

static void a_lower_limit_holds_from_the_next_start(void **state)
{
    struct people people;
    open_people(state, &people, 3);
    for (size_t who = ANNA; who <= CARLA; who++)
        assert_true(first_use(&people, who, badges[who]));
    assert_true(people_use(&people, name_of(ANNA), NULL));
    people_close(&people);
    open_people(state, &people, 1);
    expect_folders(&people, 1);
    assert_true(holds(&people, ANNA, badges[ANNA]));
    people_close(&people);
}

static void a_damaged_count_is_the_longest_unused(void **state)
{
    char path[PERSON_PATH_MAX];
    struct people people;
    open_people(state, &people, 3);
    assert_true(first_use(&people, ANNA, "anna"));
    assert_true(first_use(&people, BORIS, "boris"));
    people_path(&people, name_of(BORIS), PERSON_KEPT, path);
    put(path, "badge.use", "{");
    people_close(&people);
    open_people(state, &people, 1);
    assert_true(people_has(&people, name_of(ANNA)));
    expect_folders(&people, 1);
    people_close(&people);
}

static void nobody_unknown_is_used(void **state)
{
    struct people people;
    struct fault fault = {0};
    open_people(state, &people, 3);
    assert_false(people_use(&people, name_of(ANNA), &fault));
    assert_int_equal(fault.failure, FAILURE_PAIRING_UNKNOWN);
    people_close(&people);
}

// ---- power cuts --------------------------------------------------------------------------

int __real_mkdirat(int folder, const char *name, mode_t mode);
int __wrap_mkdirat(int folder, const char *name, mode_t mode);
int __wrap_mkdirat(int folder, const char *name, mode_t mode)
{
    power_cut_step();
    return __real_mkdirat(folder, name, mode);
}

// A process that ends loses nothing of what it has written, and a disk is slow.
int __wrap_fsync(int file);
int __wrap_fsync(int file)
{
    (void)file;
    return 0;
}

// Anna comes anew, and Carla is one too many for two places, so that Boris leaves.
static bool come_and_crash(void **state, int steps)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct people people;
        power_cut_left = steps;
        open_people(state, &people, 2);
        bool ok = first_use(&people, ANNA, "new") && first_use(&people, CARLA, "carla");
        _exit(ok ? 0 : 1);
    }
    return power_cut_survived(child);
}

static void every_power_cut_leaves_each_person_whole(void **state)
{
    int old = 0, anew = 0, all = 0;
    struct people people;
    bool done = false;

    for (int steps = 0; !done; steps++) {
        open_people(state, &people, 2);
        for (size_t who = ANNA; who <= CARLA; who++)
            assert_true(people_remove(&people, name_of(who), NULL));
        assert_true(first_use(&people, BORIS, "boris"));
        assert_true(first_use(&people, ANNA, "old"));
        people_close(&people);

        done = come_and_crash(state, steps);

        open_people(state, &people, 2);
        expect_folders(&people, 2);
        bool boris = holds(&people, BORIS, "boris"), carla = holds(&people, CARLA, "carla");
        bool is_old = holds(&people, ANNA, "old");
        assert_true(is_old || holds(&people, ANNA, "new"));
        assert_true(boris != carla);
        assert_false(is_old && carla);
        old += is_old;
        anew += !is_old && boris;
        all += carla;
        people_close(&people);
    }
    assert_true(old >= 10 && anew >= 10 && all >= 10);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)
    const struct CMUnitTest tests[] = {
        TEST(a_name_tells_nothing_of_the_badge),
        TEST(a_first_use_counts_once_it_is_kept),
        TEST(what_was_not_kept_is_over_with_the_program),
        TEST(a_record_is_the_moment_that_counts),
        TEST(a_new_first_use_leaves_the_old_key_until_it_is_kept),
        TEST(who_is_removed_leaves_nothing),
        TEST(a_folder_without_a_pairing_is_nobody),
        TEST(one_program_at_a_time),
        TEST(the_longest_unused_leaves),
        TEST(who_begins_anew_takes_no_second_place),
        TEST(a_lower_limit_holds_from_the_next_start),
        TEST(a_damaged_count_is_the_longest_unused),
        TEST(nobody_unknown_is_used),
        TEST(every_power_cut_leaves_each_person_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
