/* SHA-256 in 8 lanes with AVX2. */
#include "ossf.h"

#if OSSF_X86_LANES

#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#define LANES 8
#define V __m256i

#define ADD(a, b) _mm256_add_epi32(a, b)
#define AND(a, b) _mm256_and_si256(a, b)
#define OR(a, b) _mm256_or_si256(a, b)
#define XOR(a, b) _mm256_xor_si256(a, b)
#define XOR3(a, b, c) XOR(XOR(a, b), c)
#define CHOOSE(e, f, g) XOR(g, AND(e, XOR(f, g)))
#define MAJORITY(a, b, c) OR(AND(a, b), AND(c, OR(a, b)))
#define ROTATE(x, n) OR(SHIFT_RIGHT(x, n), SHIFT_LEFT(x, 32 - (n)))
#define SHIFT_LEFT(x, n) _mm256_slli_epi32(x, n)
#define SHIFT_RIGHT(x, n) _mm256_srli_epi32(x, n)
#define SHIFT_LEFT_BY(x, n) _mm256_sll_epi32(x, _mm_cvtsi32_si128((int)(n)))
#define SHIFT_RIGHT_BY(x, n) _mm256_srl_epi32(x, _mm_cvtsi32_si128((int)(n)))
#define SPLAT(word) _mm256_set1_epi32((int)(word))
#define LOAD(p) _mm256_loadu_si256((const __m256i *)(p))
#define STORE(p, v) _mm256_storeu_si256((__m256i *)(p), v)
#define UNPACK_LOW32(a, b) _mm256_unpacklo_epi32(a, b)
#define UNPACK_HIGH32(a, b) _mm256_unpackhi_epi32(a, b)
#define UNPACK_LOW64(a, b) _mm256_unpacklo_epi64(a, b)
#define UNPACK_HIGH64(a, b) _mm256_unpackhi_epi64(a, b)
#define SWAP_BYTES(v)                                                                                  \
    _mm256_shuffle_epi8(v, _mm256_broadcastsi128_si256(                                                \
                               _mm_set_epi32(0x0c0d0e0f, 0x08090a0b, 0x04050607, 0x00010203)))
#define HEX_DIGITS(v)                                                                                  \
    _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(                                                   \
                            _mm_set_epi32(0x66656463, 0x62613938, 0x37363534, 0x33323130)),            \
                        v)

#define PART(data, row, at) _mm_loadu_si128((const __m128i *)(data[row] + (at)))
#define GATHER(data, row, at)                                                                          \
    _mm256_inserti128_si256(_mm256_castsi128_si256(PART(data, row, at)), PART(data, (row) + 4, at), 1)
#define PUT(out, row, at, part) _mm_storeu_si128((__m128i *)(out[row] + (at)), part)
#define SCATTER(out, row, at, v)                                                                       \
    do {                                                                                               \
        const V scattered = v;                                                                         \
        PUT(out, row, at, _mm256_castsi256_si128(scattered));                                          \
        PUT(out, (row) + 4, at, _mm256_extracti128_si256(scattered, 1));                               \
    } while (0)

#include "lanes.h"

const ossf_kernel ossf_avx2 = {
    .name = "avx2", .lanes = LANES, .shares = 1, .compress = compress, .sign = sign};

#endif
