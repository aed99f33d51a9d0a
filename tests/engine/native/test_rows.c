/* Rows of many shapes, signed on all ladders. */
#include "test_rows.h"

#include <stdio.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))
/* Two full groups of any kernel, half a one and a row. */
#define ROWS (2 * OSSF_MAX_LANES + OSSF_MAX_LANES / 2 + 1)

typedef struct shape {
    const ossf_encoding *encodings; /* of the columns */
    uint32_t columns;
    size_t head, tail, preamble;    /* lengths of constant texts; none where 0 */
    size_t rows, shortest, longest; /* lengths of values */
    uint32_t escapes, nulls, dots;  /* per cent of characters, of values, of characters that are "." or "/" */
} shape;

static const ossf_encoding key_only[] = {OSSF_PATH};

typedef struct run {
    const ossf_ladder *const *ladders;
    size_t count, *urls;
    int failures;
} run;

/* ---- noise --------------------------------------------------------------------------------- */

static uint64_t noise_state = 0x9e3779b97f4a7c15; /* xorshift64*, which never gets to 0 */

void test_seed(uint64_t seed) { noise_state = 0x9e3779b97f4a7c15 * (2 * seed + 1); }

uint32_t test_random(uint32_t below)
{
    noise_state ^= noise_state >> 12;
    noise_state ^= noise_state << 25;
    noise_state ^= noise_state >> 27;
    return (uint32_t)((noise_state * 0x2545f4914f6cdd1d) >> 33) % below;
}

void test_random_bytes(uint8_t *out, size_t length)
{
    for (size_t i = 0; i < length; i++)
        out[i] = (uint8_t)test_random(256);
}

/* ---- samples ------------------------------------------------------------------------------- */

/* A text that the column admits. */
static void random_text(uint8_t *out, size_t length, ossf_encoding encoding, uint32_t escapes, uint32_t dots)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789-._~ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const uint32_t kinds = encoding == OSSF_LABEL ? 36 : sizeof plain - 1;

    for (size_t i = 0; i < length; i++) {
        if (encoding == OSSF_DECIMAL)
            out[i] = (uint8_t)plain[26 + test_random(10)];
        else if (encoding != OSSF_LABEL && test_random(100) < dots)
            out[i] = "./"[test_random(2)];
        else if (encoding == OSSF_LABEL || encoding == OSSF_FIELD || test_random(100) >= escapes)
            out[i] = (uint8_t)plain[test_random(kinds)];
        else
            out[i] = (uint8_t)test_random(256);
    }
    if (encoding == OSSF_FIELD && length > 2)
        out[0] = out[length - 1] = ' ';
}

static ossf_value random_value(sample *s, const shape *wanted, ossf_encoding encoding)
{
    uint8_t text[4096];
    ossf_value value = {0};

    if (wanted->nulls && test_random(100) < wanted->nulls)
        return value;
    value.length =
        (uint32_t)(wanted->shortest + test_random((uint32_t)(wanted->longest - wanted->shortest + 1)));
    random_text(text, value.length, encoding, wanted->escapes, wanted->dots);
    value.text = sample_keep(s, text, value.length);
    return value;
}

static void constant(sample *s, size_t length, void (*append)(sample *, const void *, size_t, int32_t))
{
    uint8_t text[4096];

    random_text(text, length, OSSF_RAW, 10, 0);
    if (length)
        append(s, text, length, OSSF_LITERAL);
}

static void build(sample *s, const shape *wanted)
{
    uint8_t noise[4096];

    memset(s, 0, sizeof *s);
    s->column_count = wanted->columns;
    constant(s, wanted->head, sample_canonical);
    sample_url_piece(s, "https://bucket.example.com/", 27, OSSF_LITERAL);
    for (uint32_t i = 0; i < wanted->columns; i++) {
        s->columns[i] = (ossf_column){.encoding = wanted->encodings[i], .maximum = OSSF_MAX_LENGTH};
        if (i)
            constant(s, i, sample_canonical);
        sample_canonical(s, NULL, 0, (int32_t)i);
        sample_url_piece(s, NULL, 0, (int32_t)(wanted->columns - 1 - i));
    }
    constant(s, wanted->tail, sample_canonical);
    constant(s, wanted->tail, sample_url_piece);
    sample_url_piece(s, NULL, 0, OSSF_SIGNATURE_SLOT);
    test_random_bytes(noise, sizeof noise);
    s->preamble = sample_keep(s, noise, s->preamble_length = wanted->preamble);
    s->secret = sample_keep(s, noise, s->secret_length = OSSF_DIGEST);
    sample_rows(s, wanted->rows);
    for (size_t i = 0; i < wanted->rows * wanted->columns; i++)
        s->values[i] = random_value(s, wanted, s->columns[i % wanted->columns].encoding);
}

static void sign(run *r, const shape *wanted)
{
    sample s;
    const sample_url *expected;

    build(&s, wanted);
    expected = sample_expect(&s);
    for (size_t i = 0; i < r->count; i++) {
        if (!sample_check(&s, r->ladders[i], expected)) {
            fprintf(stderr,
                    "%s: %u columns of %zu..%zu bytes, %zu rows, head %zu, tail %zu, preamble %zu\n",
                    r->ladders[i]->name, wanted->columns, wanted->shortest, wanted->longest,
                    wanted->rows, wanted->head, wanted->tail, wanted->preamble);
            r->failures++;
        }
        r->urls[i] += wanted->rows;
    }
    sample_free(&s);
}

/* ---- shapes -------------------------------------------------------------------------------- */

