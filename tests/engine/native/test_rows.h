#ifndef TEST_ROWS_H
#define TEST_ROWS_H

#include "sample.h"

/* Repeatable noise, another for each seed. */
void test_seed(uint64_t seed);
uint32_t test_random(uint32_t below);
void test_random_bytes(uint8_t *out, size_t length);

/* Signs rows of many shapes on all ladders, adds how many URLs each has signed to urls[] and returns how
 * many samples came out wrong. */
int test_rows(const ossf_ladder *const *ladders, size_t count, size_t *urls);

#endif
