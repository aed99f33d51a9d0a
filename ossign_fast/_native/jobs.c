/* The job loop: rows of a bound plan in, signed URLs out, on any kernel.
 *
 * A chunk of rows passes four steps:
 *
 *   encode   values that need escapes are written once, into scratch memory
 *   order    rows are sorted by the length of their canonical request, so that neighbours have the
 *            same number of blocks and can be lanes of one kernel call
 *   sign     groups of up to `lanes` rows: canonical request -> string to sign -> signature
 *   write    URLs are assembled in input order
 *
 * Hashed per row are only blocks that differ between rows: the leading constant blocks of the canonical
 * request (`start`), the padded HMAC keys and the full blocks of the preamble are states kept in the job.
 */
#include "bytes.h"
#include "ossf.h"

#define PADDING 9 /* the 0x80 byte and the 64-bit length */

static size_t blocks_for(size_t length) { return (length + PADDING + OSSF_BLOCK - 1) / OSSF_BLOCK; }

/* Scratch memory, laid out in this order. */
typedef struct workspace {
    uint8_t (*signatures)[OSSF_SIGNATURE]; /* [rows] */
    uint32_t *lengths;                     /* [rows] of the canonical requests, without `start` */
    uint32_t *order;                       /* [rows] */
    uint32_t *sorted;                      /* [rows] */
    uint8_t *messages;                     /* [lanes][stride] */
    uint32_t *schedule;                    /* [shared blocks][64] of the rows at hand */
    uint8_t *encoded;                      /* escaped values */
    size_t stride;
} workspace;

void ossf_size_rows(const ossf_job *job, const ossf_value *values, size_t rows, int64_t *ends,
                    size_t *longest, size_t *escaped)
{
    size_t in_chunk = 0;

    ends[0] = 0;
    *longest = *escaped = 0;
    for (size_t row = 0; row < rows; row++, values += job->column_count) {
        size_t canonical = job->canonical_literals, url = job->url_literals;

        if (row % OSSF_CHUNK == 0)
            in_chunk = 0;
        ends[row + 1] = ends[row];
        if (ossf_is_null_row(values, job->column_count))
            continue;
        for (uint32_t i = 0; i < job->canonical_count; i++)
            if (job->canonical[i].column >= 0)
                canonical += values[job->canonical[i].column].encoded;
        for (uint32_t i = 0; i < job->url_count; i++)
            if (job->url[i].column >= 0)
                url += values[job->url[i].column].encoded;
        ends[row + 1] += (int64_t)url;
        if (canonical > *longest)
            *longest = canonical;
        for (uint32_t i = 0; i < job->column_count; i++)
            if (!ossf_is_plain(values + i))
                in_chunk += values[i].encoded;
        if (in_chunk > *escaped)
            *escaped = in_chunk;
    }
}

static size_t message_stride(size_t longest)
{
    return blocks_for(longest) * OSSF_BLOCK;
}

/* Blocks that the literal at the end of a canonical request can fill, padding included. */
static size_t most_shared(const ossf_job *job)
{
    return job->ladder->step[0].kernel->rounds ? blocks_for(job->end_length) : 0;
}

size_t ossf_scratch_size(const ossf_job *job, size_t rows, size_t longest, size_t escaped)
{
    const size_t lanes = job->ladder->step[0].kernel->lanes;

    return rows * (OSSF_SIGNATURE + 3 * sizeof(uint32_t)) + lanes * message_stride(longest) +
           most_shared(job) * 64 * sizeof(uint32_t) + escaped + OSSF_SLACK;
}

static workspace lay_out(const ossf_job *job, uint8_t *scratch, size_t rows, size_t longest)
{
    workspace space;

    space.stride = message_stride(longest);
    space.signatures = (uint8_t(*)[OSSF_SIGNATURE])scratch;
    space.lengths = (uint32_t *)(space.signatures + rows);
    space.order = space.lengths + rows;
    space.sorted = space.order + rows;
    space.schedule = space.sorted + rows;
    space.messages = (uint8_t *)(space.schedule + most_shared(job) * 64);
    space.encoded = space.messages + job->ladder->step[0].kernel->lanes * space.stride;
    return space;
}

/* ---- encode -------------------------------------------------------------------------------- */

