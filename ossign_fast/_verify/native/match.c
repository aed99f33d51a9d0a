/* The matching of URLs: see match.h. */
#include "match.h"

#include <string.h>

static int is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

static int is_unreserved(uint8_t c)
{
    const uint8_t letter = c | 0x20;

    return (letter >= 'a' && letter <= 'z') || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static int hex_value(uint8_t c)
{
    if (is_digit(c))
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte of an upper-case escape, or -1. */
static int escaped_byte(const uint8_t *escape)
{
    const int high = hex_value(escape[1]), low = hex_value(escape[2]);

    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* Whether a path is spelt as it is signed: plain what needs no escape, and slashes. */
static int read_path(ossv_match *match)
{
    const uint8_t *at = match->path.text, *const end = at + match->path.length;

    while (at < end) {
        int byte;

        if (is_unreserved(*at) || *at == '/') {
            at++;
            continue;
        }
        if (*at != '%' || end - at < 3)
            return 0;
        byte = escaped_byte(at);
        if (byte < 0 || is_unreserved((uint8_t)byte) || byte == '/')
            return 0;
        at += 3;
    }
    return match->path.length > 0 && match->path.text[0] == '/';
}

/* Two digits as a number below `limit`, or -1. */
static int read_two(const uint8_t *digits, int limit)
{
    const int value = (digits[0] - '0') * 10 + digits[1] - '0';

    return is_digit(digits[0]) && is_digit(digits[1]) && value < limit ? value : -1;
}

static int read_clock(ossv_match *match)
{
    const uint8_t *const clock = match->date + OSSV_DATE - OSSV_CLOCK;
    const int hour = read_two(clock + 1, 24), minute = read_two(clock + 3, 60), second = read_two(clock + 5, 60);

    match->second = (hour * 60 + minute) * 60 + second;
    return clock[0] == 'T' && clock[7] == 'Z' && hour >= 0 && minute >= 0 && second >= 0;
}

static int is_signature(const uint8_t *digits)
{
    int wrong = 0;

    for (int i = 0; i < OSSV_SIGNATURE; i++)
        wrong |= !(is_digit(digits[i]) || (digits[i] >= 'a' && digits[i] <= 'f'));
    return !wrong;
}

static int is_text(const uint8_t *at, const ossv_text *text)
{
    return memcmp(at, text->text, text->length) == 0;
}

int ossv_match_url(const ossv_pattern *pattern, const uint8_t *url, size_t length, ossv_match *match)
{
    const size_t tail = pattern->before.length + OSSV_CLOCK + pattern->after.length + OSSV_SIGNATURE;
    const uint8_t *before, *after;

    if (length < pattern->origin.length || length - pattern->origin.length <= tail)
        return 0;
    before = url + (length - tail);
    after = before + pattern->before.length + OSSV_CLOCK;
    match->path.text = url + pattern->origin.length;
    match->path.length = (size_t)(before - match->path.text);
    match->date = after - OSSV_DATE;
    match->signature = after + pattern->after.length;
    return is_text(after, &pattern->after) && is_text(before, &pattern->before) &&
           is_text(url, &pattern->origin) && is_signature(match->signature) && read_clock(match) &&
           read_path(match);
}

static uint8_t *put(uint8_t *out, const uint8_t *text, size_t length)
{
    memcpy(out, text, length);
    return out + length;
}

static uint8_t *put_text(uint8_t *out, const ossv_text *text) { return put(out, text->text, text->length); }

size_t ossv_canonical_size(const ossv_pattern *pattern, const ossv_match *match)
{
    const ossv_text *fixed = pattern->canonical;

    return fixed[0].length + match->path.length + fixed[1].length + OSSV_DATE + fixed[2].length;
}

uint8_t *ossv_write_canonical(const ossv_pattern *pattern, const ossv_match *match, uint8_t *out)
{
    out = put_text(out, &pattern->canonical[0]);
    out = put_text(out, &match->path);
    out = put_text(out, &pattern->canonical[1]);
    out = put(out, match->date, OSSV_DATE);
    return put_text(out, &pattern->canonical[2]);
}

size_t ossv_text_size(const ossv_pattern *pattern)
{
    return pattern->preamble[0].length + OSSV_DATE + pattern->preamble[1].length + OSSV_SIGNATURE;
}

uint8_t *ossv_write_text(const ossv_pattern *pattern, const ossv_match *match, const uint8_t digest[OSSV_DIGEST],
                         uint8_t *out)
{
    out = put_text(out, &pattern->preamble[0]);
    out = put(out, match->date, OSSV_DATE);
    out = put_text(out, &pattern->preamble[1]);
    for (int i = 0; i < OSSV_DIGEST; i++) {
        *out++ = (uint8_t)"0123456789abcdef"[digest[i] >> 4];
        *out++ = (uint8_t)"0123456789abcdef"[digest[i] & 0xf];
    }
    return out;
}

size_t ossv_decode_key(const ossv_match *match, uint8_t *out)
{
    const uint8_t *at = match->path.text + 1, *const end = match->path.text + match->path.length;
    uint8_t *const start = out;

    while (at < end) {
        const int is_escape = *at == '%';

        *out++ = is_escape ? (uint8_t)escaped_byte(at) : *at;
        at += is_escape ? 3 : 1;
    }
    return (size_t)(out - start);
}

int ossv_is_signed(const ossv_match *match, const uint8_t digest[OSSV_DIGEST])
{
    volatile uint8_t different = 0;

    for (int i = 0; i < OSSV_SIGNATURE; i++) {
        const uint8_t value = digest[i / 2] >> (i % 2 ? 0 : 4) & 0xf;
        /* 39 lies between "9" and "a"; added without a branch or a table. */
        const uint8_t digit = (uint8_t)('0' + value + (39 & -(value > 9)));

        different = different | (uint8_t)(digit ^ match->signature[i]);
    }
    return different == 0;
}
