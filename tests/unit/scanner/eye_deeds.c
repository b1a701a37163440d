// SPDX-License-Identifier: MIT
#include "tests/unit/scanner/eye_deeds.h"

#include <fcntl.h>
#include <math.h>
#include <qrencode.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "apart/sandbox.h"
#include "decode/zbar_reader.h"
#include "scanner/eye/eye_child.h"

static void call(long number, long a, long b, long c, long d)
{
    syscall(number, a, b, c, d, 0l, 0l);
}

static long text(const char *text)
{
    return (long)(uintptr_t)text;
}

// ---- what it may not ----

static void do_open(struct qr_codes *codes)
{
    (void)codes;
    call(SYS_openat, AT_FDCWD, text("/etc/passwd"), O_RDONLY, 0);
}

static void do_proc(struct qr_codes *codes)
{
    (void)codes;
    call(SYS_openat, AT_FDCWD, text("/proc/self/mem"), O_RDONLY, 0);
}

static void do_stat(struct qr_codes *codes)
{
    (void)codes;
    char room[512];
    call(SYS_newfstatat, AT_FDCWD, text("/etc/passwd"), (long)(uintptr_t)room, 0);
}

static void do_socket(struct qr_codes *codes)
{
    (void)codes;
    call(SYS_socket, AF_INET, SOCK_STREAM, 0, 0);
}

static void do_fork(struct qr_codes *codes)
{
    (void)codes;
    call(SYS_clone, SIGCHLD, 0, 0, 0);
}

static void do_exec(struct qr_codes *codes)
{
    (void)codes;
    static char *const nothing[] = {NULL};
    call(SYS_execve, text("/bin/true"), (long)(uintptr_t)nothing, (long)(uintptr_t)nothing, 0);
}

static void do_trace(struct qr_codes *codes)
{
    (void)codes;
    call(SYS_ptrace, PTRACE_ATTACH, 1, 0, 0);
}

static void do_kill(struct qr_codes *codes)
{
    (void)codes;
    call(SYS_kill, 1, 0, 0, 0);
}

static void do_reach(struct qr_codes *codes)
{
    (void)codes;
    struct iovec mine = {0}, other = {0};
    syscall(SYS_process_vm_readv, 1, &mine, 1ul, &other, 1ul, 0ul);
}

static void do_run(struct qr_codes *codes)
{
    (void)codes;
    call(SYS_mprotect, (long)(uintptr_t)codes / 4096 * 4096, 4096, PROT_READ | PROT_EXEC, 0);
}

// ---- faults ----

static void do_crash(struct qr_codes *codes)
{
    (void)codes;
    __builtin_trap();
}

static void do_hang(struct qr_codes *codes)
{
    for (volatile size_t count = 0;; count++)
        codes->code[0].size = count % 2;
}

static void do_sleep(struct qr_codes *codes)
{
    (void)codes;
    static int word;
    for (;;)
        syscall(SYS_futex, &word, 0l, 0l, 0l, 0l, 0l);
}

static void do_leave(struct qr_codes *codes)
{
    (void)codes;
    _exit(0);
}

static void do_lie(struct qr_codes *codes)
{
    codes->code[0].size = QR_PAYLOAD_MAX + 1;
}

static void do_lie_place(struct qr_codes *codes)
{
    codes->code[0].corners[2].y = NAN;
}

static void do_babble(struct qr_codes *codes)
{
    (void)codes;
    struct iovec bytes = {&(char){'x'}, 1};
    sendmsg(CHILD_SOCKET, &(struct msghdr){.msg_iov = &bytes, .msg_iovlen = 1}, 0);
}

// The strongest fault that a reader can have: memory at any address, chosen by the picture.
static void do_peek(struct qr_codes *codes)
{
    struct qr_code *code = &codes->code[0];
    char digits[17] = "";
    size_t begin = sizeof(DEED "peek ") - 1;
    memcpy(digits, code->payload + begin, code->size - begin < 16 ? code->size - begin : 16);
    uintptr_t address = (uintptr_t)strtoull(digits, NULL, 16);
    for (size_t i = 0; i < DEED_PEEKED; i++)
        code->payload[i] = ((const volatile uint8_t *)address)[i];
    code->size = DEED_PEEKED;
    code->run[0].end = DEED_PEEKED;
    code->runs = 1;
}

// ---- the second reader ----

#define MODULE      4u  // pixels
#define QUIET       4u  // modules
#define SECOND_SIDE 160 // pixels

