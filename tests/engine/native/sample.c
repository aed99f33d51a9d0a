/* Samples: their memory, how they are built, and the slow implementation. */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const ossf_ladder sample_portable = {"portable", ossf_schedule, 1, {{&ossf_portable, 1}}};

/* ---- memory -------------------------------------------------------------------------------- */

void *sample_allocate(size_t size)
{
    void *memory = malloc(size ? size : 1);

    if (!memory) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    return memory;
}

static void *own(sample *s, size_t size)
{
    if ((s->block_count & (s->block_count - 1)) == 0) { /* full at each power of two */
        void **grown = sample_allocate((2 * s->block_count + 1) * sizeof *grown);

        if (s->block_count)
            memcpy(grown, s->blocks, s->block_count * sizeof *grown);
        free(s->blocks);
        s->blocks = grown;
    }
    return s->blocks[s->block_count++] = sample_allocate(size);
}

const uint8_t *sample_keep(sample *s, const void *bytes, size_t length)
{
    uint8_t *copy = own(s, length);

    if (length)
        memcpy(copy, bytes, length);
    return copy;
}

void sample_free(sample *s)
{
    for (size_t i = 0; i < s->block_count; i++)
        free(s->blocks[i]);
    free(s->blocks);
    memset(s, 0, sizeof *s);
}

/* ---- building ------------------------------------------------------------------------------ */

static ossf_piece piece(sample *s, const void *text, size_t length, int32_t column)
{
    return (ossf_piece){
        .text = text ? sample_keep(s, text, length) : NULL,
        .length = (uint32_t)length,
        .column = text ? OSSF_LITERAL : column,
    };
}

void sample_canonical(sample *s, const void *text, size_t length, int32_t column)
{
    s->canonical[s->canonical_count++] = piece(s, text, length, column);
}

void sample_url_piece(sample *s, const void *text, size_t length, int32_t column)
{
    s->url[s->url_count++] = piece(s, text, length, column);
}

void sample_rows(sample *s, size_t rows)
{
    s->rows = rows;
    s->values = own(s, rows * s->column_count * sizeof *s->values);
}

/* ---- the slow implementation --------------------------------------------------------------- */

typedef struct text {
    char bytes[1 << 16];
    size_t length;
} text;

static void add(text *out, const void *bytes, size_t length)
{
    if (length > sizeof out->bytes - out->length) {
        fputs("a sample is too long\n", stderr);
        exit(2);
    }
    if (length)
        memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

static void add_hex(text *out, const uint8_t digest[OSSF_DIGEST])
{
    for (int i = 0; i < OSSF_DIGEST; i++) {
        char two[3];

        snprintf(two, sizeof two, "%02x", digest[i]);
        add(out, two, 2);
    }
}

static void add_escaped(text *out, const uint8_t *bytes, size_t length, const char *kept)
{
    for (size_t i = 0; i < length; i++) {
        char escaped[4];

        if (bytes[i] && strchr(kept, bytes[i])) {
            add(out, bytes + i, 1);
        } else {
            snprintf(escaped, sizeof escaped, "%%%02X", bytes[i]);
            add(out, escaped, 3);
        }
    }
}

static int is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

#define UNRESERVED "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

/* Whether "/text/" holds "/./" or "/../". */
static int has_dot_segment(const ossf_value *value)
{
    static text around;

    around.length = 0;
    add(&around, "/", 1);
    add(&around, value->text, value->length);
    add(&around, "/", 1);
    for (size_t i = 0; i < around.length; i++)
        if ((around.length - i >= 3 && memcmp(around.bytes + i, "/./", 3) == 0) ||
            (around.length - i >= 4 && memcmp(around.bytes + i, "/../", 4) == 0))
            return 1;
    return 0;
}

static void add_value(text *out, ossf_encoding encoding, const ossf_value *value, int in_url)
{
    const uint8_t *from = value->text, *to = from + value->length;

    if (encoding == OSSF_PATH) {
        const int keep_slash = !in_url || !has_dot_segment(value);

        add_escaped(out, from, value->length, keep_slash ? UNRESERVED "/" : UNRESERVED);
    } else if (encoding == OSSF_QUERY || encoding == OSSF_VALUE) {
        if (encoding == OSSF_VALUE && value->length)
            add(out, "=", 1);
        add_escaped(out, from, value->length, UNRESERVED);
    } else {
        while (encoding == OSSF_FIELD && from < to && is_blank(*from))
            from++;
        while (encoding == OSSF_FIELD && from < to && is_blank(to[-1]))
            to--;
        add(out, from, (size_t)(to - from));
    }
}

/* Fills in a template: the URL, or without a signature the canonical request. */
static void fill(text *out, const sample *s, const ossf_piece *pieces, uint32_t count,
                 const ossf_value *row, const text *signature)
{
    out->length = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (pieces[i].column >= 0)
            add_value(out, s->columns[pieces[i].column].encoding, row + pieces[i].column, signature != NULL);
        else if (pieces[i].column == OSSF_LITERAL)
            add(out, pieces[i].text, pieces[i].length);
        else
            add(out, signature->bytes, signature->length);
    }
}

static void expect_url(const sample *s, const ossf_value *row, text *url)
{
    static text canonical, to_sign, signature;
    uint8_t digest[OSSF_DIGEST];
    ossf_sha256 hash;
    ossf_hmac_key key;

    fill(&canonical, s, s->canonical, s->canonical_count, row, NULL);
    ossf_sha256_init(&hash);
    ossf_sha256_update(&sample_portable, &hash, (const uint8_t *)canonical.bytes, canonical.length);
    ossf_sha256_final(&sample_portable, &hash, digest);
    to_sign.length = signature.length = 0;
    add(&to_sign, s->preamble, s->preamble_length);
    add_hex(&to_sign, digest);
    ossf_hmac_init(&sample_portable, &key, s->secret, s->secret_length);
    ossf_hmac(&sample_portable, &key, (const uint8_t *)to_sign.bytes, to_sign.length, digest);
    add_hex(&signature, digest);
    fill(url, s, s->url, s->url_count, row, &signature);
}

sample_url *sample_expect(sample *s)
{
    static text url;
    sample_url *urls = own(s, s->rows * sizeof *urls);

    for (size_t row = 0; row < s->rows; row++) {
        const ossf_value *values = s->values + row * s->column_count;

        url.length = 0;
        if (!ossf_is_null_row(values, s->column_count))
            expect_url(s, values, &url);
        urls[row].length = url.length;
        urls[row].text = own(s, url.length);
        memcpy(urls[row].text, url.bytes, url.length);
    }
    return urls;
}
