// SPDX-License-Identifier: MIT
// No memory for what is beside the pairings: journal, outbox, health, provisioning, people.
#include "tests/unit/pairings/memory_steps.h"

#include "net/pairings/health_file.h"
#include "net/pairings/journal.h"
#include "net/pairings/journal_check.h"
#include "net/pairings/outbox.h"
#include "net/pairings/people.h"
#include "net/pairings/portal_record.h"
#include "net/pairings/provision_record.h"
#include "net/pairings/store_journal.h"

// ---- the journal -------------------------------------------------------------------------

static bool append(void **state, struct pairing_store *store, struct fault *fault)
{
    const struct journal_keeper keeper = store_journal_keeper(store);
    const struct journal_field fields[] = {
        {"account", "anna"}, {"portal", "https://portal.example.com"}, {0}};
    return journal_append(data(state), &keeper, 100, "decision", fields, fault);
}

static void see(void *userdata, const struct journal_line *line)
{
    (void)userdata;
    assert_int_equal(line->mark, JOURNAL_WHOLE);
}

static struct journal_checked checked;

static bool check(void **state, struct pairing_store *store, struct fault *fault)
{
    (void)store;
    memset(&checked, 0, sizeof(checked));
    return journal_check(data(state), data(state), JOURNAL_ALL, see, NULL, &checked, fault);
}

static void expect_good_journal(void **state, struct pairing_store *store, size_t lines,
                                const char *what, unsigned call)
{
    struct fault fault = {0};
    if (!check(state, store, &fault) || checked.sum.faulty > 0 || checked.sum.torn > 0 ||
        checked.loss != JOURNAL_KEPT || checked.unread.failure || checked.sum.lines != lines)
        fail_msg("%s, call %u: %zu lines, %zu faulty, %zu torn, loss %d, %s", what, call,
                 checked.sum.lines, checked.sum.faulty, checked.sum.torn, (int)checked.loss,
                 failure_code(checked.unread.failure));
}

// A line is there or not. Where it is and the head did not follow, it does with the next one.
static void try_append(void **state, struct pairing_store *store, const char *what)
{
    struct fault fault = {0};
    unsigned calls = 1;
    for (unsigned call = 1; call <= calls + 1; call++) {
        failing_begin(call);
        bool done = append(state, store, &fault);
        calls = failing_end();
        assert_int_equal(done, call > calls);
        if (!done)
            expect_no_memory(what, call, &fault);

        assert_true(check(state, store, NULL));
        size_t lines = checked.sum.lines;
        assert_true(append(state, store, NULL));
        expect_good_journal(state, store, lines + 1, what, call);
    }
    print_message("%s: %u calls\n", what, calls);
}

static void no_line_of_the_journal_is_lost(void **state)
{
    struct pairing_store *store = three_pairings(state);
    try_append(state, store, "add to the journal");

    // Reading it, and what it is: nothing is told to be damaged.
    unsigned calls = 1;
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct fault fault = {0};
        failing_begin(call);
        bool read = check(state, store, &fault);
        calls = failing_end();
        if (!read)
            expect_no_memory("check the journal", call, &fault);
        assert_true(read || call <= calls);
        assert_true(!read || call > calls || checked.unread.failure == FAILURE_MEMORY);
        assert_true(!read || (checked.sum.faulty == 0 && checked.sum.torn == 0));
    }
    print_message("check the journal: %u calls\n", calls);
    pairing_store_close(store);
}

// A last line that has lost its line feed alone is whole: it is not set aside for want of
// memory.
static void a_whole_line_without_its_end_stays(void **state)
{
    static struct folder_image journal;
    char path[PATH_MAX + 64];
    struct stat is;
    unsigned calls = 1;
    struct pairing_store *store = three_pairings(state);
    assert_true(append(state, store, NULL));
    snprintf(path, sizeof(path), "%s", scratch_join(state, "data/" JOURNAL_NAME));
    assert_int_equal(stat(path, &is), 0);
    assert_int_equal(truncate(path, is.st_size - 1), 0);
    size_t size = scratch_read(path, journal.text, sizeof(journal.text));

    for (unsigned call = 1; call <= calls + 1; call++) {
        char now[4096];
        failing_begin(call);
        (void)append(state, store, NULL);
        calls = failing_end();
        assert_true(scratch_read(path, now, sizeof(now)) >= size);
        assert_memory_equal(now, journal.text, size);
        scratch_write(path, journal.text, size);
        assert_int_not_equal(access(scratch_join(state, "data/" JOURNAL_TORN_NAME), F_OK), 0);
    }
    pairing_store_close(store);
}

