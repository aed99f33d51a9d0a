/* SHA-256 with the x86 SHA extensions: one stream for single messages, two for pairs, and groups of 16.
 *
 * One stream is bound by the latency of sha256rnds2; others fill the gaps. Message words take so many
 * registers and slots that two streams are best where they are needed, and four where the rounds alone
 * remain. A group takes each phase pair by pair, so that the next pair begins while one still ends.
 */
#include "bytes.h"
#include "ossf.h"

#if OSSF_X86

#include <immintrin.h>

#if defined(_MSC_VER) && !defined(__clang__)
#define SHANI
#define SHANI_INLINE static __forceinline
#define UNROLL
#else
#define SHANI __attribute__((target("sha,sse4.1,ssse3")))
#define SHANI_INLINE static inline __attribute__((always_inline, target("sha,sse4.1,ssse3")))
#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif
#endif

#define GROUP 16 /* lanes of the widest kernel */
#define LOAD(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#define STORE(p, v) _mm_storeu_si128((__m128i *)(void *)(p), v)
#define BIG_ENDIAN_WORDS _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203)
#define REVERSED _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f)

/* A state as the instructions want it, the named words from the high end to the low one. */
typedef struct stream {
    __m128i abef, cdgh;
} stream;

/* ---- States between memory and streams ----------------------------------------------------- */

SHANI_INLINE stream load_stream(const uint32_t *state, const int lanes, int s)
{
#define WORD(i) ((int)state[(i) * lanes + s])
    const stream loaded = {_mm_set_epi32(WORD(0), WORD(1), WORD(4), WORD(5)),
                           _mm_set_epi32(WORD(2), WORD(3), WORD(6), WORD(7))};
#undef WORD

    return loaded;
}

SHANI_INLINE void store_stream(uint32_t *state, const int lanes, int s, stream from)
{
    static const uint8_t order[8] = {5, 4, 1, 0, 7, 6, 3, 2};
    uint32_t words[8];

    STORE(words, from.abef);
    STORE(words + 4, from.cdgh);
    for (int i = 0; i < 8; i++)
        state[order[i] * lanes + s] = words[i];
}

/* ---- Blocks -------------------------------------------------------------------------------- */

/* The four words of a schedule that quarter `q` of a block begins with, after the 16 before them. */
SHANI_INLINE __m128i next_words(const __m128i *w, const int q)
{
    const __m128i last = w[(q + 3) & 3], sum = _mm_sha256msg1_epu32(w[q & 3], w[(q + 1) & 3]);

    return _mm_sha256msg2_epu32(_mm_add_epi32(sum, _mm_alignr_epi8(last, w[(q + 2) & 3], 4)), last);
}

/* Adds blocks to `count` streams at once; a constant argument, so that each caller gets its own code. */
SHANI_INLINE void add_streams(stream *streams, const uint8_t *const *data, size_t blocks, const int count)
{
    const __m128i big_endian = BIG_ENDIAN_WORDS;
    __m128i abef[2], cdgh[2], w[2][4];

    UNROLL
    for (int s = 0; s < count; s++) {
        abef[s] = streams[s].abef;
        cdgh[s] = streams[s].cdgh;
    }
    for (size_t block = 0; block < blocks; block++) {
        __m128i abef_before[2], cdgh_before[2];
        UNROLL
        for (int s = 0; s < count; s++) {
            abef_before[s] = abef[s];
            cdgh_before[s] = cdgh[s];
        }
        UNROLL
        for (int q = 0; q < 16; q++) { /* four rounds each */
            const __m128i k = LOAD(ossf_sha256_k + 4 * q);
            UNROLL
            for (int s = 0; s < count; s++) {
                if (q < 4)
                    w[s][q] = _mm_shuffle_epi8(LOAD(data[s] + block * OSSF_BLOCK + 16 * q), big_endian);
                else
                    w[s][q & 3] = next_words(w[s], q);
                const __m128i wk = _mm_add_epi32(w[s][q & 3], k);
                cdgh[s] = _mm_sha256rnds2_epu32(cdgh[s], abef[s], wk);
                abef[s] = _mm_sha256rnds2_epu32(abef[s], cdgh[s], _mm_shuffle_epi32(wk, 0x0e));
            }
        }
        UNROLL
        for (int s = 0; s < count; s++) {
            abef[s] = _mm_add_epi32(abef[s], abef_before[s]);
            cdgh[s] = _mm_add_epi32(cdgh[s], cdgh_before[s]);
        }
    }
    UNROLL
    for (int s = 0; s < count; s++) {
        streams[s].abef = abef[s];
        streams[s].cdgh = cdgh[s];
    }
}

