/* A libFuzzer target: bytes become columns, templates, keys and rows, which all ladders of this CPU
 * sign.
 *
 * Rows beyond the end of the input repeat earlier ones, so that few bytes fill many lanes.
 */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ROWS 80

typedef struct reader {
    const uint8_t *at;
    size_t left;
} reader;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

static uint8_t read_byte(reader *in)
{
    if (!in->left)
        return 0;
    in->left--;
    return *in->at++;
}

/* A length, of which every eighth is up to 16 times `usual`. */
static size_t read_length(reader *in, size_t usual)
{
    const size_t byte = read_byte(in);

    return byte % 8 == 7 ? (byte << 8 | read_byte(in)) % (16 * usual) : byte % usual;
}

/* Takes `length` bytes; where the input ends before that, the rest is a pattern. */
static const uint8_t *read_text(reader *in, sample *s, size_t length)
{
    uint8_t text[4096];
    const size_t taken = length < in->left ? length : in->left;

    memset(text, 'x', sizeof text);
    if (taken)
        memcpy(text, in->at, taken);
    in->at += taken;
    in->left -= taken;
    return sample_keep(s, text, length);
}

static void read_columns(reader *in, sample *s)
{
    s->column_count = read_byte(in) % (SAMPLE_COLUMNS + 1);
    for (uint32_t i = 0; i < s->column_count; i++) {
        ossf_column *column = s->columns + i;

        column->encoding = (ossf_encoding)(read_byte(in) % (OSSF_DECIMAL + 1));
        column->minimum = read_byte(in) % 4;
        column->maximum = column->minimum + (int64_t)read_length(in, 128);
        for (int j = read_byte(in) % 4; j > 0; j--)
            column->refused_start[j - 1] = column->refused_end[j - 1] = "/\\%"[j - 1];
    }
}

/* A template of literals, some of them empty, and of columns, some of them more than once. */
static void read_template(reader *in, sample *s,
                          void (*append)(sample *, const void *, size_t, int32_t))
{
    for (int pieces = read_byte(in) % (SAMPLE_PIECES - 1); pieces > 0; pieces--) {
        const uint8_t kind = read_byte(in) % 8;

        if (kind < s->column_count) {
            append(s, NULL, 0, kind);
        } else {
            const size_t length = read_length(in, 64);

            append(s, read_text(in, s, length), length, OSSF_LITERAL);
        }
    }
}

/* A text too long for its column is refused by its length alone: nothing behind the pointer is read. */
static void check_huge(const ossf_column *column)
{
    if (column->encoding != OSSF_FIELD && column->encoding != OSSF_DECIMAL) {
        ossf_value value = {.text = (const uint8_t *)"", .length = OSSF_MAX_LENGTH};

        require(ossf_measure(column, &value) == OSSF_TOO_LONG, "a huge value passes");
    }
}

/* One value that its column admits, or a null. */
static ossf_value read_value(reader *in, sample *s, const ossf_column *column)
{
    ossf_value value = {0}, measured;

    value.length = (uint32_t)read_length(in, 64);
    value.text = read_text(in, s, value.length);
    measured = value;
    if (ossf_measure(column, &measured) != OSSF_FINE)
        return (ossf_value){0};
    require(column->encoding == OSSF_DECIMAL ||
                (measured.length >= column->minimum && measured.length <= column->maximum),
            "a value of the wrong length passes");
    return value;
}

static void read_rows(reader *in, sample *s)
{
    const size_t rows = read_byte(in) % (MOST_ROWS + 1);
    size_t read = 0;

    sample_rows(s, rows);
    for (size_t row = 0; row < rows; row++) {
        const int fresh = in->left || row == 0;

        for (uint32_t i = 0; i < s->column_count; i++)
            s->values[row * s->column_count + i] =
                fresh ? read_value(in, s, s->columns + i) : s->values[row % read * s->column_count + i];
        read += (size_t)fresh;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ossf_ladder *ladders[OSSF_MAX_LADDERS];
    const size_t count = ossf_ladders(ladders);
    reader in = {data, size};
    sample s = {0};
    const sample_url *expected;

    read_columns(&in, &s);
    for (uint32_t i = 0; i < s.column_count; i++)
        check_huge(s.columns + i);
    read_template(&in, &s, sample_canonical);
    read_template(&in, &s, sample_url_piece);
    sample_url_piece(&s, NULL, 0, OSSF_SIGNATURE_SLOT);
    s.preamble_length = read_length(&in, 192);
    s.preamble = read_text(&in, &s, s.preamble_length);
    s.secret_length = read_length(&in, 80);
    s.secret = read_text(&in, &s, s.secret_length);
    read_rows(&in, &s);
    expected = sample_expect(&s);
    for (size_t i = 0; i < count; i++)
        require(sample_check(&s, ladders[i], expected), ladders[i]->name);
    sample_free(&s);
    return 0;
}
