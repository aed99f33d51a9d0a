/* SHA-256 (FIPS 180-4) in portable C, one message at a time. */
#include "ossf.h"
#include "bytes.h"

const uint32_t ossf_sha256_start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

const uint32_t ossf_sha256_k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#define ROTATE(x, n) (((x) >> (n)) | ((x) << (32 - (n))))
#define BIG_0(x) (ROTATE(x, 2) ^ ROTATE(x, 13) ^ ROTATE(x, 22))
#define BIG_1(x) (ROTATE(x, 6) ^ ROTATE(x, 11) ^ ROTATE(x, 25))
#define SMALL_0(x) (ROTATE(x, 7) ^ ROTATE(x, 18) ^ ((x) >> 3))
#define SMALL_1(x) (ROTATE(x, 17) ^ ROTATE(x, 19) ^ ((x) >> 10))
#define CHOOSE(e, f, g) ((g) ^ ((e) & ((f) ^ (g))))
#define MAJORITY(a, b, c) (((a) & (b)) | ((c) & ((a) | (b))))

#define ROUND(a, b, c, d, e, f, g, h, t)                                                               \
    do {                                                                                               \
        uint32_t sum = h + BIG_1(e) + CHOOSE(e, f, g) + ossf_sha256_k[t] + w[(t) & 15];                \
        d += sum;                                                                                      \
        h = sum + BIG_0(a) + MAJORITY(a, b, c);                                                        \
    } while (0)

#define EIGHT_ROUNDS(t)                                                                                \
    ROUND(a, b, c, d, e, f, g, h, (t));                                                                \
    ROUND(h, a, b, c, d, e, f, g, (t) + 1);                                                            \
    ROUND(g, h, a, b, c, d, e, f, (t) + 2);                                                            \
    ROUND(f, g, h, a, b, c, d, e, (t) + 3);                                                            \
    ROUND(e, f, g, h, a, b, c, d, (t) + 4);                                                            \
    ROUND(d, e, f, g, h, a, b, c, (t) + 5);                                                            \
    ROUND(c, d, e, f, g, h, a, b, (t) + 6);                                                            \
    ROUND(b, c, d, e, f, g, h, a, (t) + 7)

static void next_words(uint32_t w[16])
{
    for (int i = 0; i < 16; i++)
        w[i] += SMALL_1(w[(i + 14) & 15]) + w[(i + 9) & 15] + SMALL_0(w[(i + 1) & 15]);
}

void ossf_schedule(const uint8_t block[OSSF_BLOCK], uint32_t schedule[64])
{
    uint32_t w[16];

    for (int t = 0; t < 64; t++) {
        if (t < 16)
            w[t] = ossf_load_be32(block + 4 * t);
        else if (t % 16 == 0)
            next_words(w);
        schedule[t] = w[t & 15] + ossf_sha256_k[t];
    }
}

static void compress_block(uint32_t *state, const uint8_t *block)
{
    uint32_t w[16];
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];

    for (int t = 0; t < 16; t++)
        w[t] = ossf_load_be32(block + 4 * t);
    EIGHT_ROUNDS(0);
    EIGHT_ROUNDS(8);
    for (int t = 16; t < 64; t += 16) {
        next_words(w);
        EIGHT_ROUNDS(t);
        EIGHT_ROUNDS(t + 8);
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static void compress(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    for (size_t i = 0; i < blocks; i++)
        compress_block(state, data[0] + i * OSSF_BLOCK);
}

const ossf_kernel ossf_portable = {.name = "portable", .lanes = 1, .compress = compress};
