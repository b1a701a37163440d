// SPDX-License-Identifier: MIT
// Whether cameras are behind a portal. The portal itself is in tests/pipewire/portal.c.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "scanner/pipewire/pipewire_portal.h"

static void flatpak_is_known_by_its_file(void **state)
{
    (void)state;
    char root[] = "/tmp/root-XXXXXX";
    char path[64];
    assert_non_null(mkdtemp(root));
    assert_false(pipewire_portal_needed(root, NULL, "/app/bin/qrconfirm"));

    snprintf(path, sizeof(path), "%s/.flatpak-info", root);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fclose(file);
    assert_true(pipewire_portal_needed(root, NULL, "/app/bin/qrconfirm"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(root), 0);
}

static void a_snap_is_known_by_its_folder(void **state)
{
    (void)state;
    const char *snap = "/snap/qrconfirm/7";
    assert_true(pipewire_portal_needed("/nonexistent", snap, "/snap/qrconfirm/7/bin/it"));
    assert_false(pipewire_portal_needed("/nonexistent", snap, "/snap/qrconfirm/71/bin/it"));
    assert_false(pipewire_portal_needed("/nonexistent", snap, "/usr/bin/it")); // a terminal's
    assert_false(pipewire_portal_needed("/nonexistent", "", "/usr/bin/it"));
    assert_false(pipewire_portal_needed("/nonexistent", NULL, "/usr/bin/it"));
}

static void there_is_no_bus(void **state)
{
    (void)state;
    struct pipewire_portal portal;
    struct fault fault = {0};
    int fd = -1;
    unsetenv("DBUS_SESSION_BUS_ADDRESS");
    setenv("XDG_RUNTIME_DIR", "/nonexistent", 1);
    pipewire_portal_init(&portal);
    assert_false(pipewire_portal_open(&portal, -1, &fd, &fault));
    assert_int_equal(fault.failure, FAILURE_PIPEWIRE_PORTAL);
    assert_int_equal(fd, -1);
    pipewire_portal_destroy(&portal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flatpak_is_known_by_its_file),
        cmocka_unit_test(a_snap_is_known_by_its_folder),
        cmocka_unit_test(there_is_no_bus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
