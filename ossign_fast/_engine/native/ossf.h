/* The native core of ossign_fast: SHA-256 kernels, percent-encoding and the job loop.
 *
 * Plain C11 over caller-owned memory: nothing here allocates, blocks or knows Python or OSS.
 */
#ifndef OSSF_H
#define OSSF_H

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__) || defined(_M_X64)
#define OSSF_X86 1
#if defined(__GNUC__) || defined(__clang__)
#define OSSF_X86_LANES 1 /* compiles functions for another instruction set than the file's */
#endif
#endif

#if (defined(__aarch64__) && !defined(__AARCH64EB__)) || defined(_M_ARM64)
#define OSSF_ARM64 1
#endif

#define OSSF_BLOCK 64
#define OSSF_DIGEST 32
#define OSSF_SIGNATURE 64 /* hexadecimal digits */
#define OSSF_MAX_LANES 16

/* ---- Kernels ------------------------------------------------------------------------------- */

struct ossf_job;

/* SHA-256 of `lanes` messages at once. */
typedef struct ossf_kernel {
    const char *name;
    uint32_t lanes;
    int shares; /* whether blocks that are the same in all lanes take less time than others */
    /* Adds `blocks` consecutive blocks of each data[lane] to that lane's state; laid out [8][lanes]. */
    void (*compress)(uint32_t *state, const uint8_t *const *data, size_t blocks);
    /* From canonical requests to hexadecimal signatures: `own` blocks of each data[lane], then `shared` ones
     * that are the same in all lanes, of which the schedules are given. NULL where lanes do not help. */
    void (*sign)(const struct ossf_job *job, const uint8_t *const *data, size_t own,
                 const uint32_t *schedule, size_t shared, uint8_t *const *signatures);
} ossf_kernel;

/* Kernels from wide to narrow. A step is used for at least `least` rows of equal block count. */
#define OSSF_MAX_STEPS 4
typedef struct ossf_ladder {
    const char *name;
    /* Writes W[t] + K[t] of a block, as far as rounds are concerned all there is to it. */
    void (*schedule)(const uint8_t block[OSSF_BLOCK], uint32_t schedule[64]);
    uint32_t steps;
    struct {
        const ossf_kernel *kernel;
        uint32_t least;
    } step[OSSF_MAX_STEPS];
} ossf_ladder;

extern const uint32_t ossf_sha256_start[8];
extern const uint32_t ossf_sha256_k[64];
extern const ossf_kernel ossf_portable;
extern const ossf_kernel ossf_shani_1, ossf_shani_2, ossf_shani_4, ossf_shani_16, ossf_avx2, ossf_avx512;
extern const ossf_kernel ossf_armv8_1, ossf_armv8_2;

void ossf_schedule(const uint8_t block[OSSF_BLOCK], uint32_t schedule[64]);
void ossf_schedule_shani(const uint8_t block[OSSF_BLOCK], uint32_t schedule[64]);

/* The ladders that this CPU can run, best first; returns their number. */
#define OSSF_MAX_LADDERS 8
size_t ossf_ladders(const ossf_ladder *found[OSSF_MAX_LADDERS]);

/* The names of the instruction sets that kernels exist for and this CPU has, "" after the last. */
#define OSSF_MAX_FEATURES 8
void ossf_cpu_features(const char *names[OSSF_MAX_FEATURES]);

/* ---- Hashing messages ---------------------------------------------------------------------- */

typedef struct ossf_sha256 {
    uint32_t state[8];
    uint64_t length;
    uint8_t rest[OSSF_BLOCK]; /* the length % 64 bytes that do not fill a block yet */
} ossf_sha256;

void ossf_sha256_init(ossf_sha256 *hash);
void ossf_sha256_update(const ossf_ladder *ladder, ossf_sha256 *hash, const uint8_t *data, size_t length);
void ossf_sha256_final(const ossf_ladder *ladder, ossf_sha256 *hash, uint8_t digest[OSSF_DIGEST]);

/* An HMAC key: the states after its inner and its outer pad. */
typedef struct ossf_hmac_key {
    uint32_t inner[8];
    uint32_t outer[8];
} ossf_hmac_key;

