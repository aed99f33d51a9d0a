/* SHA-256 in 16 lanes with AVX-512 (F, BW). */
#include "ossf.h"

#if OSSF_X86_LANES

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw")))
#define LANES 16
#define V __m512i

#define ADD(a, b) _mm512_add_epi32(a, b)
#define AND(a, b) _mm512_and_si512(a, b)
#define OR(a, b) _mm512_or_si512(a, b)
#define XOR3(a, b, c) _mm512_ternarylogic_epi32(a, b, c, 0x96)
#define CHOOSE(e, f, g) _mm512_ternarylogic_epi32(e, f, g, 0xca)
#define MAJORITY(a, b, c) _mm512_ternarylogic_epi32(a, b, c, 0xe8)
#define ROTATE(x, n) _mm512_ror_epi32(x, n)
#define SHIFT_LEFT(x, n) _mm512_slli_epi32(x, n)
#define SHIFT_RIGHT(x, n) _mm512_srli_epi32(x, n)
#define SHIFT_LEFT_BY(x, n) _mm512_sll_epi32(x, _mm_cvtsi32_si128((int)(n)))
#define SHIFT_RIGHT_BY(x, n) _mm512_srl_epi32(x, _mm_cvtsi32_si128((int)(n)))
#define SPLAT(word) _mm512_set1_epi32((int)(word))
#define LOAD(p) _mm512_loadu_si512(p)
#define STORE(p, v) _mm512_storeu_si512(p, v)
#define UNPACK_LOW32(a, b) _mm512_unpacklo_epi32(a, b)
#define UNPACK_HIGH32(a, b) _mm512_unpackhi_epi32(a, b)
#define UNPACK_LOW64(a, b) _mm512_unpacklo_epi64(a, b)
#define UNPACK_HIGH64(a, b) _mm512_unpackhi_epi64(a, b)
#define SWAP_BYTES(v)                                                                                  \
    _mm512_shuffle_epi8(v, _mm512_set4_epi32(0x0c0d0e0f, 0x08090a0b, 0x04050607, 0x00010203))
#define HEX_DIGITS(v)                                                                                  \
    _mm512_shuffle_epi8(_mm512_set4_epi32(0x66656463, 0x62613938, 0x37363534, 0x33323130), v)

#define PART(data, row, at) _mm_loadu_si128((const __m128i *)(data[row] + (at)))
#define GATHER(data, row, at)                                                                          \
    _mm512_inserti32x4(                                                                                \
        _mm512_inserti32x4(_mm512_inserti32x4(_mm512_castsi128_si512(PART(data, row, at)),             \
                                              PART(data, (row) + 4, at), 1),                           \
                           PART(data, (row) + 8, at), 2),                                              \
        PART(data, (row) + 12, at), 3)
#define PUT(out, row, at, part) _mm_storeu_si128((__m128i *)(out[row] + (at)), part)
#define SCATTER(out, row, at, v)                                                                       \
    do {                                                                                               \
        const V scattered = v;                                                                         \
        PUT(out, row, at, _mm512_castsi512_si128(scattered));                                          \
        PUT(out, (row) + 4, at, _mm512_extracti32x4_epi32(scattered, 1));                              \
        PUT(out, (row) + 8, at, _mm512_extracti32x4_epi32(scattered, 2));                              \
        PUT(out, (row) + 12, at, _mm512_extracti32x4_epi32(scattered, 3));                             \
    } while (0)

#include "lanes.h"

const ossf_kernel ossf_avx512 = {
    .name = "avx512", .lanes = LANES, .shares = 1, .compress = compress, .sign = sign};

#endif
