/* From rows in order of length to signatures: which rows are lanes of one kernel call, and what of their
 * canonical requests is hashed together.
 *
 * Rows of equal length have all that follows their last value at the same place. The blocks that lie
 * wholly behind it are the same for all of them: their message schedules are computed once, and only the
 * rounds remain for each group of lanes.
 */
#include "bytes.h"
#include "groups.h"

/* Writes the values of a row where those of another one of the same lengths are. */
static void replace_values(const ossf_job *job, const ossf_value *row, uint8_t *out)
{
    for (uint32_t i = 0; i < job->canonical_count; i++) {
        const ossf_piece *piece = job->canonical + i;

        if (piece->column >= 0)
            out = ossf_copy(out, row[piece->column].text, row[piece->column].length);
        else
            out += piece->length;
    }
}

/* Writes `blocks` blocks of the padded canonical request of one row, without those in `start`: up to those
 * that all rows of its length share, or to its own end. */
static void assemble(const ossf_job *job, const ossf_value *row, size_t length, uint8_t *out, size_t blocks)
{
    uint8_t *const padding = out + length, *const end = out + blocks * OSSF_BLOCK;

    for (uint32_t i = 0; i < job->canonical_count; i++) {
        const ossf_piece *piece = job->canonical + i;

        if (piece->column >= 0)
            out = ossf_copy(out, row[piece->column].text, row[piece->column].length);
        else if (piece->length <= (size_t)(end - out))
            out = ossf_copy(out, piece->text, piece->length);
        else
            out = ossf_copy(out, piece->text, (size_t)(end - out));
    }
    if (padding < end) {
        memset(padding, 0, (size_t)(end - padding));
        *padding = 0x80;
        if (blocks == ossf_blocks_for(length))
            ossf_store_be64(end - 8, (uint64_t)(job->start_length + length) * 8);
    }
}

/* Schedules the blocks that lie wholly behind the last value of a canonical request of `length` bytes;
 * returns how many they are. */
static size_t share_blocks(const ossf_job *job, size_t length, uint32_t *schedule)
{
    const size_t blocks = ossf_blocks_for(length), varied = length - job->end_length;
    const size_t first = (varied + OSSF_BLOCK - 1) / OSSF_BLOCK;

    for (size_t block = first; block < blocks; block++, schedule += 64) {
        const size_t from = block * OSSF_BLOCK - varied;
        const size_t left = from < job->end_length ? job->end_length - from : 0;
        uint8_t text[OSSF_BLOCK] = {0};

        if (left)
            memcpy(text, job->end + from, left < OSSF_BLOCK ? left : OSSF_BLOCK);
        if (from <= job->end_length && left < OSSF_BLOCK)
            text[left] = 0x80;
        if (block == blocks - 1)
            ossf_store_be64(text + OSSF_BLOCK - 8, (uint64_t)(job->start_length + length) * 8);
        job->ladder->schedule(text, schedule);
    }
    return blocks - first;
}

/* What a kernel's own sign() does, message by message: for kernels of one or two lanes. */
static void sign_by_message(const ossf_job *job, const ossf_kernel *kernel, const uint8_t *const *requests,
                            size_t own, uint8_t *const *signatures)
{
    const uint32_t lanes = kernel->lanes;
    uint8_t blocks[2][3 * OSSF_BLOCK], digest[OSSF_DIGEST];
    const uint8_t *const data[2] = {blocks[0], blocks[1]};
    uint32_t state[8 * 2];

    ossf_fill_state(state, job->start, lanes);
    kernel->compress(state, requests, own);
    for (uint32_t lane = 0; lane < lanes; lane++) {
        ossf_read_digest(state, lanes, lane, digest);
        memcpy(blocks[lane], job->inner_tail, job->inner_blocks * OSSF_BLOCK);
        ossf_hex(digest, blocks[lane] + job->inner_rest);
    }
    ossf_fill_state(state, job->key.inner, lanes);
    kernel->compress(state, data, job->inner_blocks);
    for (uint32_t lane = 0; lane < lanes; lane++) {
        ossf_read_digest(state, lanes, lane, blocks[lane]);
        memset(blocks[lane] + OSSF_DIGEST, 0, OSSF_BLOCK - OSSF_DIGEST);
        blocks[lane][OSSF_DIGEST] = 0x80;
        ossf_store_be64(blocks[lane] + OSSF_BLOCK - 8, (OSSF_BLOCK + OSSF_DIGEST) * 8);
    }
    ossf_fill_state(state, job->key.outer, lanes);
    kernel->compress(state, data, 1);
    for (uint32_t lane = 0; lane < lanes; lane++) {
        ossf_read_digest(state, lanes, lane, digest);
        ossf_hex(digest, signatures[lane]);
    }
}

