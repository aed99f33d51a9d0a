/* A libFuzzer target: bytes become a column packed in memory, in each of its forms and in memory of just
 * its size; its texts must be found, and what is no text refused at its row.
 */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ROWS 24
#define MOST_LENGTH 40

typedef struct column {
    ossf_form form;
    size_t rows, first, lengths[MOST_ROWS];
    uint8_t texts[MOST_ROWS][MOST_LENGTH]; /* code points of four bytes for OSSF_UCS4 */
    int nulls[MOST_ROWS], has_nulls;
} column;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

static uint8_t take(const uint8_t **data, size_t *size)
{
    if (!*size)
        return 0;
    --*size;
    return *(*data)++;
}

/* ---- what is text -------------------------------------------------------------------------- */

/* Writes a code point by the book; returns its length, or 0 where there is none. */
static size_t write_utf8(uint32_t c, uint8_t out[4])
{
    const size_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t heads[] = {0, 0, 0xc0, 0xe0, 0xf0};

    if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    for (size_t i = length - 1; i > 0; i--, c >>= 6)
        out[i] = (uint8_t)(0x80 | (c & 0x3f));
    out[0] = (uint8_t)(heads[length] | c);
    return length;
}

/* Whether some code point is written as the first `length` bytes. */
static int is_one(const uint8_t *text, size_t length)
{
    static const uint8_t bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t c = text[0] & bits[length];
    uint8_t again[4];

    for (size_t i = 1; i < length; i++)
        c = c << 6 | (text[i] & 0x3f);
    return write_utf8(c, again) == length && memcmp(text, again, length) == 0;
}

static int is_text(const uint8_t *text, size_t length)
{
    size_t at = 0;

    while (at < length) {
        size_t width = 1;

        while (width <= 4 && !(at + width <= length && is_one(text + at, width)))
            width++;
        if (width > 4)
            return 0;
        at += width;
    }
    return 1;
}

/* Writes the text of a row; returns whether it is one. */
static int expect(const column *c, size_t row, uint8_t *out, size_t *length)
{
    *length = c->lengths[row];
    memcpy(out, c->texts[row], *length);
    if (c->form != OSSF_UCS4)
        return is_text(out, *length);
    *length = 0;
    for (size_t i = 0; i < c->lengths[row]; i += 4) {
        uint32_t point;
        size_t written;

        memcpy(&point, c->texts[row] + i, 4);
        written = write_utf8(point, out + *length);
        if (!written)
            return 0;
        *length += written;
    }
    return 1;
}

/* ---- the forms ----------------------------------------------------------------------------- */

static void read_column(column *c, const uint8_t *data, size_t size)
{
    memset(c, 0, sizeof *c);
    c->form = (ossf_form)(take(&data, &size) % (OSSF_UCS4 + 1));
    c->rows = take(&data, &size) % (MOST_ROWS + 1);
    c->first = c->rows ? take(&data, &size) % c->rows : 0;
    c->has_nulls = take(&data, &size) & 1;
    for (size_t row = 0; row < c->rows; row++) {
        const size_t unit = c->form == OSSF_UCS4 ? 4 : 1;
        size_t length = take(&data, &size) % (MOST_LENGTH / unit + 1) * unit;

        c->nulls[row] = c->has_nulls && take(&data, &size) % 4 == 0;
        for (size_t i = 0; i < length; i++)
            c->texts[row][i] = take(&data, &size);
        if (c->form == OSSF_UCS4) /* fewer bits, so that more of them are code points */
            for (size_t i = 0; i < length; i += 4)
                memcpy(c->texts[row] + i,
                       &(uint32_t){c->texts[row][i] | (uint32_t)c->texts[row][i + 1] << 8 |
                                   (uint32_t)(c->texts[row][i + 2] & 0x1f) << 16},
                       4);
        if (c->form == OSSF_UCS4 || c->form == OSSF_BYTES) /* zeros at the end are padding */
            while (length && !memcmp(c->texts[row] + length - unit, "\0\0\0", unit))
                length -= unit;
        c->lengths[row] = length;
    }
}

static const uint8_t *pack_validity(sample *s, const column *c)
{
    uint8_t bits[(MOST_ROWS + 7) / 8] = {0};

    for (size_t row = 0; row < c->rows; row++)
        bits[row / 8] |= (uint8_t)(!c->nulls[row] << row % 8);
    return c->has_nulls ? sample_keep(s, bits, (c->rows + 7) / 8) : NULL;
}

