/* A libFuzzer target: bytes become a pattern and a URL, which is one of the pattern or nearly so.
 *
 * What matches has to be the pattern but for a path as it is signed, a time of day and a signature, whatever
 * wrote it; and what is made of it fits the sizes that were told. Texts lie in memory that is not longer
 * than they are, so that the sanitizers see every byte too many.
 */
#include "match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct reader {
    const uint8_t *at;
    size_t left;
} reader;

static void require(int holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

static void *allocate(size_t size)
{
    void *memory = malloc(size ? size : 1);

    require(memory != NULL, "no memory");
    return memory;
}

static size_t read_byte(reader *in)
{
    if (!in->left)
        return 0;
    in->left--;
    return *in->at++;
}

static ossv_text read_text(reader *in, size_t most)
{
    const size_t wanted = read_byte(in) % (most + 1), length = wanted < in->left ? wanted : in->left;
    uint8_t *copy = allocate(length);

    if (length)
        memcpy(copy, in->at, length);
    in->at += length;
    in->left -= length;
    return (ossv_text){copy, length};
}

/* The texts of a pattern, one after the other. */
static ossv_text *text_of(ossv_pattern *pattern, int i)
{
    ossv_text *const texts[] = {&pattern->origin,       &pattern->before,       &pattern->after,
                                &pattern->canonical[0], &pattern->canonical[1], &pattern->canonical[2],
                                &pattern->preamble[0],  &pattern->preamble[1]};

    return i < (int)(sizeof texts / sizeof *texts) ? texts[i] : NULL;
}

static size_t join(uint8_t *out, const ossv_text *texts, size_t count)
{
    uint8_t *const start = out;

    for (size_t i = 0; i < count; i++) {
        memcpy(out, texts[i].text, texts[i].length);
        out += texts[i].length;
    }
    return (size_t)(out - start);
}

/* Whether a path is as the scheme has it, by a table instead of ranges. */
static int is_signed_path(const ossv_text *path)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

    for (size_t i = 0; i < path->length; i++) {
        char escape[3] = {0};
        unsigned byte = 0;

        if (path->text[i] && strchr(plain, path->text[i]))
            continue;
        if (path->text[i] != '%' || path->length - i < 3)
            return 0;
        memcpy(escape, path->text + i + 1, 2);
        if (strspn(escape, "0123456789ABCDEF") != 2 || sscanf(escape, "%2x", &byte) != 1)
            return 0;
        if (byte && strchr(plain, (int)byte))
            return 0;
        i += 2;
    }
    return path->length > 0 && path->text[0] == '/';
}

static void check_match(const ossv_pattern *pattern, const ossv_match *match, const ossv_text *url)
{
    const uint8_t *const end = url->text + url->length, *clock = match->date + OSSV_DATE - OSSV_CLOCK;
    const ossv_text parts[] = {pattern->origin, match->path,    pattern->before,
                               {clock, OSSV_CLOCK}, pattern->after, {match->signature, OSSV_SIGNATURE}};
    uint8_t *again = allocate(url->length), digest[OSSV_DIGEST] = {0}, *made;
    size_t length = 0;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        length += parts[i].length;
    require(length == url->length && join(again, parts, 6) == length, "a match is not all of the URL");
    require(memcmp(again, url->text, length) == 0, "a match is of other bytes");
    require(is_signed_path(&match->path), "a path is not as it is signed");
    require(match->signature + OSSV_SIGNATURE == end, "the signature is not the end");
    require(match->second >= 0 && match->second < 86400, "a time is of no day");
    free(again);
    made = allocate(ossv_canonical_size(pattern, match));
    require(ossv_write_canonical(pattern, match, made) == made + ossv_canonical_size(pattern, match),
            "a canonical request is of another size");
    free(made);
    made = allocate(match->path.length);
    require(ossv_decode_key(match, made) < match->path.length, "a key is too long");
    free(made);
    for (int i = 0; i < OSSV_SIGNATURE; i++) {
        const char digit[2] = {(char)match->signature[i], 0};

        digest[i / 2] = (uint8_t)(digest[i / 2] << 4 | strtol(digit, NULL, 16));
    }
    require(ossv_is_signed(match, digest), "a right signature is refused");
    digest[url->length % OSSV_DIGEST] ^= (uint8_t)(1 << url->length % 8);
    require(!ossv_is_signed(match, digest), "a wrong signature is taken");
    made = allocate(ossv_text_size(pattern));
    require(ossv_write_text(pattern, match, digest, made) == made + ossv_text_size(pattern),
            "a string to sign is of another size");
    free(made);
}

/* A URL of the pattern, with some bytes changed, dropped or added. */
static ossv_text read_url(reader *in, const ossv_pattern *pattern)
{
    static const uint8_t clock[] = "T083015Z", digits[] = "0123456789abcdef";
    const ossv_text path = read_text(in, 60), quarter = {digits, 16};
    const ossv_text parts[] = {pattern->origin, {(const uint8_t *)"/", 1}, path,    pattern->before,
                               {clock, 8},      pattern->after,            quarter, quarter, quarter, quarter};
    const size_t room = pattern->origin.length + 1 + path.length + pattern->before.length + 8 +
                        pattern->after.length + 64 + 8;
    uint8_t *url = allocate(room), *exact;
    size_t length = join(url, parts, sizeof parts / sizeof *parts);

    for (size_t changes = read_byte(in) % 8; changes > 0; changes--) {
        const size_t kind = read_byte(in) % 3, at = (read_byte(in) << 8 | read_byte(in)) % (length + 1);
        const uint8_t byte = (uint8_t)read_byte(in);

        if (kind == 0 && at < length) {
            url[at] = byte;
        } else if (kind == 1 && at < length) {
            memmove(url + at, url + at + 1, --length - at);
        } else if (kind == 2) {
            memmove(url + at + 1, url + at, length++ - at);
            url[at] = byte;
        }
    }
    exact = allocate(length);
    memcpy(exact, url, length);
    free(url);
    free((void *)path.text);
    return (ossv_text){exact, length};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    reader in = {data, size};
    ossv_pattern pattern;
    ossv_match match;
    ossv_text url;

    for (int i = 0; text_of(&pattern, i); i++)
        *text_of(&pattern, i) = read_text(&in, 40);
    if (pattern.before.length >= OSSV_DATE - OSSV_CLOCK) { /* it ends with a day */
        url = read_url(&in, &pattern);
        if (ossv_match_url(&pattern, url.text, url.length, &match))
            check_match(&pattern, &match, &url);
        free((void *)url.text);
    }
    for (int i = 0; text_of(&pattern, i); i++)
        free((void *)text_of(&pattern, i)->text);
    return 0;
}
