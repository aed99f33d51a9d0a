/* Which kernels this CPU can run, and which one suits how many rows. */
#include "ossf.h"

#if OSSF_X86
#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
static void cpuid(uint32_t leaf, uint32_t out[4]) { __cpuidex((int *)out, (int)leaf, 0); }
#else
#include <cpuid.h>
static void cpuid(uint32_t leaf, uint32_t out[4])
{
    if (!__get_cpuid_count(leaf, 0, &out[0], &out[1], &out[2], &out[3]))
        out[0] = out[1] = out[2] = out[3] = 0;
}
#endif

/* The registers that the operating system saves, as XCR0 tells. */
static uint64_t saved_registers(void)
{
#if defined(_MSC_VER) && !defined(__clang__)
    return _xgetbv(0);
#else
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
#endif
}

#define BIT(word, n) ((word) >> (n)&1)
#define YMM_STATE 0x06 /* XCR0: SSE and AVX */
#define ZMM_STATE 0xe6 /* and the mask and upper registers of AVX-512 */
#endif

#if OSSF_ARM64
#if defined(__linux__)
#include <sys/auxv.h>
static int has_sha2(void) { return (getauxval(AT_HWCAP) & HWCAP_SHA2) != 0; }
#elif defined(_WIN32)
#include <windows.h>
static int has_sha2(void) { return IsProcessorFeaturePresent(PF_ARM_V8_CRYPTO_INSTRUCTIONS_AVAILABLE); }
#elif defined(__APPLE__)
static int has_sha2(void) { return 1; }
#else
static int has_sha2(void) { return 0; }
#endif
#endif

typedef struct features {
    int shani, avx2, avx512, sha2;
    int bare_rounds; /* whether SHA-NI takes half the time for a block whose schedule is shared */
} features;

#if OSSF_X86
/* Where the rounds alone were measured to take half the time of a block, so that groups of 16 lanes pay, and
 * pay as much as AVX-512: AMD's family 0x19, Zen 3 and Zen 4. README.md has the numbers. */
static int has_bare_rounds(const uint32_t leaf_1[4])
{
    uint32_t leaf_0[4], family = leaf_1[0] >> 8 & 0xf;

    cpuid(0, leaf_0);
    if (family == 0xf)
        family += leaf_1[0] >> 20 & 0xff;
    return leaf_0[1] == 0x68747541 && leaf_0[3] == 0x69746e65 && leaf_0[2] == 0x444d4163 /* AuthenticAMD */
           && family == 0x19;
}
#endif

static features detect(void)
{
    features found = {0};
#if OSSF_X86
    uint32_t leaf_1[4], leaf_7[4];

    cpuid(1, leaf_1);
    cpuid(7, leaf_7);
    /* The SHA kernel also shuffles bytes (SSSE3) and extracts words (SSE4.1). */
    found.shani = BIT(leaf_7[1], 29) && BIT(leaf_1[2], 9) && BIT(leaf_1[2], 19);
    found.bare_rounds = found.shani && has_bare_rounds(leaf_1);
#if OSSF_X86_LANES
    if (BIT(leaf_1[2], 27)) { /* OSXSAVE */
        const uint64_t saved = saved_registers();

        found.avx2 = BIT(leaf_7[1], 5) && (saved & YMM_STATE) == YMM_STATE;
        found.avx512 = BIT(leaf_7[1], 16) && BIT(leaf_7[1], 30) && (saved & ZMM_STATE) == ZMM_STATE;
    }
#endif
#endif
#if OSSF_ARM64
    found.sha2 = has_sha2();
#endif
    return found;
}

/* Fewest rows for which a kernel beats the next narrower one: it costs the same however many of its lanes
 * are used. Measured with tests/engine/native/run.sh speed. */
#define AVX512_OVER_SHANI 8
#define AVX512_OVER_PORTABLE 2
#define AVX2_OVER_PORTABLE 2

static const ossf_ladder portable = {"portable", ossf_schedule, 1, {{&ossf_portable, 1}}};
#if OSSF_X86
static const ossf_ladder shani = {"shani", ossf_schedule_shani, 2, {{&ossf_shani_2, 2}, {&ossf_shani_1, 1}}};
static const ossf_ladder shani_bare_rounds = {
    "shani",
    ossf_schedule_shani,
    4,
    {{&ossf_shani_16, 16}, {&ossf_shani_4, 4}, {&ossf_shani_2, 2}, {&ossf_shani_1, 1}}};
#endif
#if OSSF_ARM64
static const ossf_ladder armv8 = {"armv8", ossf_schedule, 2, {{&ossf_armv8_2, 2}, {&ossf_armv8_1, 1}}};
#endif
#if OSSF_X86_LANES
static const ossf_ladder avx512 = {"avx512", ossf_schedule, 1, {{&ossf_avx512, 1}}};
static const ossf_ladder avx512_shani = {
    "avx512+shani",
    ossf_schedule_shani,
    3,
    {{&ossf_avx512, AVX512_OVER_SHANI}, {&ossf_shani_2, 2}, {&ossf_shani_1, 1}}};
static const ossf_ladder avx512_portable = {
    "avx512+portable", ossf_schedule, 2, {{&ossf_avx512, AVX512_OVER_PORTABLE}, {&ossf_portable, 1}}};
static const ossf_ladder avx2 = {"avx2", ossf_schedule, 1, {{&ossf_avx2, 1}}};
static const ossf_ladder avx2_portable = {
    "avx2+portable", ossf_schedule, 2, {{&ossf_avx2, AVX2_OVER_PORTABLE}, {&ossf_portable, 1}}};
#endif

size_t ossf_ladders(const ossf_ladder *found[OSSF_MAX_LADDERS])
{
    size_t count = 0;
    const features cpu = detect();

#if OSSF_X86
    if (cpu.bare_rounds)
        found[count++] = &shani_bare_rounds;
#endif
#if OSSF_X86_LANES
    if (cpu.avx512)
        found[count++] = cpu.shani ? &avx512_shani : &avx512_portable;
#endif
#if OSSF_X86
    if (cpu.shani && !cpu.bare_rounds)
        found[count++] = &shani;
#endif
#if OSSF_X86_LANES
    if (cpu.avx512)
        found[count++] = &avx512;
    if (cpu.avx2 && !cpu.shani)
        found[count++] = &avx2_portable;
    if (cpu.avx2)
        found[count++] = &avx2;
#endif
#if OSSF_ARM64
    if (cpu.sha2)
        found[count++] = &armv8;
#endif
    (void)cpu;
    found[count++] = &portable;
    return count;
}

void ossf_cpu_features(const char *names[OSSF_MAX_FEATURES])
{
    size_t count = 0;
    const features cpu = detect();

    if (cpu.shani)
        names[count++] = "sha_ni";
    if (cpu.avx2)
        names[count++] = "avx2";
    if (cpu.avx512)
        names[count++] = "avx512";
    if (cpu.sha2)
        names[count++] = "sha2";
    names[count] = "";
}
