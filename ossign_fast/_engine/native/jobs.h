/* What the two halves of the job loop share: jobs.c prepares and writes rows, groups.c signs them. */
#ifndef OSSF_JOBS_H
#define OSSF_JOBS_H

#include "ossf.h"

#define PADDING 9 /* the 0x80 byte and the 64-bit length */

static inline size_t ossf_blocks_for(size_t length) { return (length + PADDING + OSSF_BLOCK - 1) / OSSF_BLOCK; }

/* Scratch memory, laid out in this order. */
typedef struct ossf_workspace {
    uint8_t (*signatures)[OSSF_SIGNATURE]; /* [rows] */
    uint32_t *lengths;                     /* [rows] of the canonical requests, without `start` */
    uint32_t *order;                       /* [rows] */
    uint32_t *sorted;                      /* [rows] */
    uint8_t *messages;                     /* [lanes][stride] */
    uint32_t *schedule;                    /* [shared blocks][64] of the rows at hand */
    uint8_t *encoded;                      /* escaped values */
    size_t stride;
} ossf_workspace;

/* Signs space->order[0..rows), which is sorted by length, into space->signatures. */
void ossf_sign_ordered(const ossf_job *job, const ossf_value *values, size_t rows,
                       const ossf_workspace *space);

#endif
