// SPDX-License-Identifier: MIT
// Which cameras of PipeWire are the kernel's too, and what there is without a daemon.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanner/pipewire/pipewire_list.h"

static void a_video_node_is_found_once(void **state)
{
    (void)state;
    static const struct pipewire_list list = {
        .count = 2,
        .entry = {{.id = "libcamera",
                   .libcamera = "\\_SB_.PCI0.XHC_.RHUB.HS07-7:1.0-0bda:5634"},
                  {.id = "v4l2", .video = "/dev/video2"}},
    };
    assert_ptr_equal(pipewire_list_of_video(&list, "/dev/video2", ""), &list.entry[1]);
    assert_null(pipewire_list_of_video(&list, "/dev/video20", ""));
    assert_null(pipewire_list_of_video(&list, "", "")); // one without a node is not everyone's
    assert_ptr_equal(pipewire_list_of_video(&list, "/dev/video0", "-7:1.0-0bda:5634"),
                     &list.entry[0]);
    assert_null(pipewire_list_of_video(&list, "/dev/video0", "-7:1.2-0bda:5634"));
}

static void there_is_no_daemon(void **state)
{
    (void)state;
    static struct pipewire_list list;
    struct fault fault = {0};
    setenv("PIPEWIRE_RUNTIME_DIR", "/nonexistent", 1);
    assert_false(pipewire_list_read(&list, -1, &fault));
    assert_true(fault.failure == FAILURE_PIPEWIRE_DAEMON ||
                fault.failure == FAILURE_PIPEWIRE_LIBRARY);
    assert_int_equal(list.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_video_node_is_found_once),
        cmocka_unit_test(there_is_no_daemon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
