/* Advice to the operating system about large buffers. */
#ifndef OSSF_MEMORY_H
#define OSSF_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#if defined(__linux__)
#include <sys/mman.h>
#endif

/* From this size on, the pages of fresh memory cost more than signing what goes into it. */
#define OSSF_LARGE ((size_t)2 << 20)

static inline void ossf_expect_writes(void *memory, size_t size)
{
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    const uintptr_t page = 4096, start = ((uintptr_t)memory + page - 1) / page * page;

    if (size >= OSSF_LARGE)
        (void)madvise((void *)start, (uintptr_t)memory + size - start, MADV_HUGEPAGE);
#else
    (void)memory, (void)size;
#endif
}

#endif
