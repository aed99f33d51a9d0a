/* Rows as lanes of kernels: for the job loop what groups.c does and the memory it does it in, and what
 * many.c uses of it. */
#ifndef OSSF_GROUPS_H
#define OSSF_GROUPS_H

#include "bytes.h"
#include "ossf.h"

#define PADDING 9 /* the 0x80 byte and the 64-bit length */

static inline size_t ossf_blocks_for(size_t length) { return (length + PADDING + OSSF_BLOCK - 1) / OSSF_BLOCK; }

/* A state as [8][lanes], the same in all lanes. */
static inline void ossf_fill_state(uint32_t *state, const uint32_t from[8], uint32_t lanes)
{
    for (int i = 0; i < 8; i++)
        for (uint32_t lane = 0; lane < lanes; lane++)
            state[i * lanes + lane] = from[i];
}

static inline void ossf_read_digest(const uint32_t *state, uint32_t lanes, uint32_t lane, uint8_t digest[OSSF_DIGEST])
{
    for (uint32_t i = 0; i < 8; i++)
        ossf_store_be32(digest + 4 * i, state[i * lanes + lane]);
}

/* Blocks that the literal at the end of a canonical request can fill, padding included. */
static inline size_t ossf_most_shared(const ossf_job *job)
{
    return job->ladder->step[0].kernel->shares ? ossf_blocks_for(job->end_length) : 0;
}

/* The rows of a chunk and the scratch memory for groups of them. */
typedef struct ossf_chunk {
    uint8_t (*signatures)[OSSF_SIGNATURE]; /* [rows] */
    uint32_t *lengths;                     /* [rows] of the canonical requests, without `start` */
    uint32_t *order;                       /* [rows] */
    uint8_t *messages;                     /* [lanes][stride] */
    uint32_t *schedule;                    /* [ossf_most_shared()][64] of the rows at hand */
    size_t stride;                         /* whole blocks, enough for the longest row */
} ossf_chunk;

/* Signs chunk->order[0..rows), which is sorted by length, into chunk->signatures. */
void ossf_sign_ordered(const ossf_job *job, const ossf_value *values, size_t rows, const ossf_chunk *chunk);

#endif