SHANI void ossf_schedule_shani(const uint8_t block[OSSF_BLOCK], uint32_t schedule[64])
{
    const __m128i big_endian = BIG_ENDIAN_WORDS;
    __m128i w[4];

    UNROLL
    for (int q = 0; q < 16; q++) {
        w[q & 3] = q < 4 ? _mm_shuffle_epi8(LOAD(block + 16 * q), big_endian) : next_words(w, q);
        STORE(schedule + 4 * q, _mm_add_epi32(w[q & 3], LOAD(ossf_sha256_k + 4 * q)));
    }
}

SHANI static void add_one(stream *streams, const uint8_t *const *data, size_t blocks)
{
    add_streams(streams, data, blocks, 1);
}

SHANI static void add_pair(stream *streams, const uint8_t *const *data, size_t blocks)
{
    add_streams(streams, data, blocks, 2);
}

SHANI_INLINE void add_blocks(stream *streams, const uint8_t *const *data, size_t blocks, const int lanes)
{
    for (int s = 0; s + 2 <= lanes; s += 2)
        add_pair(streams + s, data + s, blocks);
    if (lanes & 1)
        add_one(streams + lanes - 1, data + lanes - 1, blocks);
}

/* Adds blocks that four streams share: only the rounds remain. */
SHANI static void add_shared(stream *streams, const uint32_t *schedule, size_t blocks)
{
    __m128i abef[4], cdgh[4];

    UNROLL
    for (int s = 0; s < 4; s++) {
        abef[s] = streams[s].abef;
        cdgh[s] = streams[s].cdgh;
    }
    for (size_t block = 0; block < blocks; block++, schedule += 64) {
        UNROLL
        for (int q = 0; q < 16; q++) {
            const __m128i wk = LOAD(schedule + 4 * q), wk_high = _mm_shuffle_epi32(wk, 0x0e);
            UNROLL
            for (int s = 0; s < 4; s++)
                cdgh[s] = _mm_sha256rnds2_epu32(cdgh[s], abef[s], wk);
            UNROLL
            for (int s = 0; s < 4; s++)
                abef[s] = _mm_sha256rnds2_epu32(abef[s], cdgh[s], wk_high);
        }
        UNROLL
        for (int s = 0; s < 4; s++) {
            streams[s].abef = abef[s] = _mm_add_epi32(abef[s], streams[s].abef);
            streams[s].cdgh = cdgh[s] = _mm_add_epi32(cdgh[s], streams[s].cdgh);
        }
    }
}

/* ---- Signatures ---------------------------------------------------------------------------- */

/* The bytes of the digest that a state is. */
SHANI_INLINE void digest_bytes(__m128i bytes[2], const stream *from)
{
    bytes[0] = _mm_shuffle_epi8(_mm_unpackhi_epi64(from->cdgh, from->abef), REVERSED);
    bytes[1] = _mm_shuffle_epi8(_mm_unpacklo_epi64(from->cdgh, from->abef), REVERSED);
}

SHANI_INLINE void hex_digits(__m128i digits[4], const stream *from)
{
    const __m128i figures = _mm_set_epi32(0x66656463, 0x62613938, 0x37363534, 0x33323130);
    const __m128i nibble = _mm_set1_epi8(15);
    __m128i bytes[2];

    digest_bytes(bytes, from);
    UNROLL
    for (int i = 0; i < 2; i++) {
        const __m128i high = _mm_shuffle_epi8(figures, _mm_and_si128(_mm_srli_epi16(bytes[i], 4), nibble));
        const __m128i low = _mm_shuffle_epi8(figures, _mm_and_si128(bytes[i], nibble));

        digits[2 * i] = _mm_unpacklo_epi8(high, low);
        digits[2 * i + 1] = _mm_unpackhi_epi8(high, low);
    }
}

/* Shuffles by moved + 16 - n move bytes up by n, those by moved + 32 - n what leaves the vector then. */
#define NONE 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80
static const uint8_t moved[48] = {NONE, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, NONE};
#undef NONE

