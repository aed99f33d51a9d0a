/* SHA-256 of LANES messages at once, one per 32-bit lane of a vector; the body of a lane kernel.
 *
 * A file that includes this defines TARGET (its function attribute), LANES, the vector type V and
 *
 *   ADD XOR3 CHOOSE MAJORITY OR   word by word          ROTATE SHIFT_LEFT SHIFT_RIGHT   by n bits
 *   SPLAT(word)                   one word in all lanes LOAD STORE                      of aligned words
 *   UNPACK_{LOW,HIGH}{32,64}      within 128-bit parts  SWAP_BYTES                      of each word
 *   HEX_DIGITS(v)                 bytes 0..15 -> digits
 *   GATHER(data, row, at)         16 bytes at `at` of rows row, row + 4, row + 8, ... side by side
 *   SCATTER(out, row, at, v)      the reverse
 *
 * and gets compress() and sign(), as ossf_kernel wants them.
 */
#include "bytes.h"
#include "ossf.h"

#define LANES_FN TARGET static
#define LANES_INLINE TARGET static inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif
/* Keeps the compiler from seeing the table behind `p`, whose words it would move through registers one
 * by one where a broadcast from memory is free. */
#define HIDE(p) __asm__("" : "+r"(p))

#define BIG_0(x) XOR3(ROTATE(x, 2), ROTATE(x, 13), ROTATE(x, 22))
#define BIG_1(x) XOR3(ROTATE(x, 6), ROTATE(x, 11), ROTATE(x, 25))
#define SMALL_0(x) XOR3(ROTATE(x, 7), ROTATE(x, 18), SHIFT_RIGHT(x, 3))
#define SMALL_1(x) XOR3(ROTATE(x, 17), ROTATE(x, 19), SHIFT_RIGHT(x, 10))

/* One round on v[8], whose roles move instead of its values; `wk` is W[t] + K[t]. */
LANES_INLINE void one_round(V *v, int t, V wk)
{
#define AT(i) v[((i) - t) & 7]
    const V sum = ADD(ADD(AT(7), wk), ADD(BIG_1(AT(4)), CHOOSE(AT(4), AT(5), AT(6))));

    AT(3) = ADD(AT(3), sum);
    AT(7) = ADD(sum, ADD(BIG_0(AT(0)), MAJORITY(AT(0), AT(1), AT(2))));
#undef AT
}

/* Adds one block, its 16 words in w, to the states. */
LANES_INLINE void add_block(V *state, V *w)
{
    const uint32_t *k = ossf_sha256_k;
    V v[8];

    HIDE(k);
    UNROLL
    for (int i = 0; i < 8; i++)
        v[i] = state[i];
    UNROLL
    for (int t = 0; t < 64; t++) {
        if (t >= 16)
            w[t & 15] = ADD(ADD(w[t & 15], SMALL_0(w[(t + 1) & 15])),
                            ADD(w[(t + 9) & 15], SMALL_1(w[(t + 14) & 15])));
        one_round(v, t, ADD(w[t & 15], SPLAT(k[t])));
    }
    UNROLL
    for (int i = 0; i < 8; i++)
        state[i] = ADD(state[i], v[i]);
}

/* Four words of all rows: a 4 x 4 transpose within each 128-bit part. */
LANES_INLINE void transpose(V *w)
{
    const V t0 = UNPACK_LOW32(w[0], w[1]), t1 = UNPACK_HIGH32(w[0], w[1]);
    const V t2 = UNPACK_LOW32(w[2], w[3]), t3 = UNPACK_HIGH32(w[2], w[3]);

    w[0] = UNPACK_LOW64(t0, t2);
    w[1] = UNPACK_HIGH64(t0, t2);
    w[2] = UNPACK_LOW64(t1, t3);
    w[3] = UNPACK_HIGH64(t1, t3);
}

/* Adds blocks of messages that lie in rows. */
LANES_FN void add_messages(V *state, const uint8_t *const *data, size_t blocks)
{
    for (size_t at = 0; at < blocks * OSSF_BLOCK; at += OSSF_BLOCK) {
        V w[16];

        UNROLL
        for (int quarter = 0; quarter < 4; quarter++) {
            V *const four = w + 4 * quarter;

            UNROLL
            for (int i = 0; i < 4; i++)
                four[i] = GATHER(data, i, at + 16 * quarter);
            transpose(four);
            UNROLL
            for (int i = 0; i < 4; i++)
                four[i] = SWAP_BYTES(four[i]);
        }
        add_block(state, w);
    }
}

