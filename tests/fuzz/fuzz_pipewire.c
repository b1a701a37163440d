// SPDX-License-Identifier: MIT
// What PipeWire's daemon, or a camera behind it, says: offers and formats, and where in a
// buffer its bytes lie. The first byte says which of them the rest is. Parameters are cut as
// libpipewire cuts them before it hands them on: whole by their own length, whatever stands
// inside.
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "scanner/pipewire/pipewire_format.h"
#include "scanner/pipewire/pipewire_memory.h"

#define FILE_SIZE 8192u // bytes of a buffer's memory

static void check_parameter(const struct spa_pod *param)
{
    struct pipewire_modes modes = {0};
    for (size_t i = 0; i <= PIPEWIRE_MODES_MAX; i++)
        pipewire_modes_add(&modes, param);
    FUZZ_MUST(modes.count <= PIPEWIRE_MODES_MAX);
    FUZZ_MUST(modes.offered || modes.count == 0);

    struct camera_device device = {0};
    struct fault fault = {0};
    if (pipewire_format_take(&device, param, &fault))
        FUZZ_MUST(device.width > 0 && device.width <= PICTURE_SIDE_MAX && device.height > 0 &&
                  device.height <= PICTURE_SIDE_MAX);
    else
        FUZZ_MUST(fault.failure == FAILURE_CAMERA_FORMAT);
}

static void parameter(const uint8_t *bytes, size_t size)
{
    struct spa_pod head;
    if (size < sizeof(head))
        return;
    memcpy(&head, bytes, sizeof(head));
    if (head.size > size - sizeof(head))
        return;

    // Exactly as long, so that the address sanitizer sees a step beyond its end.
    struct spa_pod *param = malloc(sizeof(head) + head.size);
    if (!param)
        return;
    memcpy(param, bytes, sizeof(head) + head.size);
    check_parameter(param);
    free(param);
}

// As the daemon's two processes tell of it; the memory is a file of 8 KiB.
struct told {
    uint32_t type, mapoffset, maxsize, offset, size, flags;
    int32_t stride;
    uint32_t sealed;
};

static int file_of(bool sealed)
{
    int fd = memfd_create("buffer", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    FUZZ_MUST(fd >= 0 && ftruncate(fd, FILE_SIZE) == 0);
    FUZZ_MUST(!sealed || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) == 0);
    return fd;
}

static void memory(const uint8_t *bytes, size_t size)
{
    static uint8_t mapped[FILE_SIZE];
    struct told told;
    if (size < sizeof(told))
        return;
    memcpy(&told, bytes, sizeof(told));

    int fd = file_of(told.sealed & 1);
    struct spa_chunk chunk = {told.offset, told.size, told.stride, (int32_t)told.flags};
    struct spa_data data = {.type = told.type % 5, // of all kinds, and one of none
                            .fd = fd,
                            .mapoffset = told.mapoffset,
                            .maxsize = told.maxsize,
                            .data = mapped,
                            .chunk = &chunk};
    if (data.type == SPA_DATA_MemPtr && data.maxsize > FILE_SIZE)
        data.maxsize = FILE_SIZE; // libpipewire's own mapping

    struct pipewire_memory memory;
    struct span seen;
    size_t stride;
    if (pipewire_memory_init(&memory, &data) &&
        pipewire_memory_enter(&memory, &seen, &stride)) {
        unsigned sum = 0;
        FUZZ_MUST(seen.n <= data.maxsize);
        for (size_t i = 0; i < seen.n; i++)
            sum += seen.p[i];
        FUZZ_MUST(sum == 0); // the buffer's own bytes, and no others
        pipewire_memory_leave(&memory);
    }
    pipewire_memory_destroy(&memory);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    if (bytes[0] % 2 == 0)
        parameter(bytes + 1, size - 1);
    else
        memory(bytes + 1, size - 1);
    return 0;
}