static void pack_offsets(sample *s, const column *c, ossf_segment *segment)
{
    uint8_t all[MOST_ROWS * MOST_LENGTH];
    int32_t narrow[MOST_ROWS + 1] = {0};
    int64_t wide[MOST_ROWS + 1] = {0};

    for (size_t row = 0; row < c->rows; row++) {
        memcpy(all + wide[row], c->texts[row], c->lengths[row]);
        wide[row + 1] = wide[row] + (int64_t)c->lengths[row];
        narrow[row + 1] = (int32_t)wide[row + 1];
    }
    segment->data = sample_keep(s, all, (size_t)wide[c->rows]);
    if (c->form == OSSF_OFFSETS_32)
        segment->starts = sample_keep(s, narrow, (c->rows + 1) * sizeof *narrow);
    else
        segment->starts = sample_keep(s, wide, (c->rows + 1) * sizeof *wide);
}

/* Texts of more than 12 bytes lie in one of two buffers, the others in the view itself. */
static void pack_views(sample *s, const column *c, ossf_segment *segment)
{
    uint8_t all[2][MOST_ROWS * MOST_LENGTH];
    const uint8_t *buffers[3];
    int64_t sizes[2];
    int32_t views[MOST_ROWS][4] = {{0}};
    size_t used[2] = {0};

    for (size_t row = 0; row < c->rows; row++) {
        const size_t length = c->lengths[row], buffer = row % 2;

        views[row][0] = (int32_t)length;
        if (length <= 12) {
            memcpy(&views[row][1], c->texts[row], length);
        } else {
            memcpy(&views[row][1], c->texts[row], 4);
            memcpy(all[buffer] + used[buffer], c->texts[row], length);
            views[row][2] = (int32_t)buffer;
            views[row][3] = (int32_t)used[buffer];
            used[buffer] += length;
        }
    }
    for (size_t i = 0; i < 2; i++)
        buffers[i] = sample_keep(s, all[i], used[i]);
    for (size_t i = 0; i < 2; i++)
        sizes[i] = (int64_t)used[i];
    buffers[2] = sample_keep(s, sizes, sizeof sizes);
    segment->width = 2;
    segment->data = sample_keep(s, buffers, sizeof buffers);
    segment->starts = sample_keep(s, views, c->rows * sizeof *views);
}

static void pack(sample *s, const column *c, ossf_segment *segment)
{
    *segment = (ossf_segment){
        .form = c->form, .rows = (int64_t)(c->rows - c->first), .first = (int64_t)c->first};
    segment->validity = pack_validity(s, c);
    if (c->form == OSSF_OFFSETS_32 || c->form == OSSF_OFFSETS_64) {
        pack_offsets(s, c, segment);
    } else if (c->form == OSSF_VIEWS) {
        pack_views(s, c, segment);
    } else {
        segment->width = c->form == OSSF_UCS4 ? MOST_LENGTH / 4 : MOST_LENGTH;
        segment->starts = sample_keep(s, c->texts, c->rows * MOST_LENGTH);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sample s = {0};
    column c;
    ossf_segment segment;
    ossf_value values[2 * MOST_ROWS];
    const ossf_column any = {.encoding = OSSF_RAW, .maximum = INT64_MAX};
    ossf_fault fault;
    uint8_t *memory;
    int64_t good;
    size_t row = 0;

    read_column(&c, data, size);
    pack(&s, &c, &segment);
    memory = sample_allocate(ossf_gather_size(&segment));
    good = ossf_gather(&segment, values, 2, memory, &fault);
    for (; row < (size_t)segment.rows; row++) {
        const size_t at = c.first + row;
        uint8_t text[MOST_LENGTH];
        size_t length;

        if (c.nulls[at]) {
            require((int64_t)row < good && !values[2 * row].text, "a null is a text");
            continue;
        }
        if (!expect(&c, at, text, &length)) {
            if ((int64_t)row == good)
                break; /* a surrogate, told at once; bytes that are no UTF-8 are told by the measure */
            require(ossf_measure_packed(&any, &values[2 * row]) == OSSF_NOT_UTF8, "no UTF-8 passes");
            continue;
        }
        require(ossf_measure_packed(&any, &values[2 * row]) == OSSF_FINE, "UTF-8 is refused");
        require((int64_t)row < good && values[2 * row].length == length, "a text is refused or cut");
        require(values[2 * row].text && !memcmp(values[2 * row].text, text, length),
                "a text is another one");
    }
    require(good == (int64_t)row, "a row that is no text passes");
    require((fault == OSSF_FINE) == (good == segment.rows), "a fault without a row");
    free(memory);
    sample_free(&s);
    return 0;
}
