/* Checks of values, and texts in other forms: UTF-8, decimal and hexadecimal digits. */
#include "bytes.h"
#include "ossf.h"

/* ---- Checks -------------------------------------------------------------------------------- */

static int is_label(const uint8_t *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const uint8_t c = text[i];
        const int alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

        if (!alphanumeric && (c != '-' || i == 0 || i == length - 1))
            return 0;
    }
    return 1;
}

/* Whether `c` is blank to some HTTP implementation, besides space and tab: Unicode white space, C0
 * separators and the byte order mark. */
static int is_odd_blank(uint32_t c)
{
    return c == 0x0b || c == 0x0c || (c >= 0x1c && c <= 0x1f) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
           c == 0x3000 || c == 0xfeff;
}

/* The code point that starts at `text`; those past U+FFFF are not told apart. */
static uint32_t code_point(const uint8_t *text, size_t length)
{
    if (text[0] < 0x80)
        return text[0];
    if (text[0] < 0xe0 && length >= 2)
        return (uint32_t)(text[0] & 0x1f) << 6 | (text[1] & 0x3f);
    if (text[0] < 0xf0 && length >= 3)
        return (uint32_t)(text[0] & 0x0f) << 12 | (uint32_t)(text[1] & 0x3f) << 6 | (text[2] & 0x3f);
    return 0x10000;
}

static ossf_fault check_field(const uint8_t *text, size_t length)
{
    const uint8_t *last = text + length;

    for (size_t i = 0; i < length; i++)
        if (text[i] == '\r' || text[i] == '\n' || text[i] == '\0')
            return OSSF_CONTROL;
    if (length == 0)
        return OSSF_FINE;
    do
        last--;
    while (last > text && (*last & 0xc0) == 0x80);
    if (is_odd_blank(code_point(text, length)) || is_odd_blank(code_point(last, text + length - last)))
        return OSSF_BLANK_END;
    return OSSF_FINE;
}

static void trim(ossf_value *value)
{
#define IS_BLANK(c) ((c) == ' ' || (c) == '\t')
    while (value->length && IS_BLANK(value->text[value->length - 1]))
        value->length--;
    while (value->length && IS_BLANK(value->text[0])) {
        value->text++;
        value->length--;
    }
#undef IS_BLANK
}

static int is_one_of(uint8_t byte, const uint8_t refused[4])
{
    for (int i = 0; i < 4 && refused[i]; i++)
        if (byte == refused[i])
            return 1;
    return 0;
}

ossf_fault ossf_measure(const ossf_column *column, ossf_value *value)
{
    if (!value->text)
        return OSSF_NULL;
    if (column->encoding == OSSF_FIELD)
        trim(value);
    if (value->length < column->minimum && column->encoding != OSSF_DECIMAL)
        return OSSF_TOO_SHORT;
    if (value->length > column->maximum && column->encoding != OSSF_DECIMAL)
        return OSSF_TOO_LONG;
    if (value->length && column->encoding != OSSF_DECIMAL) {
        if (is_one_of(value->text[0], column->refused_start))
            return OSSF_BAD_START;
        if (is_one_of(value->text[value->length - 1], column->refused_end))
            return OSSF_BAD_END;
    }
    value->encoded = value->length;
    switch (column->encoding) {
    case OSSF_PATH:
        value->encoded += ossf_path_escapes(value->text, value->length);
        return OSSF_FINE;
    case OSSF_QUERY:
        value->encoded += ossf_query_escapes(value->text, value->length);
        return OSSF_FINE;
    case OSSF_VALUE:
        value->encoded += ossf_query_escapes(value->text, value->length) + (value->length != 0);
        return OSSF_FINE;
    case OSSF_LABEL:
        return is_label(value->text, value->length) ? OSSF_FINE : OSSF_NOT_LABEL;
    case OSSF_FIELD:
        return check_field(value->text, value->length);
    default:
        return OSSF_FINE;
    }
}

void ossf_encode(const ossf_column *column, ossf_value *value, uint8_t *out)
{
    uint8_t *end = out;
    size_t escapes = value->encoded - value->length;

    if (column->encoding == OSSF_VALUE && value->length) {
        *end++ = '=';
        escapes--;
    }
    end = ossf_escape(end, value->text, value->length, column->encoding == OSSF_PATH, escapes / 2);
    value->text = out;
    value->length = (uint32_t)(end - out);
}

/* ---- Conversions --------------------------------------------------------------------------- */

size_t ossf_utf8(const void *text, unsigned width, size_t length, uint8_t *out)
{
    uint8_t *const start = out;

    for (size_t i = 0; i < length; i++) {
        const uint32_t c = width == 1   ? ((const uint8_t *)text)[i]
                           : width == 2 ? ((const uint16_t *)text)[i]
                                        : ((const uint32_t *)text)[i];
        if (c < 0x80) {
            *out++ = (uint8_t)c;
        } else if (c < 0x800) {
            *out++ = (uint8_t)(0xc0 | c >> 6);
            *out++ = (uint8_t)(0x80 | (c & 0x3f));
        } else if (c < 0x10000) {
            if (c >= 0xd800 && c < 0xe000)
                return SIZE_MAX;
            *out++ = (uint8_t)(0xe0 | c >> 12);
            *out++ = (uint8_t)(0x80 | (c >> 6 & 0x3f));
            *out++ = (uint8_t)(0x80 | (c & 0x3f));
        } else if (c > 0x10ffff) {
            return SIZE_MAX;
        } else {
            *out++ = (uint8_t)(0xf0 | c >> 18);
            *out++ = (uint8_t)(0x80 | (c >> 12 & 0x3f));
            *out++ = (uint8_t)(0x80 | (c >> 6 & 0x3f));
            *out++ = (uint8_t)(0x80 | (c & 0x3f));
        }
    }
    return (size_t)(out - start);
}

size_t ossf_decimal(int64_t number, uint8_t *out)
{
    uint8_t digits[20];
    size_t count = 0, at = 0;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    do
        digits[count++] = (uint8_t)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        out[at++] = '-';
    while (count)
        out[at++] = digits[--count];
    return at;
}

void ossf_hex(const uint8_t digest[OSSF_DIGEST], uint8_t out[OSSF_SIGNATURE])
{
    /* Branch-free, so that a compiler can turn the loop into vector code. */
    for (int i = 0; i < OSSF_DIGEST; i++) {
        const uint8_t high = digest[i] >> 4, low = digest[i] & 15;
        out[2 * i] = (uint8_t)(high + '0' + (high > 9 ? 'a' - '0' - 10 : 0));
        out[2 * i + 1] = (uint8_t)(low + '0' + (low > 9 ? 'a' - '0' - 10 : 0));
    }
}
