/* SHA-256 with the x86 SHA extensions: one stream for single messages, two for batches.
 *
 * One stream is bound by the latency of sha256rnds2; a second one fills the gaps.
 */
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

/* Compresses with `streams` lanes; a constant argument, so that each caller gets its own code. */
SHANI_INLINE void compress_streams(uint32_t *state, const uint8_t *const *data, size_t blocks,
                                   const int streams)
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i abef[2], cdgh[2], w[2][4];

#define WORD(i) ((int)state[(i) * streams + s])
    UNROLL
    for (int s = 0; s < streams; s++) {
        abef[s] = _mm_set_epi32(WORD(0), WORD(1), WORD(4), WORD(5));
        cdgh[s] = _mm_set_epi32(WORD(2), WORD(3), WORD(6), WORD(7));
    }
#undef WORD
    for (size_t block = 0; block < blocks; block++) {
        __m128i abef_before[2], cdgh_before[2];
        UNROLL
        for (int s = 0; s < streams; s++) {
            abef_before[s] = abef[s];
            cdgh_before[s] = cdgh[s];
        }
        UNROLL
        for (int q = 0; q < 16; q++) { /* four rounds each */
            const __m128i k = _mm_loadu_si128((const __m128i *)ossf_sha256_k + q);
            UNROLL
            for (int s = 0; s < streams; s++) {
                if (q < 4) {
                    const __m128i *from = (const __m128i *)(data[s] + block * OSSF_BLOCK) + q;
                    w[s][q] = _mm_shuffle_epi8(_mm_loadu_si128(from), big_endian);
                } else {
                    __m128i sum = _mm_sha256msg1_epu32(w[s][q & 3], w[s][(q + 1) & 3]);
                    sum = _mm_add_epi32(sum, _mm_alignr_epi8(w[s][(q + 3) & 3], w[s][(q + 2) & 3], 4));
                    w[s][q & 3] = _mm_sha256msg2_epu32(sum, w[s][(q + 3) & 3]);
                }
                const __m128i wk = _mm_add_epi32(w[s][q & 3], k);
                cdgh[s] = _mm_sha256rnds2_epu32(cdgh[s], abef[s], wk);
                abef[s] = _mm_sha256rnds2_epu32(abef[s], cdgh[s], _mm_shuffle_epi32(wk, 0x0e));
            }
        }
        UNROLL
        for (int s = 0; s < streams; s++) {
            abef[s] = _mm_add_epi32(abef[s], abef_before[s]);
            cdgh[s] = _mm_add_epi32(cdgh[s], cdgh_before[s]);
        }
    }
    UNROLL
    for (int s = 0; s < streams; s++) {
        state[0 * streams + s] = (uint32_t)_mm_extract_epi32(abef[s], 3);
        state[1 * streams + s] = (uint32_t)_mm_extract_epi32(abef[s], 2);
        state[2 * streams + s] = (uint32_t)_mm_extract_epi32(cdgh[s], 3);
        state[3 * streams + s] = (uint32_t)_mm_extract_epi32(cdgh[s], 2);
        state[4 * streams + s] = (uint32_t)_mm_extract_epi32(abef[s], 1);
        state[5 * streams + s] = (uint32_t)_mm_extract_epi32(abef[s], 0);
        state[6 * streams + s] = (uint32_t)_mm_extract_epi32(cdgh[s], 1);
        state[7 * streams + s] = (uint32_t)_mm_extract_epi32(cdgh[s], 0);
    }
}

SHANI static void compress_1(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    compress_streams(state, data, blocks, 1);
}

SHANI static void compress_2(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    compress_streams(state, data, blocks, 2);
}

const ossf_kernel ossf_shani_1 = {.name = "shani", .lanes = 1, .compress = compress_1};
const ossf_kernel ossf_shani_2 = {.name = "shani", .lanes = 2, .compress = compress_2};

#endif