// A code that declares a character set, unless that is 0, before "second".
static bool draw_declared(unsigned eci, uint8_t picture[SECOND_SIDE * SECOND_SIDE])
{
    static const char said[] = "second";
    QRinput *input = QRinput_new2(0, QR_ECLEVEL_M);
    bool whole = input != NULL && (eci == 0 || QRinput_appendECIheader(input, eci) == 0) &&
                 QRinput_append(input, QR_MODE_8, (int)sizeof(said) - 1,
                                (const unsigned char *)said) == 0;
    QRcode *code = whole ? QRcode_encodeInput(input) : NULL;
    QRinput_free(input);
    if (code == NULL)
        return false;

    size_t side = (size_t)code->width;
    memset(picture, 230, SECOND_SIDE * SECOND_SIDE);
    for (size_t y = 0; y < side * MODULE; y++) {
        for (size_t x = 0; x < side * MODULE; x++) {
            if (code->data[y / MODULE * side + x / MODULE] & 1)
                picture[(y + QUIET * MODULE) * SECOND_SIDE + x + QUIET * MODULE] = 20;
        }
    }
    QRcode_free(code);
    return true;
}

// What it reads takes the place of what was read before.
static void do_second(struct qr_codes *codes)
{
    uint8_t picture[SECOND_SIDE * SECOND_SIDE];
    const struct luma luma = {picture, SECOND_SIDE, SECOND_SIDE, SECOND_SIDE};
    codes->code[0].payload[codes->code[0].size] = 0;
    const char *set = (const char *)codes->code[0].payload + sizeof(DEED "second") - 1;
    unsigned eci = (unsigned)strtoul(set, NULL, 10);

    codes->count = 0;
    struct zbar_reader *reader = zbar_reader_new();
    if (reader != NULL && draw_declared(eci, picture))
        zbar_reader_read(reader, &luma, codes);
    zbar_reader_free(reader);
}

struct deed {
    const char *name;
    void (*run)(struct qr_codes *codes);
};

static const struct deed deeds[] = {
    {"open", do_open},     {"proc", do_proc},
    {"stat", do_stat},     {"socket", do_socket},
    {"fork", do_fork},     {"exec", do_exec},
    {"trace", do_trace},   {"kill", do_kill},
    {"reach", do_reach},   {"run", do_run},
    {"crash", do_crash},   {"hang", do_hang},
    {"sleep", do_sleep},   {"leave", do_leave},
    {"lie", do_lie},       {"misplace", do_lie_place},
    {"peek", do_peek},     {"babble", do_babble},
    {"second", do_second},
};

// The one that these bytes ask for, whatever follows; NULL: they ask for none.
static const struct deed *asked(struct span said)
{
    size_t begin = sizeof(DEED) - 1;
    if (said.n < begin || memcmp(said.p, DEED, begin) != 0)
        return NULL;

    for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
        size_t n = strlen(deeds[i].name);
        if (said.n >= begin + n && memcmp(said.p + begin, deeds[i].name, n) == 0)
            return &deeds[i];
    }
    return NULL;
}

void deeds_do(struct qr_codes *codes)
{
    const struct deed *deed = codes->count > 0 ? asked(qr_payload(&codes->code[0])) : NULL;
    if (deed)
        deed->run(codes);
}

static void do_as_pixels_say(struct span pixels)
{
    const struct deed *deed = asked(pixels);
    if (deed)
        deeds_run(deed->name);
}

void deeds_run(const char *name)
{
    static struct qr_codes codes;
    for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
        if (strcmp(deeds[i].name, name) == 0)
            deeds[i].run(&codes);
    }
}

static int be_all_over(void)
{
    struct eye_request request;
    struct eye_answer answer = {.kind = EYE_ANSWER_READY, .walls = SANDBOX_ALL};
    while (send(CHILD_SOCKET, &answer, sizeof(answer), MSG_NOSIGNAL) ==
               (ssize_t)sizeof(answer) &&
           recv(CHILD_SOCKET, &request, sizeof(request), 0) > 0)
        answer =
            (struct eye_answer){.kind = EYE_ANSWER_SOURCE, .step.step = (uint32_t)SOURCE_END};
    return 0;
}

int deeds_be_the_eye(int argc, char *argv[])
{
    static const char *const no_start[] = {DEED_NO_START}, *const all_over[] = {DEED_ALL_OVER};
    if (!eye_process_asked(argc, argv))
        return -1;

    const char *value = getenv(no_start[0]);
    if (value && strcmp(value, no_start[1]) == 0)
        return 7;
    if (value && strcmp(value, all_over[1]) == 0)
        return be_all_over();
    const struct eye_process_test test = {.taken_over = deeds_do,
                                          .taken_over_by_frame = do_as_pixels_say};
    return eye_process_run(argc, argv, &test);
}