/* Signs up to `lanes` rows whose canonical requests have the same number of blocks, of which the last
 * `shared` are scheduled. Lanes without a row repeat the first one, their signatures go nowhere. Where
 * `is_alike`, rows of the same lengths were signed just before and left their literals in place. */
static void sign_group(const ossf_job *job, const ossf_kernel *kernel, const ossf_value *values,
                       const uint32_t *rows, uint32_t count, size_t shared, int is_alike,
                       const ossf_chunk *chunk)
{
    const size_t own = ossf_blocks_for(chunk->lengths[rows[0]]) - shared;
    const uint8_t *data[OSSF_MAX_LANES];
    uint8_t *signatures[OSSF_MAX_LANES], nowhere[OSSF_SIGNATURE];

    for (uint32_t lane = 0; lane < count; lane++) {
        uint8_t *message = chunk->messages + lane * chunk->stride;
        const ossf_value *row = values + (size_t)rows[lane] * job->column_count;

        data[lane] = message;
        signatures[lane] = chunk->signatures[rows[lane]];
        if (is_alike)
            replace_values(job, row, message);
        else
            assemble(job, row, chunk->lengths[rows[lane]], message, own);
    }
    for (uint32_t lane = count; lane < kernel->lanes; lane++) {
        data[lane] = data[0];
        signatures[lane] = nowhere;
    }
    if (kernel->sign)
        kernel->sign(job, data, own, chunk->schedule, shared, signatures);
    else
        sign_by_message(job, kernel, data, own, signatures);
}

/* Signs what full groups of rows[0..count) there are, all of `length`, down the ladder as far as kernels save
 * something by sharing; returns how many rows are signed. */
static size_t sign_alike(const ossf_job *job, const ossf_value *values, const uint32_t *rows, size_t count,
                         size_t length, const ossf_chunk *chunk)
{
    const ossf_ladder *ladder = job->ladder;
    size_t done = 0, shared = 0;

    for (uint32_t step = 0; step < ladder->steps && ladder->step[step].kernel->shares; step++) {
        const ossf_kernel *kernel = ladder->step[step].kernel;

        for (; count - done >= kernel->lanes; done += kernel->lanes) {
            const int is_alike = done && job->column_count == 1;

            if (!done)
                shared = share_blocks(job, length, chunk->schedule);
            sign_group(job, kernel, values, rows + done, kernel->lanes, shared, is_alike, chunk);
        }
    }
    return done;
}

/* Signs full groups of equal length in rows[0..count); returns how many rows are left, moved to the front.
 * All rows have the same number of blocks. */
static size_t sign_equal(const ossf_job *job, const ossf_value *values, uint32_t *rows, size_t count,
                         const ossf_chunk *chunk)
{
    size_t from = 0, left = 0;

    while (from < count) {
        const uint32_t length = chunk->lengths[rows[from]];
        size_t to = from;

        while (to < count && chunk->lengths[rows[to]] == length)
            to++;
        from += sign_alike(job, values, rows + from, to - from, length, chunk);
        while (from < to)
            rows[left++] = rows[from++];
    }
    return left;
}

/* Signs rows of the same number of blocks, whatever their lengths, down the ladder. */
static void sign_mixed(const ossf_job *job, const ossf_value *values, const uint32_t *rows, size_t count,
                       const ossf_chunk *chunk)
{
    uint32_t step = 0;

    while (count) {
        const ossf_kernel *kernel;
        uint32_t taken;

        while (count < job->ladder->step[step].least)
            step++;
        kernel = job->ladder->step[step].kernel;
        taken = count < kernel->lanes ? (uint32_t)count : kernel->lanes;
        sign_group(job, kernel, values, rows, taken, 0, 0, chunk);
        rows += taken;
        count -= taken;
    }
}

void ossf_sign_ordered(const ossf_job *job, const ossf_value *values, size_t rows, const ossf_chunk *chunk)
{
    size_t from = 0;

    while (from < rows) {
        uint32_t *const group = chunk->order + from;
        const size_t blocks = ossf_blocks_for(chunk->lengths[*group]);
        size_t count = 0;

        while (from + count < rows && ossf_blocks_for(chunk->lengths[group[count]]) == blocks)
            count++;
        from += count;
        if (job->ladder->step[0].kernel->shares)
            count = sign_equal(job, values, group, count, chunk);
        sign_mixed(job, values, group, count, chunk);
    }
}