/* Adds blocks that are the same in all lanes: only the rounds remain. */
LANES_FN void add_shared(V *state, const uint32_t *schedule, size_t blocks)
{
    for (size_t block = 0; block < blocks; block++, schedule += 64) {
        V v[8];

        UNROLL
        for (int i = 0; i < 8; i++)
            v[i] = state[i];
        UNROLL
        for (int t = 0; t < 64; t++)
            one_round(v, t, SPLAT(schedule[t]));
        UNROLL
        for (int i = 0; i < 8; i++)
            state[i] = ADD(state[i], v[i]);
    }
}

LANES_FN void compress(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    V v[8];

    UNROLL
    for (int i = 0; i < 8; i++)
        v[i] = LOAD(state + i * LANES);
    add_messages(v, data, blocks);
    UNROLL
    for (int i = 0; i < 8; i++)
        STORE(state + i * LANES, v[i]);
}

/* The 16 words of the hexadecimal form of the digests `v`. */
LANES_INLINE void hex_words(V *words, const V *v)
{
    UNROLL
    for (int i = 0; i < 16; i++) {
        /* 16 bits to four bytes of one nibble each: abcd -> 0a0b0c0d */
        const V half = i & 1 ? AND(v[i / 2], SPLAT(0xffff)) : SHIFT_RIGHT(v[i / 2], 16);
        const V bytes = AND(OR(SHIFT_LEFT(half, 8), half), SPLAT(0x00ff00ff));

        words[i] = HEX_DIGITS(AND(OR(SHIFT_LEFT(bytes, 4), bytes), SPLAT(0x0f0f0f0f)));
    }
}

/* The inner message: the rest of the preamble, then the hexadecimal digest at any byte offset. */
LANES_INLINE void inner_words(V *words, const V *hex, const uint8_t *tail, uint32_t rest, size_t count)
{
    const uint32_t first = rest / 4, shift = rest % 4 * 8;

    for (size_t i = 0; i < count; i++)
        words[i] = SPLAT(ossf_load_be32(tail + 4 * i));
    for (uint32_t i = 0; i < 16; i++) {
        words[first + i] = OR(words[first + i], SHIFT_RIGHT_BY(hex[i], shift));
        words[first + i + 1] = OR(words[first + i + 1], SHIFT_LEFT_BY(hex[i], 32 - shift));
    }
}

LANES_FN void sign(const ossf_job *job, const uint8_t *const *data, size_t own, const uint32_t *schedule,
                   size_t shared, uint8_t *const *signatures)
{
    V v[8], hex[16], words[3 * 16 + 1];

    UNROLL
    for (int i = 0; i < 8; i++)
        v[i] = SPLAT(job->start[i]);
    add_messages(v, data, own);
    add_shared(v, schedule, shared);
    hex_words(hex, v);
    inner_words(words, hex, job->inner_tail, job->inner_rest, job->inner_blocks * 16);
    UNROLL
    for (int i = 0; i < 8; i++)
        v[i] = SPLAT(job->key.inner[i]);
    for (uint32_t block = 0; block < job->inner_blocks; block++) {
        V w[16];

        UNROLL
        for (int i = 0; i < 16; i++)
            w[i] = words[block * 16 + i];
        add_block(v, w);
    }
    /* The outer message: the inner digest and its padding. */
    {
        V w[16];

        UNROLL
        for (int i = 0; i < 8; i++) {
            w[i] = v[i];
            w[i + 8] = SPLAT(0);
            v[i] = SPLAT(job->key.outer[i]);
        }
        w[8] = SPLAT(0x80000000);
        w[15] = SPLAT((OSSF_BLOCK + OSSF_DIGEST) * 8);
        add_block(v, w);
    }
    hex_words(hex, v);
    UNROLL
    for (int quarter = 0; quarter < 4; quarter++) {
        V *const four = hex + 4 * quarter;

        transpose(four);
        UNROLL
        for (int i = 0; i < 4; i++)
            SCATTER(signatures, i, 16 * quarter, SWAP_BYTES(four[i]));
    }
}
