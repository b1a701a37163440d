// SPDX-License-Identifier: MIT
#include "scanner/pipewire/pipewire_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/dma-buf.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// True if the file holds so many bytes now; `sealed` tells that it always will.
static bool holds(int fd, bool device, size_t bytes, bool *sealed)
{
    // A DMA-BUF tells its size by its end alone. A memfd's position is the writer's too.
    struct stat status;
    off_t end = device ? lseek(fd, 0, SEEK_END) : fstat(fd, &status) == 0 ? status.st_size : -1;
    int seals = fcntl(fd, F_GET_SEALS);
    *sealed = device || (seals >= 0 && (seals & F_SEAL_SHRINK) != 0);
    return end >= 0 && (size_t)end >= bytes;
}

static bool map(struct pipewire_memory *memory)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t offset = memory->data->mapoffset / page * page;
    memory->begin = memory->data->mapoffset - offset;
    memory->map_size = memory->begin + memory->data->maxsize;

    void *at = mmap(NULL, memory->map_size, PROT_READ, MAP_SHARED, memory->fd, (off_t)offset);
    if (at == MAP_FAILED)
        return false;
    memory->map = at;
    return true;
}

bool pipewire_memory_init(struct pipewire_memory *memory, const struct spa_data *data)
{
    *memory = (struct pipewire_memory){.data = data, .fd = -1};
    if (!data->chunk || data->maxsize == 0 || data->maxsize > PIPEWIRE_MEMORY_MAX)
        return false;
    if (data->type == SPA_DATA_MemPtr) {
        memory->map = data->data;
        return memory->map != NULL;
    }
    if ((data->type != SPA_DATA_MemFd && data->type != SPA_DATA_DmaBuf) || data->fd < 0 ||
        data->fd > INT_MAX)
        return false;

    memory->fd = (int)data->fd;
    memory->device = data->type == SPA_DATA_DmaBuf;
    bool sealed = false;
    size_t end = (size_t)data->mapoffset + data->maxsize;
    if (!holds(memory->fd, memory->device, end, &sealed))
        return false;
    if (sealed)
        return map(memory);

    memory->room = malloc(data->maxsize);
    return memory->room != NULL;
}

void pipewire_memory_destroy(struct pipewire_memory *memory)
{
    if (memory->map && memory->fd >= 0)
        munmap(memory->map, memory->map_size);
    free(memory->room);
    *memory = (struct pipewire_memory){.fd = -1};
}

// Tells a DMA-BUF that it is read from now on, or no longer.
static void sync_caches(const struct pipewire_memory *memory, uint64_t when)
{
    struct dma_buf_sync sync = {.flags = DMA_BUF_SYNC_READ | when};
    while (memory->device && ioctl(memory->fd, DMA_BUF_IOCTL_SYNC, &sync) < 0 &&
           (errno == EINTR || errno == EAGAIN))
        ;
}

static bool read_all(const struct pipewire_memory *memory, size_t offset, size_t size)
{
    for (size_t got = 0; got < size;) {
        off_t at = (off_t)(memory->data->mapoffset + offset + got);
        ssize_t n = pread(memory->fd, memory->room + got, size - got, at);
        if (n <= 0 && !(n < 0 && errno == EINTR))
            return false;
        got += n > 0 ? (size_t)n : 0;
    }
    return true;
}

bool pipewire_memory_enter(struct pipewire_memory *memory, struct span *out, size_t *stride)
{
    // The writer may change these at any time: each is read once.
    const volatile struct spa_chunk *chunk = memory->data->chunk;
    size_t offset = chunk->offset;
    size_t size = chunk->size;
    int32_t row = chunk->stride;
    uint32_t flags = (uint32_t)chunk->flags;

    size_t most = memory->data->maxsize;
    if (flags & SPA_CHUNK_FLAG_CORRUPTED || offset >= most || row < 0)
        return false;
    // Writers of DMA-BUFs need not say how much they wrote.
    if (memory->device && size <= 1)
        size = most - offset;
    if (size == 0 || size > most - offset)
        return false;

    *stride = (size_t)row;
    if (memory->room) {
        if (!read_all(memory, offset, size))
            return false;
        *out = span_of(memory->room, size);
        return true;
    }

    sync_caches(memory, DMA_BUF_SYNC_START);
    *out = span_of(memory->map + memory->begin + offset, size);
    return true;
}

void pipewire_memory_leave(struct pipewire_memory *memory)
{
    sync_caches(memory, DMA_BUF_SYNC_END);
}
