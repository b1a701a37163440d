// SPDX-License-Identifier: MIT
#include "scanner/eye_process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "decode/zbar_reader.h"
#include "scanner/eye_area.h"
#include "scanner/eye_child.h"
#include "scanner/sandbox.h"

#define FRAME_S 60 // of processor time, after which an eye whose program is gone ends itself

struct eye_process {
    struct frame_reader reader;
    struct known_codes known;
    struct eye_area area;
    struct qr_codes codes;
    struct eye_answer answer;
    eye_taken_over *taken_over;
};

bool eye_process_asked(int argc, char *const argv[])
{
    int type = 0;
    socklen_t size = sizeof(type);
    return argc == 2 && strcmp(argv[1], EYE_ARGUMENT) == 0 &&
           getsockopt(EYE_SOCKET, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           type == SOCK_SEQPACKET;
}

// ---- before the walls are up ----

// No descriptor but the socket is the eye's. What libraries may print goes nowhere; what a
// sanitizer finds has to be seen.
static bool close_all_others(void)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0)
        return false;
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    dup2(null, STDERR_FILENO);
#endif
    if (syscall(SYS_close_range, EYE_SOCKET + 1, ~0u, 0) == 0)
        return true;

    // Kernels before 5.9. All of the program's own close themselves.
    long most = sysconf(_SC_OPEN_MAX);
    for (int fd = EYE_SOCKET + 1; fd < most; fd++)
        close(fd);
    return true;
}

// The libraries load what they need when they are used for the first time.
static bool warm_up(void)
{
    struct zbar_reader *zbar = zbar_reader_new();
    zbar_reader_free(zbar);
    return zbar != NULL;
}

// ---- messages ----

// The next request, and the descriptor that came along with it, or -1. False: the program is
// gone, or is not the program.
static bool receive(struct eye_request *request, int *area)
{
    struct iovec bytes = {request, sizeof(*request)};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &bytes,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control.room)};
    ssize_t got;
    do
        got = recvmsg(EYE_SOCKET, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);

    *area = -1;
    struct cmsghdr *head = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
        head->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(area, CMSG_DATA(head), sizeof(int));
    return got == (ssize_t)sizeof(*request) &&
           (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
}

static bool send_answer(const struct eye_answer *answer)
{
    struct iovec bytes = {(void *)(uintptr_t)answer, sizeof(*answer)};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    return sendmsg(EYE_SOCKET, &message, MSG_NOSIGNAL) == (ssize_t)sizeof(*answer);
}

static bool send_ready(struct eye_process *eye, unsigned walls)
{
    eye->answer = (struct eye_answer){.kind = EYE_ANSWER_READY, .walls = walls};
    return send_answer(&eye->answer);
}

// ---- frames ----

static bool send_codes(struct eye_process *eye, uint32_t number)
{
    for (size_t i = 0; i < eye->codes.count; i++) {
        eye->answer.kind = EYE_ANSWER_CODE;
        eye->answer.number = number;
        eye->answer.code = eye->codes.code[i];
        if (!send_answer(&eye->answer))
            return false;
    }
    return true;
}

static void set_timer(time_t seconds)
{
    setitimer(ITIMER_PROF, &(struct itimerval){.it_value = {.tv_sec = seconds}}, NULL);
}

static bool read_frame(struct eye_process *eye, const struct eye_request *request)
{
    struct pixels pixels;
    enum read_effort effort;
    struct fault fault = {0};
    struct eye_result result = {0};
    if (!eye_request_take_frame(request, span_of(eye->area.p, eye->area.size), &pixels,
                                &effort))
        return false;

    set_timer(FRAME_S);
    eye->codes.count = 0;
    if (!frame_reader_read(&eye->reader, &pixels, effort, &result.reading, &eye->codes,
                           &fault)) {
        result.failure = fault.failure;
        memcpy(result.detail, fault.detail, sizeof(result.detail));
    }
    if (eye->taken_over)
        eye->taken_over(&eye->codes);
    set_timer(0);

    result.codes = (uint32_t)eye->codes.count;
    result.cut_short = eye->codes.cut_short;
    eye->answer = (struct eye_answer){
        .kind = EYE_ANSWER_FRAME, .number = request->number, .result = result};
    return send_answer(&eye->answer) && send_codes(eye, request->number);
}

static bool take_known(struct eye_process *eye, const struct eye_request *request)
{
    struct known_codes *known = &eye->known;
    if (known->count == KNOWN_CODES_MAX ||
        !eye_request_take_known(request, &known->code[known->count]))
        return false;
    known->count++;
    return true;
}

static bool take_request(struct eye_process *eye, const struct eye_request *request, int area)
{
    bool brings = request->kind == EYE_REQUEST_FRAME && request->frame.area > 0;
    if (brings != (area >= 0) ||
        (brings && !eye_area_map(&eye->area, area, request->frame.area)))
        return false;
    return request->kind == EYE_REQUEST_KNOWN ? take_known(eye, request)
                                              : read_frame(eye, request);
}

int eye_process_run(eye_taken_over *taken_over)
{
    prctl(PR_SET_NAME, "qrconfirm-eye");
    struct eye_process *eye = calloc(1, sizeof(*eye));
    if (!eye || !close_all_others())
        return EXIT_CODE_INTERNAL;

    eye->taken_over = taken_over;
    eye_area_init(&eye->area);
    if (!frame_reader_init(&eye->reader, &eye->known, NULL) || !warm_up())
        return EXIT_CODE_INTERNAL;

    bool runs = send_ready(eye, sandbox_enter());
    while (runs) {
        struct eye_request request;
        int area;
        runs = receive(&request, &area) && take_request(eye, &request, area);
    }

    // Nothing is put away: what ends with a process may not run again.
    _exit(EXIT_CODE_OK);
}
