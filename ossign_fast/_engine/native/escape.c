/* Percent-encoding (RFC 3986, upper-case): how much longer a text gets, and the text. */
#include "bytes.h"
#include "ossf.h"

/* ---- Which bytes stay as they are ---------------------------------------------------------- */

#if OSSF_VECTOR_SCAN
/* 0xff where a byte must be escaped. Signed compares: bytes from 0x80 up are below every bound. */
static inline mask16 unsafe16(bytes16 bytes, int keep_slash)
{
    const mask16 c = (mask16)bytes;
    const mask16 lower = (mask16)(bytes | 0x20);
    const mask16 alpha = (lower >= 'a') & (lower <= 'z');
    const mask16 dash_to_nine = (c >= '-') & (c <= '9'); /* - . / 0..9 */
    const mask16 marks = (c == '_') | (c == '~');
    mask16 safe = alpha | dash_to_nine | marks;

    if (!keep_slash)
        safe &= c != '/';
    return ~safe;
}

static inline uint32_t count16(mask16 mask)
{
    const bytes16 ones = (bytes16)mask & 1;
    uint64_t half[2];

    memcpy(half, &ones, 16);
    return (uint32_t)(((half[0] + half[1]) * 0x0101010101010101) >> 56);
}
#endif

static inline int is_unreserved(uint8_t c)
{
    const uint8_t lower = c | 0x20;
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

#if OSSF_VECTOR_SCAN
/* Whether no byte of at least 16 must be escaped: the usual case, told without counting. */
static inline int is_safe_in_query(const uint8_t *text, size_t length)
{
    mask16 any = unsafe16(ossf_load16(text + length - 16), 0);

    for (size_t at = 0; at + 16 < length; at += 16)
        any |= unsafe16(ossf_load16(text + at), 0);
    return !ossf_any16(any);
}

/* 0xff at a slash with a dot behind it. */
static inline mask16 leading_dot16(bytes16 bytes, bytes16 behind)
{
    return (mask16)(bytes == '/') & (mask16)(behind == '.');
}
#endif

static inline uint32_t count_unsafe(const uint8_t *text, size_t length, int keep_slash)
{
    uint32_t count = 0;
#if OSSF_VECTOR_SCAN
    while (length >= 16) {
        count += count16(unsafe16(ossf_load16(text), keep_slash));
        text += 16;
        length -= 16;
    }
    if (length) { /* padded with a letter: reading past the text is not ours to do */
        uint8_t padded[16];

        memset(padded, 'a', sizeof padded);
        ossf_copy(padded, text, length);
        count += count16(unsafe16(ossf_load16(padded), keep_slash));
    }
#else
    for (size_t i = 0; i < length; i++)
        count += !(is_unreserved(text[i]) || (keep_slash && text[i] == '/'));
#endif
    return count;
}

/* ---- Segments "." and ".." of a path -------------------------------------------------------
 *
 * Many HTTP clients resolve them, so that another path arrives. They let "a%2F..%2Fb" alone, which a server
 * decodes to the same path; so the URL hides the slashes, and the canonical request does not. */

static int has_dot_segment(const uint8_t *text, size_t length)
{
    const uint8_t *const end = text + length, *dot = text;

    for (; (dot = memchr(dot, '.', (size_t)(end - dot))); dot++) {
        const uint8_t *behind = dot + 1;

        if (behind < end && *behind == '.')
            behind++;
        if ((dot == text || dot[-1] == '/') && (behind == end || *behind == '/'))
            return 1;
    }
    return 0;
}

/* How many slashes of a path the URL hides: all of them, or none. */
static uint32_t hidden_slashes(const uint8_t *text, size_t length)
{
    uint32_t count = 0;

    if (has_dot_segment(text, length))
        for (size_t i = 0; i < length; i++)
            count += text[i] == '/';
    return count;
}

/* ---- Lengths ------------------------------------------------------------------------------- */

uint32_t ossf_query_escapes(const uint8_t *text, size_t length)
{
#if OSSF_VECTOR_SCAN
    if (length >= 16 && is_safe_in_query(text, length))
        return 0;
#endif
    return 2 * count_unsafe(text, length, 0);
}

/* What is usual, no escapes and no segment that begins with a dot, is told in one pass. */
uint32_t ossf_path_escapes(const uint8_t *text, size_t length)
{
#if OSSF_VECTOR_SCAN
    mask16 unsafe, dots;

    if (length > 16) {
        const uint8_t *const last = text + length - 16;

        unsafe = unsafe16(ossf_load16(last), 1);
        dots = leading_dot16(ossf_load16(last - 1), ossf_load16(last));
        for (const uint8_t *at = text; at < last; at += 16) {
            unsafe |= unsafe16(ossf_load16(at), 1);
            dots |= leading_dot16(ossf_load16(at), ossf_load16(at + 1));
        }
    } else {
        uint8_t padded[32];

        memset(padded, 'a', sizeof padded);
        ossf_copy(padded, text, length);
        unsafe = unsafe16(ossf_load16(padded), 1);
        dots = leading_dot16(ossf_load16(padded), ossf_load16(padded + 1));
    }
    if (!ossf_any16(dots) && !(length && text[0] == '.'))
        return ossf_any16(unsafe) ? 2 * count_unsafe(text, length, 1) : 0;
    if (!ossf_any16(unsafe))
        return 2 * hidden_slashes(text, length);
#endif
    return 2 * (count_unsafe(text, length, 1) + hidden_slashes(text, length));
}

/* ---- Texts --------------------------------------------------------------------------------- */

/* What another thread may make of a text since it was measured is no URL, but must fit its place. */
#define FILLER '_'

static const char hex_upper[] = "0123456789ABCDEF";

uint8_t *ossf_escape(uint8_t *out, const uint8_t *text, size_t length, int keep_slash, size_t escapes)
{
    for (size_t i = 0; i < length; i++) {
        const uint8_t c = text[i];

        if (is_unreserved(c) || (keep_slash && c == '/')) {
            *out++ = c;
        } else if (escapes) {
            *out++ = '%';
            *out++ = (uint8_t)hex_upper[c >> 4];
            *out++ = (uint8_t)hex_upper[c & 15];
            escapes--;
        } else {
            *out++ = FILLER;
        }
    }
    return out;
}

uint8_t *ossf_in_url(uint8_t *out, const ossf_value *value)
{
    uint8_t *const end = out + value->encoded;
    size_t escapes = (value->encoded - value->length) / 2;

    for (uint32_t i = 0; i < value->length; i++) {
        if (value->text[i] == '/' && escapes) {
            memcpy(out, "%2F", 3);
            out += 3;
            escapes--;
        } else {
            *out++ = value->text[i];
        }
    }
    memset(out, FILLER, (size_t)(end - out));
    return end;
}
