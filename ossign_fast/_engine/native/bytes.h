/* Loads, stores and short copies. */
#ifndef OSSF_BYTES_H
#define OSSF_BYTES_H

#include <stdint.h>
#include <string.h>

static inline uint32_t ossf_load_be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void ossf_store_be32(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)(value >> 24);
    p[1] = (uint8_t)(value >> 16);
    p[2] = (uint8_t)(value >> 8);
    p[3] = (uint8_t)value;
}

static inline void ossf_store_be64(uint8_t *p, uint64_t value)
{
    ossf_store_be32(p, (uint32_t)(value >> 32));
    ossf_store_be32(p + 4, (uint32_t)value);
}

/* memcpy for the short texts of templates: no call, two overlapping moves where one does not do. */
static inline uint8_t *ossf_copy(uint8_t *out, const uint8_t *text, size_t length)
{
    if (length >= 16) {
        size_t at = 0;
        do
            memcpy(out + at, text + at, 16);
        while ((at += 16) + 16 <= length);
        memcpy(out + length - 16, text + length - 16, 16);
    } else if (length >= 8) {
        memcpy(out, text, 8);
        memcpy(out + length - 8, text + length - 8, 8);
    } else if (length >= 4) {
        memcpy(out, text, 4);
        memcpy(out + length - 4, text + length - 4, 4);
    } else {
        for (size_t i = 0; i < length; i++)
            out[i] = text[i];
    }
    return out + length;
}

/* A vector of 16 bytes: SSE2 and NEON are part of their baselines, so no dispatch is needed. */
#if defined(__GNUC__) || defined(__clang__)
#define OSSF_VECTOR_SCAN 1
typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef int8_t mask16 __attribute__((vector_size(16)));

static inline bytes16 ossf_load16(const uint8_t *p)
{
    bytes16 v;
    memcpy(&v, p, 16);
    return v;
}

static inline int ossf_any16(mask16 mask)
{
    uint64_t half[2];

    memcpy(half, &mask, 16);
    return (half[0] | half[1]) != 0;
}
#endif

#endif
