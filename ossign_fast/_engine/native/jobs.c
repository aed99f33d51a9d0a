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
#include "groups.h"

/* Scratch memory of a chunk. */
typedef struct workspace {
    ossf_chunk chunk;
    uint32_t *sorted; /* [rows], the other half of the sort */
    uint8_t *encoded; /* escaped values */
} workspace;

static uint32_t uses_of_first(const ossf_piece *pieces, uint32_t count)
{
    uint32_t uses = 0;

    for (uint32_t i = 0; i < count; i++)
        uses += pieces[i].column == 0;
    return uses;
}

/* ossf_size_rows() of the usual job, which has one column. */
static void size_values(const ossf_job *job, const ossf_value *values, size_t rows, int64_t *ends,
                        size_t *longest, size_t *escaped)
{
    const size_t in_canonical = uses_of_first(job->canonical, job->canonical_count);
    const size_t in_url = uses_of_first(job->url, job->url_count);
    size_t in_chunk = 0, most = 0;
    int64_t end = 0;
    int any = 0;

    for (size_t row = 0; row < rows; row++) {
        const size_t encoded = values[row].encoded;

        if (row % OSSF_CHUNK == 0)
            in_chunk = 0;
        if (values[row].text) {
            any = 1;
            end += (int64_t)(job->url_literals + in_url * encoded);
            most = encoded > most ? encoded : most;
            in_chunk += ossf_is_plain(values + row) ? 0 : encoded;
            *escaped = in_chunk > *escaped ? in_chunk : *escaped;
        }
        ends[row + 1] = end;
    }
    if (any)
        *longest = job->canonical_literals + in_canonical * most;
}

void ossf_size_rows(const ossf_job *job, const ossf_value *values, size_t rows, int64_t *ends,
                    size_t *longest, size_t *escaped)
{
    size_t in_chunk = 0;

    ends[0] = 0;
    *longest = *escaped = 0;
    if (job->column_count == 1) {
        size_values(job, values, rows, ends, longest, escaped);
        return;
    }
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
    return ossf_blocks_for(longest) * OSSF_BLOCK;
}

size_t ossf_scratch_size(const ossf_job *job, size_t rows, size_t longest, size_t escaped)
{
    const size_t lanes = job->ladder->step[0].kernel->lanes;

    return rows * (OSSF_SIGNATURE + 3 * sizeof(uint32_t)) + lanes * message_stride(longest) +
           ossf_most_shared(job) * 64 * sizeof(uint32_t) + escaped + OSSF_SLACK;
}

static workspace lay_out(const ossf_job *job, uint8_t *scratch, size_t rows, size_t longest)
{
    workspace space;

    space.chunk.stride = message_stride(longest);
    space.chunk.signatures = (uint8_t(*)[OSSF_SIGNATURE])scratch;
    space.chunk.lengths = (uint32_t *)(space.chunk.signatures + rows);
    space.chunk.order = space.chunk.lengths + rows;
    space.sorted = space.chunk.order + rows;
    space.chunk.schedule = space.sorted + rows;
    space.chunk.messages = (uint8_t *)(space.chunk.schedule + ossf_most_shared(job) * 64);
    space.encoded = space.chunk.messages + job->ladder->step[0].kernel->lanes * space.chunk.stride;
    return space;
}

/* ---- encode -------------------------------------------------------------------------------- */

/* Writes what needs escapes in one row; returns the end. */
static uint8_t *encode_row(const ossf_job *job, ossf_value *row, uint8_t *out)
{
    for (uint32_t column = 0; column < job->column_count; column++, row++) {
        if (ossf_is_plain(row))
            continue;
        ossf_encode(job->columns + column, row, out);
        out += row->length;
    }
    return out;
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

/* The length of a row's canonical request, `start` aside. */
static size_t canonical_length(const ossf_job *job, const ossf_value *row)
{
    size_t length = job->canonical_literals;

    for (uint32_t i = 0; i < job->canonical_count; i++)
        if (job->canonical[i].column >= 0)
            length += row[job->canonical[i].column].length;
    return length;
}

/* Encodes rows and sets their lengths and the order; returns how many there are to sign. */
static size_t order_rows(const ossf_job *job, ossf_value *values, size_t rows, workspace *space)
{
    const uint32_t columns = job->column_count, literals = (uint32_t)job->canonical_literals;
    const uint32_t uses = uses_of_first(job->canonical, job->canonical_count);
    uint32_t *const lengths = space->chunk.lengths, *const order = space->chunk.order;
    uint8_t *encoded = space->encoded;
    uint32_t varied = 0; /* bits in which lengths differ */
    size_t count = 0;

    for (size_t row = 0; row < rows; row++, values += columns) {
        if (ossf_is_null_row(values, columns))
            continue;
        encoded = encode_row(job, values, encoded);
        lengths[row] = columns == 1 ? literals + uses * values->length : (uint32_t)canonical_length(job, values);
        order[count++] = (uint32_t)row;
        varied |= lengths[row] ^ lengths[order[0]];
    }
    for (int shift = 0; shift < 32 && varied >> shift; shift += 8) {
        if (varied >> shift & (DIGIT - 1)) {
            uint32_t *swap = space->chunk.order;

            sort_by_byte(space->chunk.lengths, space->chunk.order, space->sorted, count, shift);
            space->chunk.order = space->sorted;
            space->sorted = swap;
        }
    }
    return count;
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
                out = ossf_is_plain(value) ? ossf_copy(out, value->text, value->length) : ossf_in_url(out, value);
            } else if (piece->column == OSSF_LITERAL) {
                out = ossf_copy(out, piece->text, piece->length);
            } else {
                out = ossf_copy(out, space->chunk.signatures[row], OSSF_SIGNATURE);
            }
        }
    }
}

void ossf_sign_rows(const ossf_job *job, ossf_value *values, size_t rows, uint8_t *const *urls,
                    uint8_t *scratch, size_t longest)
{
    workspace space = lay_out(job, scratch, rows, longest);

    ossf_sign_ordered(job, values, order_rows(job, values, rows, &space), &space.chunk);
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
    job->inner_blocks = (uint32_t)ossf_blocks_for(job->inner_rest + OSSF_SIGNATURE);
    memset(job->inner_tail, 0, sizeof job->inner_tail);
    memcpy(job->inner_tail, preamble + absorbed, job->inner_rest);
    job->inner_tail[job->inner_rest + OSSF_SIGNATURE] = 0x80;
    ossf_store_be64(job->inner_tail + job->inner_blocks * OSSF_BLOCK - 8, (uint64_t)total * 8);
}
