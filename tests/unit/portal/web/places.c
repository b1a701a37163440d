// SPDX-License-Identifier: MIT
// Who finds a place among the connections, and who has to go for it.
#include "portal/web/places.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ALL 32u

static struct places places;
static struct place taken[ALL + 1];

static int open_places(void **state)
{
    (void)state;
    memset(taken, 0, sizeof(taken));
    places_init(&places, ALL, 50);
    return 0;
}

static int close_places(void **state)
{
    (void)state;
    for (size_t i = 0; i < ALL + 1; i++)
        places_leave(&places, &taken[i]);
    assert_int_equal(places.taken, 0);
    assert_int_equal(places.windows, 0);
    assert_null(places_longest_idle(&places));
    places_destroy(&places);
    return 0;
}

static struct sockaddr_storage at(const char *address)
{
    struct sockaddr_storage from = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&from;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&from;
    if (inet_pton(AF_INET, address, &v4->sin_addr) == 1)
        from.ss_family = AF_INET;
    else if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1)
        from.ss_family = AF_INET6;
    return from;
}

static bool come_from(const char *address, struct place *place, struct place **goes)
{
    struct sockaddr_storage from = at(address);
    return places_come(&places, (struct sockaddr *)&from, place, goes);
}

static bool ask_for(const char *address, struct place *place, struct place **goes)
{
    struct sockaddr_storage from = at(address);
    return places_move(&places, (struct sockaddr *)&from, place, goes);
}

// `from`..`to`-1, all of one address.
static void fill(const char *address, size_t from, size_t to)
{
    struct place *goes;
    for (size_t i = from; i < to; i++) {
        assert_true(come_from(address, &taken[i], &goes));
        assert_null(goes);
    }
}

static void a_network_has_its_share(void **state)
{
    (void)state;
    struct place *goes;
    fill("192.0.2.1", 0, ALL / 2);

    // Its own go, the longest idle first.
    places_work(&taken[0]);
    assert_true(come_from("192.0.2.1", &taken[ALL / 2], &goes));
    assert_ptr_equal(goes, &taken[1]);
    places_leave(&places, goes);

    // Where none of them is idle there is no room, though others have some.
    for (size_t i = 0; i <= ALL / 2; i++) {
        if (i != 1)
            places_work(&taken[i]);
    }
    assert_false(come_from("192.0.2.1", &taken[1], &goes));
    assert_null(goes);
    fill("192.0.2.2", ALL / 2 + 1, ALL);
}

static void the_longest_idle_goes_where_all_is_full(void **state)
{
    (void)state;
    struct place *goes;
    fill("192.0.2.1", 0, ALL / 2);
    fill("192.0.2.2", ALL / 2, ALL);

    places_work(&taken[0]);
    places_rest(&places, &taken[0]); // it was answered last
    assert_true(come_from("192.0.2.3", &taken[ALL], &goes));
    assert_ptr_equal(goes, &taken[1]);
    places_leave(&places, goes);

    for (size_t i = 0; i <= ALL; i++)
        places_work(&taken[i]);
    assert_false(come_from("192.0.2.4", &taken[1], &goes));
}

static void addresses_of_one_network_share(void **state)
{
    (void)state;
    struct place *goes;
    for (size_t i = 0; i < ALL / 2; i++) {
        assert_true(come_from(i % 2 ? "2001:db8::1" : "2001:db8::ffff:2", &taken[i], &goes));
        places_work(&taken[i]);
    }
    assert_false(come_from("2001:db8::3", &taken[ALL], &goes));
    assert_true(come_from("2001:db8:0:1::3", &taken[ALL], &goes));

    // The same address as an IPv4 one.
    assert_true(come_from("192.0.2.1", &taken[ALL - 1], &goes));
    assert_true(come_from("::ffff:192.0.2.1", &taken[ALL - 2], &goes));
    assert_ptr_equal(taken[ALL - 1].network, taken[ALL - 2].network);
}

static void windows_leave_places_to_others(void **state)
{
    (void)state;
    const size_t of_network = ALL / 2 - ALL / 2 / 4, of_all = ALL - ALL / 4;
    fill("192.0.2.1", 0, ALL / 2);
    fill("192.0.2.2", ALL / 2, ALL);
    for (size_t i = 0; i < ALL; i++)
        places_work(&taken[i]);

    for (size_t i = 0; i < of_network; i++)
        assert_true(places_watch(&places, &taken[i]));
    assert_false(places_watch(&places, &taken[of_network]));
    assert_true(places_watch(&places, &taken[0])); // it does already

    for (size_t i = 0; i < of_network; i++)
        assert_true(places_watch(&places, &taken[ALL / 2 + i]));
    assert_int_equal(places.windows, of_all);

    // One that ends makes room for one.
    places_rest(&places, &taken[0]);
    assert_true(places_watch(&places, &taken[of_network]));
    assert_false(places_watch(&places, &taken[of_network + 1]));
    places_leave(&places, &taken[1]);
    assert_true(places_watch(&places, &taken[of_network + 1]));
}

// All come by one proxy; each counts for whom it asks.
static void a_proxy_moves_among_networks(void **state)
{
    (void)state;
    struct place *goes;
    const size_t share = ALL / 2;

    for (size_t i = 0; i < share; i++) {
        assert_true(come_from("10.0.0.5", &taken[i], &goes));
        assert_true(ask_for("192.0.2.1", &taken[i], &goes));
        assert_null(goes);
        places_work(&taken[i]);
    }
    assert_true(places_watch(&places, &taken[0]));

    // That network is full; another one is not, and asking again for the same one changes
    // nothing.
    assert_true(come_from("10.0.0.5", &taken[share], &goes));
    assert_null(goes);
    assert_false(ask_for("192.0.2.1", &taken[share], &goes));
    assert_ptr_not_equal(taken[share].network, taken[0].network);
    assert_true(ask_for("192.0.2.2", &taken[share], &goes));
    assert_null(goes);
    assert_true(ask_for("192.0.2.1", &taken[0], &goes));
    assert_true(taken[0].window);

    // Who was answered gives way to a new one of its network.
    places_rest(&places, &taken[3]);
    assert_true(ask_for("192.0.2.1", &taken[share], &goes));
    assert_ptr_equal(goes, &taken[3]);
    places_leave(&places, goes);
    assert_int_equal(places.taken, share);

    // What it had waiting for one client does not count for the next.
    assert_true(ask_for("192.0.2.3", &taken[0], &goes));
    assert_int_equal(places.windows, 0);
}

static void there_are_always_some(void **state)
{
    (void)state;
    struct places few;
    struct place *goes, one = {0};
    struct sockaddr_in from = {.sin_family = AF_INET};
    places_init(&few, 0, 1);
    assert_true(places_come(&few, (struct sockaddr *)&from, &one, &goes));
    assert_true(places_watch(&few, &one));
    places_leave(&few, &one);
    places_leave(&few, &one); // it has none
    assert_int_equal(few.taken, 0);
    places_destroy(&few);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_places, close_places)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_network_has_its_share),        TEST(the_longest_idle_goes_where_all_is_full),
        TEST(addresses_of_one_network_share), TEST(windows_leave_places_to_others),
        TEST(a_proxy_moves_among_networks),   TEST(there_are_always_some),
    };
    return cmocka_run_group_tests_name("portal places", tests, NULL, NULL);
}
