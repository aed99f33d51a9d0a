/* URLs that are like one which was granted: matched byte by byte, and what their signature must be of.
 *
 * Plain C11 over memory of the caller, as much of it as Python does not need. A pattern is a URL but for the
 * path, the time of day and the signature; what is not exactly like it is no match, and is judged elsewhere.
 */
#ifndef OSSV_MATCH_H
#define OSSV_MATCH_H

#include <stddef.h>
#include <stdint.h>

#define OSSV_DIGEST 32
#define OSSV_SIGNATURE 64 /* hexadecimal digits */
#define OSSV_CLOCK 8      /* T083015Z */
#define OSSV_DATE 16      /* 20240301T083015Z */

typedef struct ossv_text {
    const uint8_t *text;
    size_t length;
} ossv_text;

/* A URL is origin, path, before, time of day, after, signature. `before` ends with the day.
 * The canonical request has the path and the date in its gaps, the string to sign the date, and a digest last. */
typedef struct ossv_pattern {
    ossv_text origin, before, after;
    ossv_text canonical[3], preamble[2];
} ossv_pattern;

/* Where a URL differs from its pattern; it points into the URL. */
typedef struct ossv_match {
    ossv_text path;
    const uint8_t *date;
    const uint8_t *signature;
    int32_t second; /* of the day */
} ossv_match;

/* Whether the URL is of the pattern: its path begins with a slash and is spelt as it is signed, the time
 * is one, and the signature is of lower-case digits. */
int ossv_match_url(const ossv_pattern *pattern, const uint8_t *url, size_t length, ossv_match *match);

/* Lengths of the canonical request and of the string to sign, and writing these; returns the end. */
size_t ossv_canonical_size(const ossv_pattern *pattern, const ossv_match *match);
uint8_t *ossv_write_canonical(const ossv_pattern *pattern, const ossv_match *match, uint8_t *out);
size_t ossv_text_size(const ossv_pattern *pattern);
uint8_t *ossv_write_text(const ossv_pattern *pattern, const ossv_match *match, const uint8_t digest[OSSV_DIGEST],
                         uint8_t *out);

/* Decodes the path of a match behind its first slash, at most match->path.length bytes; returns the length. */
size_t ossv_decode_key(const ossv_match *match, uint8_t *out);

/* Whether the signature of a match is `digest`, in a time that does not depend on either. */
int ossv_is_signed(const ossv_match *match, const uint8_t digest[OSSV_DIGEST]);

#endif