/* Equal rows whose constant tail, preamble and end meet the borders of blocks in every way. */
static void sign_alignments(run *r)
{
    static const size_t tails[] = {0, 1, 8, 54, 55, 56, 63, 64, 65, 119, 120, 128, 200};

    for (size_t length = 1; length <= OSSF_BLOCK; length++)
        for (size_t i = 0; i < LENGTH(tails); i++) {
            const size_t head = (7 * length + i) % 130, preamble = (3 * length + 17 * i) % 260;

            sign(r, &(shape){key_only, 1, head, tails[i], preamble, ROWS, length, length, 0, 0, 0});
        }
}

/* From none to several groups, of one length and of many. */
static void sign_batches(run *r)
{
    for (size_t rows = 0; rows <= 3 * OSSF_MAX_LANES + 1; rows++) {
        sign(r, &(shape){key_only, 1, 20, 180, 47, rows, 40, 40, 0, 0, 0});
        sign(r, &(shape){key_only, 1, 20, 180, 48, rows, 1, 200, 20, 0, 0});
        sign(r, &(shape){key_only, 1, 20, 180, 49, rows, 30, 31, 20, 20, 0});
    }
}

/* Long constant texts, as a token makes them, and values of any length. */
static void sign_ragged(run *r)
{
    static const size_t tails[] = {0, 30, 250, 700, 1500};

    for (size_t i = 0; i < LENGTH(tails); i++) {
        sign(r, &(shape){key_only, 1, 60 + i, tails[i], 100 + i, 300, 1, 70, 0, 0, 0});
        sign(r, &(shape){key_only, 1, 70 - i, tails[i], 10 * i, 300, 1, 1023, 30, 5, 0});
        sign(r, &(shape){key_only, 1, 0, tails[i], 0, 300, 0, 3, 100, 0, 0});
    }
}

static void sign_columns(run *r)
{
    static const ossf_encoding encodings[][SAMPLE_COLUMNS] = {
        {OSSF_PATH, OSSF_DECIMAL, OSSF_VALUE, OSSF_FIELD},
        {OSSF_RAW, OSSF_LABEL, OSSF_QUERY, OSSF_PATH},
        {OSSF_VALUE, OSSF_VALUE, OSSF_DECIMAL, OSSF_LABEL},
        {OSSF_QUERY, OSSF_FIELD, OSSF_RAW, OSSF_DECIMAL},
    };

    for (size_t i = 0; i < LENGTH(encodings); i++)
        for (uint32_t columns = 1; columns <= SAMPLE_COLUMNS; columns++) {
            sign(r, &(shape){encodings[i], columns, 9, 120, 60, ROWS, 12, 12, 0, 0, 0});
            sign(r, &(shape){encodings[i], columns, 9, 120, 61, ROWS, 0, 60, 40, 0, 0});
            sign(r, &(shape){encodings[i], columns, 9, 0, 62, 100, 0, 6, 40, 10, 0});
        }
}

/* Paths with segments "." and ".." at every place, whose slashes the URL hides; alone and among others. */
static void sign_dots(run *r)
{
    static const ossf_encoding two[] = {OSSF_PATH, OSSF_PATH};

    for (size_t length = 1; length <= OSSF_BLOCK + 2; length++) {
        sign(r, &(shape){key_only, 1, 20, 180, 47, 4 * OSSF_MAX_LANES, length, length, 0, 0, 12});
        sign(r, &(shape){key_only, 1, 20, 60, 47, ROWS, length, length, 5, 0, 90});
    }
    for (uint32_t dots = 0; dots <= 100; dots += 20) {
        sign(r, &(shape){key_only, 1, 20, 180, 47, 300, 1, 1023, 20, 10, dots});
        sign(r, &(shape){two, 2, 20, 180, 47, 300, 0, 6, 20, 10, dots});
    }
    sign(r, &(shape){key_only, 1, 8, 40, 4, 2 * OSSF_CHUNK + 1, 1, 30, 10, 1, 30});
}

/* Texts that somebody changes while they are signed, to more escapes, to fewer and to slashes. */
static void sign_changed(run *r)
{
    static const ossf_encoding escaped[] = {OSSF_PATH, OSSF_QUERY, OSSF_VALUE};
    static const char letters[] = " a/.";

    for (size_t i = 0; i < r->count; i++)
        for (size_t letter = 0; letter < sizeof letters - 1; letter++)
            for (uint32_t escapes = 0; escapes <= 100; escapes += 25) {
                sample s;

                build(&s, &(shape){escaped, 3, 9, 0, 60, ROWS, 0, 90, escapes, 10, escapes / 2});
                r->failures += !sample_survives(&s, r->ladders[i], (uint8_t)letters[letter]);
                sample_free(&s);
            }
}

/* Chunks that are full, and one row more or less. */
static void sign_chunks(run *r)
{
    for (size_t rows = OSSF_CHUNK - 1; rows <= OSSF_CHUNK + 1; rows++)
        sign(r, &(shape){key_only, 1, 8, 40, 4, rows, 1, 20, 10, 1, 0});
    sign(r, &(shape){key_only, 1, 8, 40, 4, 2 * OSSF_CHUNK + 1, 8, 8, 0, 0, 0});
}

int test_rows(const ossf_ladder *const *ladders, size_t count, size_t *urls)
{
    run r = {ladders, count, urls, 0};

    sign_alignments(&r);
    sign_batches(&r);
    sign_ragged(&r);
    sign_columns(&r);
    sign_dots(&r);
    sign_changed(&r);
    sign_chunks(&r);
    return r.failures;
}