static const char record_begin[] = "{\"format\":\"qr-login record\",\"since\":0}";
static const char record_row[] =
    "{\"statement\":\"decision\",\"hash\":"
    "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"received\":"
    "1234567890123456,\"lines\":\"1\",\"head\":"
    "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}";

static void note(void *userdata, const struct record_finding *finding)
{
    (void)userdata;
    assert_true(finding->time == INT64_C(1234567890123456));
}

static bool compare(void **state, struct pairing_store *store, struct fault *fault)
{
    struct portal_record record;
    size_t common, differences;
    (void)store;
    portal_record_init(&record);
    bool ok =
        portal_record_take(&record, span_str(record_begin), fault) &&
        portal_record_take(&record, span_str(record_row), fault) &&
        portal_record_compare(&record, data(state), note, NULL, &common, &differences, fault);
    if (ok)
        assert_int_equal(differences, 1);
    portal_record_destroy(&record);
    return ok;
}

static void a_portals_record_is_compared_or_not(void **state)
{
    struct pairing_store *store = three_pairings(state);
    assert_true(append(state, store, NULL) && append(state, store, NULL));
    try_step(state, store, "compare with a portal's record", compare);
    pairing_store_close(store);
}

// ---- the outbox --------------------------------------------------------------------------

static struct outbox_statement statement = {
    .message = MESSAGE_DECISION, .made_at = 1000, .about = {"Firefox", "192.0.2.1", "Riga"}};

static bool put(void **state, struct pairing_store *store, struct fault *fault)
{
    static struct outbox outbox;
    (void)store;
    if (!outbox_open(&outbox, data(state), ids[0], 4, fault))
        return false;
    bool done = outbox_put(&outbox, &statement, 5, fault);
    outbox_close(&outbox);
    return done;
}

static void no_statement_is_lost_or_kept_by_halves(void **state)
{
    static struct outbox outbox;
    static struct outbox_statement seen;
    unsigned calls = 1;
    struct pairing_store *store = three_pairings(state);
    statement.body.size = STATEMENT_BODY_MAX;
    memset(statement.envelope.text, 'e', ENVELOPE_SEALED_MAX);
    statement.envelope.size = ENVELOPE_SEALED_MAX;

    // Nothing waits after a failure, so nobody sends what the caller believes not kept.
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct fault fault = {0};
        failing_begin(call);
        bool done = put(state, store, &fault);
        calls = failing_end();
        assert_int_equal(done, call > calls);
        if (!done)
            expect_no_memory("put into the outbox", call, &fault);
        assert_int_equal(outbox_look(data(state), ids[0], &seen), done);
    }
    print_message("put into the outbox: %u calls\n", calls);

    calls = 1;
    folder_image_take(&before, data(state));
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct fault fault = {0};
        failing_begin(call);
        bool opened = outbox_open(&outbox, data(state), ids[0], 0, &fault);
        calls = failing_end();
        assert_int_equal(opened, call > calls);
        if (!opened) {
            expect_no_memory("open the outbox", call, &fault);
        } else {
            assert_true(outbox.waiting);
            assert_int_equal(outbox.sequence, 5);
            assert_string_equal(outbox.statement.envelope.text, statement.envelope.text);
            assert_string_equal(outbox.statement.about.place, "Riga");
            outbox_close(&outbox);
        }
        expect_as_before(state, "open the outbox", call);
    }
    print_message("open the outbox: %u calls\n", calls);

    // It ends all the same where a name can be changed: that needs no memory.
    calls = 1;
    for (unsigned call = 1; call <= calls + 1; call++) {
        assert_true(outbox_open(&outbox, data(state), ids[0], 0, NULL));
        assert_true(outbox.waiting);
        failing_begin(call);
        bool done = outbox_end(&outbox, NULL);
        calls = failing_end();
        outbox_close(&outbox);

        assert_true(outbox_open(&outbox, data(state), ids[0], 0, NULL));
        assert_int_equal(outbox.waiting, !done);
        assert_int_equal(outbox.sequence, 5 + call - 1);
        if (outbox.waiting)
            assert_true(outbox_end(&outbox, NULL));
        assert_true(outbox_put(&outbox, &statement, 5 + call, NULL));
        outbox_close(&outbox);
    }
    print_message("end what is in the outbox: %u calls\n", calls);
    pairing_store_close(store);
}

// ---- beside the pairings -----------------------------------------------------------------

static bool add_health(void **state, struct pairing_store *store, struct fault *fault)
{
    const struct health_event event = {.kind = HEALTH_APPROVED, .time = 123456789};
    (void)store;
    return health_add(data(state), &event, fault);
}

static bool read_health(void **state, struct pairing_store *store, struct fault *fault)
{
    struct health health;
    (void)store;
    bool read = health_read(data(state), &health, fault);
    if (read)
        assert_int_equal(health.approved, 2);
    return read;
}

