/* Text that lies packed in memory: Arrow arrays and fixed widths, as values of rows. */
#include "bytes.h"
#include "ossf.h"

static const uint8_t empty[1];

int ossf_is_ascii(const uint8_t *text, size_t length)
{
    uint64_t eight, all = 0;

    for (; length >= 8; length -= 8, text += 8) {
        memcpy(&eight, text, 8);
        all |= eight;
    }
    while (length)
        all |= text[--length];
    return !(all & 0x8080808080808080);
}

/* Whether `text` is UTF-8: no overlong forms, no surrogates, nothing past U+10FFFF. */
static int is_utf8(const uint8_t *text, size_t length)
{
    const uint8_t *const end = text + length;

    while (text < end) {
        uint64_t eight;
        uint32_t more, c, least;

        if (end - text >= 8) {
            memcpy(&eight, text, 8);
            if (!(eight & 0x8080808080808080)) {
                text += 8;
                continue;
            }
        }
        c = *text++;
        if (c < 0x80)
            continue;
        if (c < 0xc2 || c > 0xf4)
            return 0;
        more = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
        least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
        if ((size_t)(end - text) < more)
            return 0;
        c &= 0x3f >> more;
        for (; more; more--) {
            if ((*text & 0xc0) != 0x80)
                return 0;
            c = c << 6 | (*text++ & 0x3f);
        }
        if (c < least || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
            return 0;
    }
    return 1;
}

static int is_null(const ossf_segment *segment, int64_t row)
{
    return segment->validity && !(segment->validity[row >> 3] >> (row & 7) & 1);
}

/* A length that no text has: of a row whose offsets cannot be right. */
#define BROKEN UINT64_MAX

/* The text from one offset to the next. */
static const uint8_t *between(const ossf_segment *segment, int64_t from, int64_t to, uint64_t *length)
{
    *length = from < 0 || to < from || (to > from && !segment->data) ? BROKEN : (uint64_t)(to - from);
    return segment->data ? (const uint8_t *)segment->data + from : NULL;
}

/* The text of an Arrow view: in the view itself, or in one of `width` buffers, behind whose addresses there
 * is that of a list of their sizes. */
static const uint8_t *find_view(const ossf_segment *segment, int64_t row, uint64_t *length)
{
    const uint8_t *const *buffers = (const uint8_t *const *)segment->data;
    const int32_t *inlined = (const int32_t *)segment->starts + 4 * row;
    const int64_t *sizes;
    int32_t view[4];

    memcpy(view, inlined, sizeof view);
    *length = view[0] < 0 ? BROKEN : (uint64_t)view[0];
    if (view[0] <= 12)
        return (const uint8_t *)(inlined + 1);
    if (view[2] >= 0 && (size_t)view[2] < segment->width && view[3] >= 0) {
        sizes = (const int64_t *)(const void *)buffers[segment->width];
        if (sizes && buffers[view[2]] && (int64_t)view[3] + view[0] <= sizes[view[2]])
            return buffers[view[2]] + view[3];
    }
    *length = BROKEN;
    return NULL;
}

/* The text of one row and its length in bytes, or in code points for OSSF_UCS4. */
static const uint8_t *find_text(const ossf_segment *segment, int64_t row, uint64_t *length)
{
    switch (segment->form) {
    case OSSF_OFFSETS_32: {
        const int32_t *offsets = (const int32_t *)segment->starts + row;

        return between(segment, offsets[0], offsets[1], length);
    }
    case OSSF_OFFSETS_64: {
        const int64_t *offsets = (const int64_t *)segment->starts + row;

        return between(segment, offsets[0], offsets[1], length);
    }
    case OSSF_VIEWS:
        return find_view(segment, row, length);
    case OSSF_BYTES: {
        const uint8_t *text = (const uint8_t *)segment->starts + (uint64_t)row * segment->width;

        for (*length = segment->width; *length && !text[*length - 1];)
            --*length;
        return text;
    }
    default: {
        const uint32_t *text = (const uint32_t *)segment->starts + (uint64_t)row * segment->width;

        for (*length = segment->width; *length && !text[*length - 1];)
            --*length;
        return (const uint8_t *)text;
    }
    }
}

size_t ossf_gather_size(const ossf_segment *segment)
{
    size_t size = 0;

    if (segment->form == OSSF_UCS4)
        for (int64_t row = segment->first; row < segment->first + segment->rows; row++) {
            uint64_t length;

            find_text(segment, row, &length);
            size += 4 * length;
        }
    return size;
}

ossf_fault ossf_measure_packed(const ossf_column *column, ossf_value *value)
{
    const ossf_fault fault = ossf_measure(column, value);
    const int escapes = column->encoding == OSSF_PATH || column->encoding == OSSF_QUERY;

    /* What is fine and needs no escape is ASCII: no look at it again. */
    if (!value->text || (fault == OSSF_FINE && escapes && ossf_is_plain(value)))
        return fault;
    return is_utf8(value->text, value->length) ? fault : OSSF_NOT_UTF8;
}

int64_t ossf_gather(const ossf_segment *segment, ossf_value *values, size_t stride, uint8_t *memory,
                    ossf_fault *fault)
{
    *fault = OSSF_FINE;
    for (int64_t i = 0; i < segment->rows; i++, values += stride) {
        const int64_t row = segment->first + i;
        uint64_t length;

        values->text = NULL;
        values->length = 0;
        if (is_null(segment, row))
            continue;
        values->text = find_text(segment, row, &length);
        if (length > OSSF_MAX_LENGTH) {
            *fault = length == BROKEN ? OSSF_NOT_UTF8 : OSSF_TOO_LONG;
            return i;
        }
        if (segment->form == OSSF_UCS4) {
            const size_t written = ossf_utf8(values->text, 4, length, memory);

            if (written == SIZE_MAX) {
                *fault = OSSF_SURROGATE;
                return i;
            }
            values->text = memory;
            memory += length = written;
        }
        values->length = (uint32_t)length;
        if (!length)
            values->text = empty; /* not NULL, as the text of an empty buffer may be */
    }
    return segment->rows;
}
