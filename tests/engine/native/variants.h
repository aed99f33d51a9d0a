/* More ladders than this CPU chooses. */
#ifndef VARIANTS_H
#define VARIANTS_H

#include "ossf.h"

#include <string.h>

#define VARIANTS 2

/* Ladders that are chosen by the model of the CPU, under names of their own, so that each is tested on all. */
static inline size_t add_variants(const ossf_ladder **ladders)
{
    size_t count = 0;
#if OSSF_X86
    static const ossf_ladder pairs = {"shani-2", ossf_schedule_shani, 2, {{&ossf_shani_2, 2}, {&ossf_shani_1, 1}}};
    static const ossf_ladder groups = {
        "shani-16",
        ossf_schedule_shani,
        4,
        {{&ossf_shani_16, 16}, {&ossf_shani_4, 4}, {&ossf_shani_2, 2}, {&ossf_shani_1, 1}}};
    const char *names[OSSF_MAX_FEATURES];

    ossf_cpu_features(names);
    for (const char **name = names; **name; name++)
        if (strcmp(*name, "sha_ni") == 0) {
            ladders[count++] = &pairs;
            ladders[count++] = &groups;
        }
#else
    (void)ladders;
#endif
    return count;
}

#endif
