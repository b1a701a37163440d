// SPDX-License-Identifier: MIT
// A heap for libraries that are not built with a sanitizer, to be preloaded: each larger block
// ends where pages begin that nobody may touch, and as many lie before it, so that a step
// beyond it kills at once. With GUARDED_HEAP=front the block begins where the pages end. Of a
// block whose size is no multiple of the alignment, up to 15 bytes behind it go unseen.
// For glibc, whose own heap keeps the small blocks.
#define _GNU_SOURCE // MAP_FIXED_NOREPLACE
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define GUARDED_MIN 256u        // bytes
#define GUARDED_MAX (64u << 20) // bytes
#define PAGE        4096u
#define GUARD       (64 * PAGE) // bytes
#define ALIGNMENT   16u
#define FILL        0xa5

// A part of the address space that the kernel gives nobody unasked.
#define ARENA     ((uintptr_t)0x100000000000)
#define ARENA_END ((uintptr_t)0x200000000000)

// Of a block, in a page of its own before its first guard.
struct block {
    size_t size;   // bytes, as asked for
    size_t mapped; // bytes, all of it
};

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);
void __libc_free(void *p);

static uintptr_t next = ARENA;

static bool is_guarded(const void *p)
{
    return (uintptr_t)p >= ARENA && (uintptr_t)p < ARENA_END;
}

// Every block begins in its first page.
static struct block *block_of(void *p)
{
    return (void *)((char *)p - (uintptr_t)p % PAGE - GUARD - PAGE);
}

// Zeros. Where there is no more room for guards, a block without them.
static void *guarded(size_t size)
{
    size_t pages = (size + PAGE - 1) / PAGE * PAGE;
    size_t mapped = PAGE + GUARD + pages + GUARD;
    uintptr_t place = __atomic_fetch_add(&next, mapped, __ATOMIC_RELAXED);
    if (place + mapped > ARENA_END)
        return __libc_calloc(1, size);

    char *map = mmap((void *)place, mapped, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (map == MAP_FAILED) // too many mappings, or a smaller address space
        return __libc_calloc(1, size);
    char *data = map + PAGE + GUARD;
    if (mprotect(map, PAGE, PROT_READ | PROT_WRITE) != 0 ||
        mprotect(data, pages, PROT_READ | PROT_WRITE) != 0) {
        munmap(map, mapped);
        return __libc_calloc(1, size);
    }
    *(struct block *)(void *)map = (struct block){size, mapped};

    const char *way = getenv("GUARDED_HEAP");
    if (!way || strcmp(way, "front") != 0)
        data += pages - (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return data;
}

void *malloc(size_t size)
{
    if (size < GUARDED_MIN || size > GUARDED_MAX)
        return __libc_malloc(size);
    void *p = guarded(size);
    return p ? memset(p, FILL, size) : NULL;
}

void *calloc(size_t count, size_t size)
{
    if (size == 0 || count > GUARDED_MAX / size || count * size < GUARDED_MIN)
        return __libc_calloc(count, size);
    return guarded(count * size);
}

void free(void *p)
{
    if (is_guarded(p)) {
        struct block *block = block_of(p);
        munmap(block, block->mapped);
    } else {
        __libc_free(p);
    }
}

void *realloc(void *p, size_t size)
{
    if (!p)
        return malloc(size);
    if (!is_guarded(p))
        return __libc_realloc(p, size);

    size_t before = block_of(p)->size;
    void *other = malloc(size);
    if (!other)
        return NULL;
    memcpy(other, p, before < size ? before : size);
    free(p);
    return other;
}