/* The inner message: the rest of the preamble, then the hexadecimal digest at any byte offset. */
SHANI_INLINE void inner_message(uint8_t *out, const stream *from, const ossf_job *job)
{
    const size_t first = job->inner_rest & ~(size_t)15, offset = job->inner_rest & 15;
    const __m128i up = LOAD(moved + 16 - offset), over = LOAD(moved + 32 - offset);
    __m128i digits[4], before = _mm_setzero_si128();

    hex_digits(digits, from);
    for (size_t block = 0; block < job->inner_blocks; block++)
        memcpy(out + block * OSSF_BLOCK, job->inner_tail + block * OSSF_BLOCK, OSSF_BLOCK);
    UNROLL
    for (int i = 0; i < 5; i++) {
        __m128i part = _mm_or_si128(LOAD(job->inner_tail + first + 16 * i), _mm_shuffle_epi8(before, over));

        if (i < 4)
            part = _mm_or_si128(part, _mm_shuffle_epi8(before = digits[i], up));
        STORE(out + first + 16 * i, part);
    }
}

static const uint8_t outer_padding[OSSF_BLOCK - OSSF_DIGEST] = {
    [0] = 0x80, [30] = (OSSF_BLOCK + OSSF_DIGEST) * 8 >> 8, [31] = (OSSF_BLOCK + OSSF_DIGEST) * 8 & 0xff};

/* The outer message: the inner digest and its padding. */
SHANI_INLINE void outer_message(uint8_t *out, const stream *from)
{
    __m128i bytes[2];

    digest_bytes(bytes, from);
    STORE(out, bytes[0]);
    STORE(out + 16, bytes[1]);
    STORE(out + 32, LOAD(outer_padding));
    STORE(out + 48, LOAD(outer_padding + 16));
}

SHANI_INLINE void fill(stream *streams, const uint32_t *state, const int lanes)
{
    for (int s = 0; s < lanes; s++)
        streams[s] = load_stream(state, 1, 0);
}

SHANI_INLINE void sign_streams(const ossf_job *job, const uint8_t *const *data, size_t own,
                               const uint32_t *schedule, size_t shared, uint8_t *const *signatures,
                               const int lanes)
{
    uint8_t messages[GROUP][3 * OSSF_BLOCK];
    const uint8_t *next[GROUP];
    stream streams[GROUP];

    fill(streams, job->start, lanes);
    add_blocks(streams, data, own, lanes);
    for (int s = 0; s + 4 <= lanes; s += 4)
        add_shared(streams + s, schedule, shared);
    for (int s = 0; s < lanes; s++)
        inner_message(messages[s], streams + s, job), next[s] = messages[s];
    fill(streams, job->key.inner, lanes);
    add_blocks(streams, next, job->inner_blocks, lanes);
    for (int s = 0; s < lanes; s++)
        outer_message(messages[s], streams + s);
    fill(streams, job->key.outer, lanes);
    add_blocks(streams, next, 1, lanes);
    for (int s = 0; s < lanes; s++) {
        __m128i digits[4];

        hex_digits(digits, streams + s);
        UNROLL
        for (int i = 0; i < 4; i++)
            STORE(signatures[s] + 16 * i, digits[i]);
    }
}

/* ---- Kernels ------------------------------------------------------------------------------- */

#define KERNEL(n, is_sharing)                                                                          \
    SHANI static void compress_##n(uint32_t *state, const uint8_t *const *data, size_t blocks)         \
    {                                                                                                  \
        stream streams[n];                                                                             \
                                                                                                       \
        for (int s = 0; s < n; s++)                                                                    \
            streams[s] = load_stream(state, n, s);                                                     \
        add_blocks(streams, data, blocks, n);                                                          \
        for (int s = 0; s < n; s++)                                                                    \
            store_stream(state, n, s, streams[s]);                                                     \
    }                                                                                                  \
    SHANI static void sign_##n(const ossf_job *job, const uint8_t *const *data, size_t own,            \
                               const uint32_t *schedule, size_t shared, uint8_t *const *signatures)    \
    {                                                                                                  \
        sign_streams(job, data, own, schedule, shared, signatures, n);                                 \
    }                                                                                                  \
    const ossf_kernel ossf_shani_##n = {                                                               \
        .name = "shani", .lanes = n, .shares = is_sharing, .compress = compress_##n, .sign = sign_##n};

KERNEL(1, 0)
KERNEL(2, 0)
KERNEL(4, 1)
KERNEL(16, 1)

#endif