static void encode_values(const ossf_job *job, ossf_value *values, size_t rows, const workspace *space)
{
    uint8_t *out = space->encoded;

    for (size_t row = 0; row < rows; row++) {
        ossf_value *value = values + row * job->column_count;

        if (ossf_is_null_row(value, job->column_count))
            continue;
        for (uint32_t column = 0; column < job->column_count; column++, value++) {
            if (ossf_is_plain(value))
                continue;
            ossf_encode(job->columns + column, value, out);
            value->text = out;
            value->length = value->encoded;
            out += value->encoded;
        }
    }
}

/* ---- order --------------------------------------------------------------------------------- */

#define DIGIT 256

/* One stable pass of a radix sort over the byte of the lengths that `shift` names. */
static void sort_by_byte(const uint32_t *lengths, const uint32_t *from, uint32_t *to, size_t rows, int shift)
{
    uint32_t ends[DIGIT] = {0};
    uint32_t end = 0;

    for (size_t i = 0; i < rows; i++)
        ends[lengths[from[i]] >> shift & (DIGIT - 1)]++;
    for (int digit = 0; digit < DIGIT; digit++) {
        const uint32_t count = ends[digit];
        ends[digit] = end;
        end += count;
    }
    for (size_t i = 0; i < rows; i++)
        to[ends[lengths[from[i]] >> shift & (DIGIT - 1)]++] = from[i];
}

/* Sets space->lengths and space->order; returns how many rows there are to sign. */
static size_t order_rows(const ossf_job *job, const ossf_value *values, size_t rows, workspace *space)
{
    uint32_t varied = 0; /* bits in which lengths differ */
    size_t count = 0;

    for (size_t row = 0; row < rows; row++, values += job->column_count) {
        size_t length = job->canonical_literals;

        if (ossf_is_null_row(values, job->column_count))
            continue;
        for (uint32_t i = 0; i < job->canonical_count; i++)
            if (job->canonical[i].column >= 0)
                length += values[job->canonical[i].column].length;
        space->lengths[row] = (uint32_t)length;
        space->order[count++] = (uint32_t)row;
        varied |= space->lengths[row] ^ space->lengths[space->order[0]];
    }
    for (int shift = 0; shift < 32 && varied >> shift; shift += 8) {
        if (varied >> shift & (DIGIT - 1)) {
            uint32_t *swap = space->order;

            sort_by_byte(space->lengths, space->order, space->sorted, count, shift);
            space->order = space->sorted;
            space->sorted = swap;
        }
    }
    return count;
}

/* ---- sign ---------------------------------------------------------------------------------- */

/* Writes `end - out` bytes of the padded canonical request of one row, without those in `start`: up to the
 * blocks that all rows of its length share, or to its own end. */
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
        if (blocks == blocks_for(length))
            ossf_store_be64(end - 8, (uint64_t)(job->start_length + length) * 8);
    }
}

/* Schedules the blocks that lie wholly behind the last value of a canonical request of `length` bytes;
 * returns how many they are. */
static size_t share_blocks(const ossf_job *job, size_t length, uint32_t *schedule)
{
    const size_t blocks = blocks_for(length), varied = length - job->end_length;
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
        ossf_schedule(text, schedule);
    }
    return blocks - first;
}

static void fill_state(uint32_t *state, const uint32_t from[8], uint32_t lanes)
{
    for (int i = 0; i < 8; i++)
        for (uint32_t lane = 0; lane < lanes; lane++)
            state[i * lanes + lane] = from[i];
}

static void read_digest(const uint32_t *state, uint32_t lanes, uint32_t lane, uint8_t digest[OSSF_DIGEST])
{
    for (uint32_t i = 0; i < 8; i++)
        ossf_store_be32(digest + 4 * i, state[i * lanes + lane]);
}