void ossf_hmac_init(const ossf_ladder *ladder, ossf_hmac_key *key, const uint8_t *secret, size_t length);
void ossf_hmac(const ossf_ladder *ladder, const ossf_hmac_key *key, const uint8_t *data, size_t length,
               uint8_t digest[OSSF_DIGEST]);

/* SHA-256, and HMAC, of many messages: message i is data[ends[i]..ends[i + 1]). `order` holds `rows` numbers,
 * `digests` OSSF_DIGEST bytes for each. The second one writes over `ends`. */
void ossf_sha256_many(const ossf_ladder *ladder, const uint8_t *data, const int64_t *ends, size_t rows,
                      uint32_t *order, uint8_t *digests);
void ossf_hmac_many(const ossf_ladder *ladder, const ossf_hmac_key *key, const uint8_t *data, int64_t *ends,
                    size_t rows, uint32_t *order, uint8_t *digests);

/* ---- Text ---------------------------------------------------------------------------------- */

typedef enum ossf_encoding {
    OSSF_RAW,
    OSSF_LABEL,
    OSSF_PATH,
    OSSF_QUERY,
    OSSF_VALUE,
    OSSF_FIELD,
    OSSF_DECIMAL
} ossf_encoding;

typedef enum ossf_fault {
    OSSF_FINE,
    OSSF_TOO_SHORT,
    OSSF_TOO_LONG,
    OSSF_BAD_START,
    OSSF_BAD_END,
    OSSF_NOT_LABEL,
    OSSF_CONTROL,
    OSSF_BLANK_END,
    OSSF_NULL,
    OSSF_SURROGATE,
    OSSF_NOT_UTF8
} ossf_fault;

/* How one column is written and what its values must keep to; lengths in UTF-8 bytes. */
typedef struct ossf_column {
    ossf_encoding encoding;
    int64_t minimum, maximum;
    uint8_t refused_start[4], refused_end[4]; /* NUL-padded */
} ossf_column;

/* Most code points of one value: far more than any column admits, and its escapes fit 32 bits. */
#define OSSF_MAX_LENGTH 0x0fffffff

/* One value of one row: UTF-8 text, and the length that it has in the URL once measured. A NULL text is a
 * null, and so is a row that holds one: it is not signed, its URL is empty. */
typedef struct ossf_value {
    const uint8_t *text;
    uint32_t length;
    uint32_t encoded;
} ossf_value;

/* Checks a value against its column, trims it where the column says so and sets `encoded`. */
ossf_fault ossf_measure(const ossf_column *column, ossf_value *value);

/* Writes a measured value that is not plain as the canonical request has it, at most value->encoded bytes
 * even if the text has changed since, and points the value there. */
#define OSSF_SLACK 16
void ossf_encode(const ossf_column *column, ossf_value *value, uint8_t *out);

/* The bytes that escapes add to a text of a query, and to a path in a URL. Where a segment of the path is
 * "." or "..", its slashes are escaped in the URL, and in the canonical request they are not. */
uint32_t ossf_query_escapes(const uint8_t *text, size_t length);
uint32_t ossf_path_escapes(const uint8_t *text, size_t length);

/* Writes text with its escapes, but for those of slashes where they are kept, and at most `escapes` of them;
 * returns the end. */
uint8_t *ossf_escape(uint8_t *out, const uint8_t *text, size_t length, int keep_slash, size_t escapes);

/* Writes an encoded value as the URL has it, value->encoded bytes; returns the end. These are more than
 * value->length only where the slashes of a path are escaped, or where the text has changed. */
uint8_t *ossf_in_url(uint8_t *out, const ossf_value *value);

/* Whether a measured value goes into the templates as it is. */
static inline int ossf_is_plain(const ossf_value *value) { return value->encoded == value->length; }

static inline int ossf_is_null_row(const ossf_value *row, uint32_t columns)
{
    for (uint32_t i = 0; i < columns; i++)
        if (!row[i].text)
            return 1;
    return 0;
}

int ossf_is_ascii(const uint8_t *text, size_t length);

