/* SHA-256 with the SHA2 instructions of Armv8: one stream for single messages, two for batches.
 *
 * One stream is bound by the latency of sha256h and sha256h2; a second one fills the gaps.
 */
#include "ossf.h"

#if OSSF_ARM64

#if defined(__clang__) && __clang_major__ < 16
#define __ARM_FEATURE_SHA2 1 /* or arm_neon.h hides what only some functions of the file may use */
#endif
#include <arm_neon.h>

#if defined(_MSC_VER) && !defined(__clang__)
#define ARMV8
#define ARMV8_INLINE static __forceinline
#define UNROLL
#elif defined(__clang__)
#define ARMV8 __attribute__((target("sha2")))
#define ARMV8_INLINE static inline __attribute__((always_inline, target("sha2")))
#define UNROLL _Pragma("clang loop unroll(full)") /* plain "unroll" leaves the inner loops */
#else
#define ARMV8 __attribute__((target("+crypto")))
#define ARMV8_INLINE static inline __attribute__((always_inline, target("+crypto")))
#define UNROLL _Pragma("GCC unroll 16")
#endif

/* Compresses with `streams` lanes; a constant argument, so that each caller gets its own code. */
ARMV8_INLINE void compress_streams(uint32_t *state, const uint8_t *const *data, size_t blocks,
                                   const int streams)
{
    uint32x4_t abcd[2], efgh[2], w[2][4];
    uint32_t words[8];

    UNROLL
    for (int s = 0; s < streams; s++) {
        for (int i = 0; i < 8; i++)
            words[i] = state[i * streams + s];
        abcd[s] = vld1q_u32(words);
        efgh[s] = vld1q_u32(words + 4);
    }
    for (size_t block = 0; block < blocks; block++) {
        uint32x4_t abcd_before[2], efgh_before[2];
        UNROLL
        for (int s = 0; s < streams; s++) {
            abcd_before[s] = abcd[s];
            efgh_before[s] = efgh[s];
        }
        UNROLL
        for (int q = 0; q < 16; q++) { /* four rounds each */
            const uint32x4_t k = vld1q_u32(ossf_sha256_k + 4 * q);
            UNROLL
            for (int s = 0; s < streams; s++) {
                if (q < 4) {
                    const uint8x16_t bytes = vld1q_u8(data[s] + block * OSSF_BLOCK + 16 * q);
                    w[s][q] = vreinterpretq_u32_u8(vrev32q_u8(bytes));
                } else {
                    const uint32x4_t sum = vsha256su0q_u32(w[s][q & 3], w[s][(q + 1) & 3]);
                    w[s][q & 3] = vsha256su1q_u32(sum, w[s][(q + 2) & 3], w[s][(q + 3) & 3]);
                }
                const uint32x4_t wk = vaddq_u32(w[s][q & 3], k), old = abcd[s];
                abcd[s] = vsha256hq_u32(old, efgh[s], wk);
                efgh[s] = vsha256h2q_u32(efgh[s], old, wk);
            }
        }
        UNROLL
        for (int s = 0; s < streams; s++) {
            abcd[s] = vaddq_u32(abcd[s], abcd_before[s]);
            efgh[s] = vaddq_u32(efgh[s], efgh_before[s]);
        }
    }
    UNROLL
    for (int s = 0; s < streams; s++) {
        vst1q_u32(words, abcd[s]);
        vst1q_u32(words + 4, efgh[s]);
        for (int i = 0; i < 8; i++)
            state[i * streams + s] = words[i];
    }
}

ARMV8 static void compress_1(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    compress_streams(state, data, blocks, 1);
}

ARMV8 static void compress_2(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    compress_streams(state, data, blocks, 2);
}

const ossf_kernel ossf_armv8_1 = {.name = "armv8", .lanes = 1, .compress = compress_1};
const ossf_kernel ossf_armv8_2 = {.name = "armv8", .lanes = 2, .compress = compress_2};

#endif
