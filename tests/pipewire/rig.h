// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_PIPEWIRE_RIG_H
#define QRCONFIRM_TESTS_PIPEWIRE_RIG_H

// A PipeWire daemon of the test's own, cameras in it, and a source that reads them. What cannot
// be made fails the test; where there is no PipeWire at all the program is skipped.

#include <sys/types.h>

#include "decode/qr.h"
#include "scanner/frames/source.h"

#define RIG_CAMERAS 4

enum { PORTAL_BACK_END, PORTAL_STORE, PORTAL_ITSELF, PORTAL_PROCESSES };

struct camera_process {
    pid_t pid; // 0: none
    int in;    // its standard input
};

struct bench {
    char folder[32]; // where the daemon's socket is
    bool managed;    // the daemon as desktops have it, with WirePlumber beside it
    pid_t daemon;    // 0: none
    pid_t manager;
    struct camera_process cameras[RIG_CAMERAS];
    pid_t portal[PORTAL_PROCESSES]; // 0: none
    int back_end;                   // its standard input
    struct source *source;
    struct frame frame;
    struct fault fault;
    struct luma_buffer luma;
    struct qr_reader *reader;
    struct qr_codes *codes;
};

// Once, before the tests: skips the program (exit code 77) where there is no daemon to start.
void bench_need_pipewire(void);

// The same for WirePlumber. The program begins anew on a session bus of its own, which Debian
// 12's WirePlumber does not run without.
void bench_need_manager(char *const argv[]);

// The same for the camera portal, on a bus that starts no services by itself.
void bench_need_portal(char *const argv[]);

// For cmocka: a bench with a daemon, as *state.
int bench_setup(void **state);
int bench_setup_managed(void **state);
int bench_teardown(void **state);

void bench_start_daemon(struct bench *bench);
void bench_kill_daemon(struct bench *bench);

// Starts a camera at the place `at`; see node.c for the words.
void bench_start_camera(struct bench *bench, size_t at, const char *name, const char *format,
                        unsigned scale, const char *memory, const char *location);
void bench_kill_camera(struct bench *bench, size_t at);
void bench_tell(struct bench *bench, size_t at, const char *command);

// The camera portal, its store of answers, and a back end that asks a person.
void bench_start_portal(struct bench *bench);
void bench_stop_portal(struct bench *bench);
void bench_answer(struct bench *bench, const char *word); // "allow" or "deny"

void bench_make_source(struct bench *bench, const char *spec);
void bench_drop_source(struct bench *bench);

// Opens the source again and again until a frame comes, as the pipeline does, at most so long.
// Returns how long it took, in milliseconds.
int64_t bench_await_frame(struct bench *bench, int64_t most_ms);

// Takes frames until one fails; returns the failure, or FAILURE_NONE where it came later.
enum failure bench_await_failure(struct bench *bench, int64_t most_ms);

// The same after an open that may fail itself.
enum failure bench_open_failure(struct bench *bench);

// It fails by that, or the test does; in the end: by another one as long as the daemon does not
// know the camera.
void bench_refuses(struct bench *bench, enum failure expected);
void bench_refuses_in_the_end(struct bench *bench, enum failure at_first,
                              enum failure expected);

void bench_open(struct bench *bench);
void bench_next(struct bench *bench); // a frame, or the test fails

// Takes frames until the recording's code is read.
void bench_read_code(struct bench *bench);

int64_t bench_now_ms(void);

#endif
