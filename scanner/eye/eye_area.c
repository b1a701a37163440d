// SPDX-License-Identifier: MIT
#include "scanner/eye/eye_area.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "scanner/eye/eye_message.h"

#define GRANULE (1024u * 1024) // bytes: an area grows seldom

#define SIZE_SEALS (F_SEAL_SHRINK | F_SEAL_GROW)

void eye_area_init(struct eye_area *area)
{
    *area = (struct eye_area){.fd = -1};
}

void eye_area_destroy(struct eye_area *area)
{
    if (area->size > 0)
        munmap(area->p, area->size);
    if (area->fd >= 0)
        close(area->fd);
    eye_area_init(area);
}

// Kernels before 5.1 know no seal against writing later; the others hold by themselves.
static bool seal(int fd, enum eye_area_way way)
{
    const int no_writing = way == EYE_AREA_TO ? F_SEAL_FUTURE_WRITE : 0;
    return fcntl(fd, F_ADD_SEALS, SIZE_SEALS | no_writing | F_SEAL_SEAL) == 0 ||
           fcntl(fd, F_ADD_SEALS, SIZE_SEALS | F_SEAL_SEAL) == 0;
}

static bool make(struct eye_area *area, enum eye_area_way way, size_t size)
{
    int fd = memfd_create("frame", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return false;
    void *p = MAP_FAILED;
    if (ftruncate(fd, (off_t)size) != 0)
        goto error;

    p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        goto error;
    if (!seal(fd, way))
        goto error_map;

    *area = (struct eye_area){.p = p, .size = size, .fd = fd};
    return true;

error_map:
    munmap(p, size);
error:
    close(fd);
    return false;
}

bool eye_area_reserve(struct eye_area *area, enum eye_area_way way, size_t size,
                      struct fault *fault)
{
    if (size <= area->size)
        return true;
    if (size > EYE_AREA_MAX)
        return fault_set(fault, FAILURE_SOURCE_TOO_LARGE, "a frame of %zu bytes", size);

    struct eye_area larger;
    if (!make(&larger, way, (size + GRANULE - 1) / GRANULE * GRANULE))
        return fault_set(fault, failure_of_errno(errno, FAILURE_MEMORY),
                         "a frame of %zu bytes for the reader: %s", size, strerror(errno));
    eye_area_destroy(area);
    *area = larger;
    return true;
}

bool eye_area_map(struct eye_area *area, enum eye_area_way way, int fd, size_t size)
{
    const int rights = way == EYE_AREA_TO ? PROT_READ : PROT_READ | PROT_WRITE;
    int seals = fcntl(fd, F_GET_SEALS);
    void *p = MAP_FAILED;
    if (size > 0 && size <= EYE_AREA_MAX && seals >= 0 && (seals & SIZE_SEALS) == SIZE_SEALS &&
        lseek(fd, 0, SEEK_END) == (off_t)size)
        p = mmap(NULL, size, rights, MAP_SHARED, fd, 0);
    close(fd);
    if (p == MAP_FAILED)
        return false;

    eye_area_destroy(area);
    *area = (struct eye_area){.p = p, .size = size, .fd = -1};
    return true;
}
