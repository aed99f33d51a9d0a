/* SHA-256 and HMAC of many messages: those of equal block count are lanes of one kernel call. */
#include "bytes.h"
#include "groups.h"

#define LISTED 32 /* messages of more blocks are hashed alone, which costs them next to nothing */
#define ENDING 2  /* blocks that the padding and what it follows on may fill */

/* Messages that lie packed, and the state that all of them go on from. */
typedef struct messages {
    const uint32_t *start;
    uint64_t hashed;     /* bytes that are in `start` already, whole blocks */
    const uint8_t *data;
    const int64_t *ends; /* message i is data[ends[i]..ends[i + 1]) */
} messages;

static size_t length_of(const messages *all, size_t row)
{
    return (size_t)(all->ends[row + 1] - all->ends[row]);
}

/* Hashes up to `lanes` messages of `blocks` blocks each. Lanes without one repeat the first. */
static void hash_group(const messages *all, const ossf_kernel *kernel, const uint32_t *rows, uint32_t count,
                       size_t blocks, uint8_t *digests)
{
    const size_t ending = blocks < ENDING ? blocks : ENDING, whole = blocks - ending;
    const uint8_t *data[OSSF_MAX_LANES], *tails[OSSF_MAX_LANES];
    uint8_t padded[OSSF_MAX_LANES][ENDING * OSSF_BLOCK];
    uint32_t state[8 * OSSF_MAX_LANES];

    for (uint32_t lane = 0; lane < kernel->lanes; lane++) {
        const uint32_t used = lane < count ? lane : 0;
        const size_t length = length_of(all, rows[used]), rest = length - whole * OSSF_BLOCK;
        uint8_t *const tail = padded[used];

        data[lane] = all->data + all->ends[rows[used]];
        tails[lane] = tail;
        if (lane >= count)
            continue;
        if (rest)
            memcpy(tail, data[lane] + whole * OSSF_BLOCK, rest);
        memset(tail + rest, 0, ending * OSSF_BLOCK - rest);
        tail[rest] = 0x80;
        ossf_store_be64(tail + ending * OSSF_BLOCK - 8, (all->hashed + length) * 8);
    }
    ossf_fill_state(state, all->start, kernel->lanes);
    if (whole)
        kernel->compress(state, data, whole);
    kernel->compress(state, tails, ending);
    for (uint32_t lane = 0; lane < count; lane++)
        ossf_read_digest(state, kernel->lanes, lane, digests + (size_t)rows[lane] * OSSF_DIGEST);
}

/* Hashes rows[0..count), which have the same number of blocks, down the ladder. */
static void hash_equal(const messages *all, const ossf_ladder *ladder, const uint32_t *rows, size_t count,
                       uint8_t *digests)
{
    uint32_t step = 0;

    while (count) {
        const ossf_kernel *kernel;
        uint32_t taken;

        while (count < ladder->step[step].least)
            step++;
        kernel = ladder->step[step].kernel;
        taken = count < kernel->lanes ? (uint32_t)count : kernel->lanes;
        hash_group(all, kernel, rows, taken, ossf_blocks_for(length_of(all, rows[0])), digests);
        rows += taken;
        count -= taken;
    }
}

static size_t bin_of(const messages *all, size_t row)
{
    const size_t blocks = ossf_blocks_for(length_of(all, row));

    return blocks <= LISTED ? blocks : LISTED + 1;
}

/* Orders the rows by their number of blocks, and hashes those of each number. */
static void hash_all(const messages *all, const ossf_ladder *ladder, size_t rows, uint32_t *order,
                     uint8_t *digests)
{
    size_t ends[LISTED + 3] = {0}, from = 0;

    for (size_t row = 0; row < rows; row++)
        ends[bin_of(all, row) + 1]++;
    for (size_t bin = 0; bin <= LISTED + 1; bin++)
        ends[bin + 1] += ends[bin];
    for (size_t row = 0; row < rows; row++)
        order[ends[bin_of(all, row)]++] = (uint32_t)row;
    for (size_t bin = 0; bin <= LISTED; from = ends[bin++])
        hash_equal(all, ladder, order + from, ends[bin] - from, digests);
    for (; from < rows; from++)
        hash_equal(all, ladder, order + from, 1, digests);
}

void ossf_sha256_many(const ossf_ladder *ladder, const uint8_t *data, const int64_t *ends, size_t rows,
                      uint32_t *order, uint8_t *digests)
{
    const messages all = {ossf_sha256_start, 0, data, ends};

    hash_all(&all, ladder, rows, order, digests);
}

void ossf_hmac_many(const ossf_ladder *ladder, const ossf_hmac_key *key, const uint8_t *data, int64_t *ends,
                    size_t rows, uint32_t *order, uint8_t *digests)
{
    const messages texts = {key->inner, OSSF_BLOCK, data, ends};
    const messages inner = {key->outer, OSSF_BLOCK, digests, ends};

    hash_all(&texts, ladder, rows, order, digests);
    for (size_t row = 0; row <= rows; row++)
        ends[row] = (int64_t)row * OSSF_DIGEST;
    /* Into its own place: a group has copied its messages before it writes their digests. */
    hash_all(&inner, ladder, rows, order, digests);
}
