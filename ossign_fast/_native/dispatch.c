/* Which kernels this CPU can run, and which one suits how many rows. */
#include "ossf.h"

#if defined(__x86_64__) || defined(_M_X64)
#define OSSF_X86 1
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
#endif

typedef struct features {
    int shani;
} features;

static features detect(void)
{
    features found = {0};
#if OSSF_X86
    uint32_t leaf_1[4], leaf_7[4];

    cpuid(1, leaf_1);
    cpuid(7, leaf_7);
    /* The SHA kernel also shuffles bytes (SSSE3) and extracts words (SSE4.1). */
    found.shani = leaf_7[1] >> 29 & 1 && leaf_1[2] >> 9 & 1 && leaf_1[2] >> 19 & 1;
#endif
    return found;
}

static const ossf_ladder portable = {"portable", 1, {{&ossf_portable, 1}}};
#if OSSF_X86
static const ossf_ladder shani = {"shani", 2, {{&ossf_shani_2, 2}, {&ossf_shani_1, 1}}};
#endif

size_t ossf_ladders(const ossf_ladder *found[OSSF_MAX_LADDERS])
{
    size_t count = 0;
    const features cpu = detect();

#if OSSF_X86
    if (cpu.shani)
        found[count++] = &shani;
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
    names[count] = "";
}