/* Consecutive rows of text that lies packed in memory; see ../columns.py for the forms. */
typedef enum ossf_form { OSSF_OFFSETS_32, OSSF_OFFSETS_64, OSSF_VIEWS, OSSF_BYTES, OSSF_UCS4 } ossf_form;
typedef struct ossf_segment {
    ossf_form form;
    int64_t rows, first;
    const uint8_t *validity; /* bitmap, or NULL */
    const void *starts, *data;
    size_t width;
} ossf_segment;

/* As ossf_measure, of a text that ossf_gather found: OSSF_NOT_UTF8 comes before all other faults. */
ossf_fault ossf_measure_packed(const ossf_column *column, ossf_value *value);

/* Points values[i * stride] at the rows of a segment. Returns how many are good; where that is not all,
 * *fault tells why. `memory` must hold ossf_gather_size(). */
size_t ossf_gather_size(const ossf_segment *segment);
int64_t ossf_gather(const ossf_segment *segment, ossf_value *values, size_t stride, uint8_t *memory,
                    ossf_fault *fault);

/* Writes `length` code points of 1, 2 or 4 bytes each as UTF-8; returns its length, or SIZE_MAX at what is
 * no code point or a surrogate. `out` must hold `length` times 2, 3 or 4 bytes. */
size_t ossf_utf8(const void *text, unsigned width, size_t length, uint8_t *out);

/* Writes `number` in decimal digits, at most 20 bytes; returns how many. */
size_t ossf_decimal(int64_t number, uint8_t *out);

void ossf_hex(const uint8_t digest[OSSF_DIGEST], uint8_t out[OSSF_SIGNATURE]);

/* ---- Jobs ---------------------------------------------------------------------------------- */

/* A piece of a template: literal text, or the column of a row. */
#define OSSF_LITERAL (-1)
#define OSSF_SIGNATURE_SLOT (-2)
typedef struct ossf_piece {
    const uint8_t *text;
    uint32_t length;
    int32_t column;
} ossf_piece;

/* A plan bound to its constants and its signing key. */
typedef struct ossf_job {
    const ossf_ladder *ladder;
    const ossf_column *columns;
    const ossf_piece *canonical, *url;
    uint32_t column_count, canonical_count, url_count;
    size_t canonical_literals, url_literals; /* their bytes, the signature's included */
    uint32_t start[8];                       /* state after the leading blocks that are constant */
    size_t start_length;                     /* bytes of those, a multiple of 64 */
    ossf_hmac_key key;                       /* its inner state holds the preamble's full blocks */
    uint8_t inner_tail[3 * OSSF_BLOCK];      /* rest of the preamble, a gap for the hex, padding */
    uint32_t inner_rest, inner_blocks;       /* bytes before the gap; blocks of inner_tail */
    const uint8_t *end;                      /* literal that ends the canonical request */
    uint32_t end_length;
} ossf_job;

/* Computes what depends only on the literals: start, inner_tail, lengths. `job->key` is the bare key,
 * the first piece of `canonical` may be shortened. */
void ossf_job_prepare(ossf_job *job, ossf_piece *canonical, const uint8_t *preamble, size_t length);

/* Rows are signed in chunks, so that what one chunk needs stays in the cache. */
#define OSSF_CHUNK 4096

/* What signing measured rows takes. ends[row + 1] is where the row's URL ends if all stand in a row, ends[0]
 * is 0; no canonical request is longer than `longest`, the part in `start` aside; `escaped` the greatest sum,
 * over a chunk, of the encoded lengths of values that are not plain. */
void ossf_size_rows(const ossf_job *job, const ossf_value *values, size_t rows, int64_t *ends,
                    size_t *longest, size_t *escaped);

/* Bytes of scratch memory, aligned to 8, for chunks of up to `rows` rows of these sizes. */
size_t ossf_scratch_size(const ossf_job *job, size_t rows, size_t longest, size_t escaped);

/* Signs `rows` rows, at most OSSF_CHUNK; values is [rows][column_count] and is overwritten. urls[row] is
 * where the URL goes. */
void ossf_sign_rows(const ossf_job *job, ossf_value *values, size_t rows, uint8_t *const *urls,
                    uint8_t *scratch, size_t longest);

#endif