/* What a kernel's own sign() does, message by message: for kernels of one or two lanes. */
static void sign_states(const ossf_job *job, const ossf_kernel *kernel, uint32_t *state,
                        uint8_t *const *signatures)
{
    const uint32_t lanes = kernel->lanes;
    uint8_t blocks[2][3 * OSSF_BLOCK], digest[OSSF_DIGEST];
    const uint8_t *const data[2] = {blocks[0], blocks[1]};

    for (uint32_t lane = 0; lane < lanes; lane++) {
        read_digest(state, lanes, lane, digest);
        memcpy(blocks[lane], job->inner_tail, job->inner_blocks * OSSF_BLOCK);
        ossf_hex(digest, blocks[lane] + job->inner_rest);
    }
    fill_state(state, job->key.inner, lanes);
    kernel->compress(state, data, job->inner_blocks);
    for (uint32_t lane = 0; lane < lanes; lane++) {
        read_digest(state, lanes, lane, blocks[lane]);
        memset(blocks[lane] + OSSF_DIGEST, 0, OSSF_BLOCK - OSSF_DIGEST);
        blocks[lane][OSSF_DIGEST] = 0x80;
        ossf_store_be64(blocks[lane] + OSSF_BLOCK - 8, (OSSF_BLOCK + OSSF_DIGEST) * 8);
    }
    fill_state(state, job->key.outer, lanes);
    kernel->compress(state, data, 1);
    for (uint32_t lane = 0; lane < lanes; lane++) {
        read_digest(state, lanes, lane, digest);
        ossf_hex(digest, signatures[lane]);
    }
}

/* Signs up to `lanes` rows whose canonical requests have the same number of blocks, of which the last
 * `shared` are scheduled. Lanes without a row repeat the first one, their signatures go nowhere. */
static void sign_group(const ossf_job *job, const ossf_kernel *kernel, const ossf_value *values,
                       const uint32_t *rows, uint32_t count, size_t shared, const workspace *space)
{
    const size_t blocks = blocks_for(space->lengths[rows[0]]) - shared;
    uint32_t state[8 * OSSF_MAX_LANES];
    const uint8_t *data[OSSF_MAX_LANES];
    uint8_t *signatures[OSSF_MAX_LANES], nowhere[OSSF_SIGNATURE];

    for (uint32_t lane = 0; lane < kernel->lanes; lane++) {
        uint8_t *message = space->messages + lane * space->stride;
        const uint32_t row = rows[lane < count ? lane : 0];

        data[lane] = lane < count ? message : data[0];
        signatures[lane] = lane < count ? space->signatures[row] : nowhere;
        if (lane < count)
            assemble(job, values + (size_t)row * job->column_count, space->lengths[row], message, blocks);
    }
    fill_state(state, job->start, kernel->lanes);
    kernel->compress(state, data, blocks);
    if (shared)
        kernel->rounds(state, space->schedule, shared);
    if (kernel->sign)
        kernel->sign(job, state, signatures);
    else
        sign_states(job, kernel, state, signatures);
}

/* Signs what full groups of equal length in rows[0..count) there are; returns how many rows are left,
 * moved to the front. All rows have the same number of blocks. */
static size_t sign_equal(const ossf_job *job, const ossf_value *values, uint32_t *rows, size_t count,
                         const workspace *space)
{
    const ossf_kernel *kernel = job->ladder->step[0].kernel;
    size_t from = 0, left = 0;

    while (from < count) {
        const uint32_t length = space->lengths[rows[from]];
        size_t to = from;

        while (to < count && space->lengths[rows[to]] == length)
            to++;
        if (to - from >= kernel->lanes) {
            const size_t shared = share_blocks(job, length, space->schedule);

            for (; to - from >= kernel->lanes; from += kernel->lanes)
                sign_group(job, kernel, values, rows + from, kernel->lanes, shared, space);
        }
        while (from < to)
            rows[left++] = rows[from++];
    }
    return left;
}

/* Signs rows of the same number of blocks, whatever their lengths, down the ladder. */
static void sign_mixed(const ossf_job *job, const ossf_value *values, const uint32_t *rows, size_t count,
                       const workspace *space)
{
    uint32_t step = 0;

    while (count) {
        const ossf_kernel *kernel;
        uint32_t taken;

        while (count < job->ladder->step[step].least)
            step++;
        kernel = job->ladder->step[step].kernel;
        taken = count < kernel->lanes ? (uint32_t)count : kernel->lanes;
        sign_group(job, kernel, values, rows, taken, 0, space);
        rows += taken;
        count -= taken;
    }
}

static void sign_ordered(const ossf_job *job, const ossf_value *values, size_t rows, const workspace *space)
{
    size_t from = 0;

    while (from < rows) {
        uint32_t *const group = space->order + from;
        const size_t blocks = blocks_for(space->lengths[*group]);
        size_t count = 0;

        while (from + count < rows && blocks_for(space->lengths[group[count]]) == blocks)
            count++;
        from += count;
        if (job->ladder->step[0].kernel->rounds)
            count = sign_equal(job, values, group, count, space);
        sign_mixed(job, values, group, count, space);
    }
}