static void no_count_of_the_health_is_lost(void **state)
{
    struct pairing_store *store = three_pairings(state);
    assert_true(add_health(state, store, NULL));
    try_step(state, store, "add to the health", add_health);
    try_step(state, store, "read the health", read_health);
    pairing_store_close(store);
}

static bool write_provision(void **state, struct pairing_store *store, struct fault *fault)
{
    struct provision_record record = {
        .pairing = "aaaaaaaaaaaaaaaa", .setting_count = 2, .time = 1234567890};
    (void)state;
    strcpy(record.settings[0].name, "language");
    strcpy(record.settings[0].value, "ru");
    strcpy(record.settings[1].name, "a-name-of-many-letters-indeed");
    strcpy(record.settings[1].value, "a value that is long enough for more than one buffer");
    return provision_write_next(store, &record, fault);
}

static struct provision_record provision;

static bool read_provision(void **state, struct pairing_store *store, struct fault *fault)
{
    bool there;
    (void)state;
    bool read = provision_read_next(store, &provision, &there, fault);
    assert_true(!read || (there && provision.setting_count == 2));
    return read;
}

static bool end_provision(void **state, struct pairing_store *store, struct fault *fault)
{
    (void)state;
    return provision_end(store, &provision, fault);
}

static void a_provisioning_goes_on_where_it_was(void **state)
{
    struct pairing_store *store = three_pairings(state);
    try_step(state, store, "note a provisioning", write_provision);
    try_step(state, store, "read a provisioning", read_provision);
    try_step(state, store, "end a provisioning", end_provision);
    pairing_store_close(store);
}

// ---- people ------------------------------------------------------------------------------

static const char *name_of(char letter)
{
    static char name[PERSON_NAME_SIZE + 1];
    memset(name, letter, PERSON_NAME_SIZE);
    return name;
}

static bool first_use(struct people *people, char letter, struct fault *fault)
{
    char path[PERSON_PATH_MAX];
    if (!people_begin(people, name_of(letter), fault))
        return false;
    people_path(people, name_of(letter), PERSON_BEGUN, path);
    int folder = private_folder_open(path, NULL);
    assert_true(folder >= 0);
    assert_true(atomic_file_write(folder, "aaaaaaaaaaaaaaaa.pairing", span_str("{}"), NULL));
    close(folder);
    return people_keep(people, name_of(letter), fault);
}

static void open_people(void **state, struct people *people, size_t limit)
{
    struct fault fault = {0};
    if (!people_open(people, data(state), limit, &fault))
        fail_msg("%s: %s", failure_code(fault.failure), fault.detail);
}

// The one who has not come for longest leaves, and nobody else.
static void the_right_one_leaves(void **state)
{
    static struct people people;
    unsigned calls = 1;
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct fault fault = {0};
        open_people(state, &people, 3);
        for (char letter = 'a'; letter <= 'c'; letter++)
            assert_true(first_use(&people, letter, NULL));
        assert_true(people_use(&people, name_of('a'), NULL));
        people_close(&people);

        failing_begin(call);
        bool opened = people_open(&people, data(state), 2, &fault);
        calls = failing_end();
        assert_int_equal(opened, call > calls);
        if (opened)
            people_close(&people);
        else
            expect_no_memory("open the people", call, &fault);

        open_people(state, &people, 2);
        assert_true(people_has(&people, name_of('a')));
        assert_false(people_has(&people, name_of('b')));
        assert_true(people_has(&people, name_of('c')));
        people_close(&people);
    }
    print_message("open the people: %u calls\n", calls);
}

static void a_first_use_counts_whole_or_not_at_all(void **state)
{
    static struct people people;
    unsigned calls = 1;
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct fault fault = {0};
        open_people(state, &people, 2);
        failing_begin(call);
        bool kept = people_begin(&people, name_of('a'), &fault);
        unsigned begun = failing_end();
        people_close(&people);
        if (!kept)
            expect_no_memory("begin a first use", call, &fault);
        open_people(state, &people, 2);
        assert_false(people_has(&people, name_of('a')));
        assert_true(first_use(&people, 'b', NULL));
        assert_true(people_remove(&people, name_of('b'), NULL));
        people_close(&people);
        calls = begun;
    }
    print_message("begin a first use: %u calls\n", calls);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(no_line_of_the_journal_is_lost),
        ROW(a_whole_line_without_its_end_stays),
        ROW(a_portals_record_is_compared_or_not),
        ROW(no_statement_is_lost_or_kept_by_halves),
        ROW(no_count_of_the_health_is_lost),
        ROW(a_provisioning_goes_on_where_it_was),
        ROW(the_right_one_leaves),
        ROW(a_first_use_counts_whole_or_not_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