/* ---- write --------------------------------------------------------------------------------- */

static void write_urls(const ossf_job *job, const ossf_value *values, size_t rows, uint8_t *const *urls,
                       const workspace *space)
{
    for (size_t row = 0; row < rows; row++) {
        uint8_t *out = urls[row];

        if (ossf_is_null_row(values + row * job->column_count, job->column_count))
            continue;
        for (uint32_t i = 0; i < job->url_count; i++) {
            const ossf_piece *piece = job->url + i;

            if (piece->column >= 0) {
                const ossf_value *value = values + row * job->column_count + piece->column;
                out = ossf_copy(out, value->text, value->length);
            } else if (piece->column == OSSF_LITERAL) {
                out = ossf_copy(out, piece->text, piece->length);
            } else {
                out = ossf_copy(out, space->signatures[row], OSSF_SIGNATURE);
            }
        }
    }
}

void ossf_sign_rows(const ossf_job *job, ossf_value *values, size_t rows, uint8_t *const *urls,
                    uint8_t *scratch, size_t longest)
{
    workspace space = lay_out(job, scratch, rows, longest);

    encode_values(job, values, rows, &space);
    sign_ordered(job, values, order_rows(job, values, rows, &space), &space);
    write_urls(job, values, rows, urls, &space);
}

/* ---- prepare ------------------------------------------------------------------------------- */

static size_t literal_bytes(const ossf_piece *pieces, uint32_t count)
{
    size_t bytes = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (pieces[i].column == OSSF_LITERAL)
            bytes += pieces[i].length;
        else if (pieces[i].column == OSSF_SIGNATURE_SLOT)
            bytes += OSSF_SIGNATURE;
    }
    return bytes;
}

/* Hashes the full blocks of `text`; returns how many bytes they are. */
static size_t absorb(const ossf_ladder *ladder, uint32_t state[8], uint64_t before, const uint8_t *text,
                     size_t length)
{
    ossf_sha256 hash;

    memcpy(hash.state, state, sizeof hash.state);
    hash.length = before;
    ossf_sha256_update(ladder, &hash, text, length / OSSF_BLOCK * OSSF_BLOCK);
    memcpy(state, hash.state, sizeof hash.state);
    return length / OSSF_BLOCK * OSSF_BLOCK;
}

void ossf_job_prepare(ossf_job *job, ossf_piece *canonical, const uint8_t *preamble, size_t length)
{
    size_t absorbed, total = OSSF_BLOCK + length + OSSF_SIGNATURE;

    job->canonical = canonical;
    job->end = NULL;
    job->end_length = 0;
    job->start_length = 0;
    memcpy(job->start, ossf_sha256_start, sizeof job->start);
    if (job->canonical_count && canonical[0].column == OSSF_LITERAL) {
        job->start_length = absorb(job->ladder, job->start, 0, canonical[0].text, canonical[0].length);
        canonical[0].text += job->start_length;
        canonical[0].length -= (uint32_t)job->start_length;
    }
    if (job->canonical_count && canonical[job->canonical_count - 1].column == OSSF_LITERAL) {
        job->end = canonical[job->canonical_count - 1].text;
        job->end_length = canonical[job->canonical_count - 1].length;
    }
    job->canonical_literals = literal_bytes(canonical, job->canonical_count);
    job->url_literals = literal_bytes(job->url, job->url_count);

    absorbed = absorb(job->ladder, job->key.inner, OSSF_BLOCK, preamble, length);
    job->inner_rest = (uint32_t)(length - absorbed);
    job->inner_blocks = (uint32_t)blocks_for(job->inner_rest + OSSF_SIGNATURE);
    memset(job->inner_tail, 0, sizeof job->inner_tail);
    memcpy(job->inner_tail, preamble + absorbed, job->inner_rest);
    job->inner_tail[job->inner_rest + OSSF_SIGNATURE] = 0x80;
    ossf_store_be64(job->inner_tail + job->inner_blocks * OSSF_BLOCK - 8, (uint64_t)total * 8);
}
