/* Tests of the native core without Python: usage test_kernels [KERNEL ...]
 *
 * Prints a line for each ladder of this CPU; fails where one computes anything wrong, or where a kernel
 * named in the arguments is missing.
 */
#include "bytes.h"
#include "test_rows.h"
#include "variants.h"
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

static int failures;

static void check(int holds, const char *ladder, const char *what, size_t detail)
{
    if (!holds) {
        fprintf(stderr, "%s: %s (%zu)\n", ladder, what, detail);
        failures++;
    }
}

/* ---- known answers ------------------------------------------------------------------------- */

static int is_hex(const uint8_t digest[OSSF_DIGEST], const char *hex)
{
    uint8_t text[OSSF_SIGNATURE];

    ossf_hex(digest, text);
    return memcmp(text, hex, OSSF_SIGNATURE) == 0;
}

static void sha256(const ossf_ladder *ladder, const void *message, size_t length,
                   uint8_t digest[OSSF_DIGEST])
{
    ossf_sha256 hash;

    ossf_sha256_init(&hash);
    ossf_sha256_update(ladder, &hash, message, length);
    ossf_sha256_final(ladder, &hash, digest);
}

static void test_vectors(const ossf_ladder *ladder)
{
    uint8_t digest[OSSF_DIGEST], *million = sample_allocate(1000000);

    for (size_t i = 0; i < sizeof sha256_vectors / sizeof *sha256_vectors; i++) {
        const char *message = sha256_vectors[i].message;

        sha256(ladder, message, strlen(message), digest);
        check(is_hex(digest, sha256_vectors[i].digest), ladder->name, "SHA-256 vector", i);
    }
    memset(million, 'a', 1000000);
    sha256(ladder, million, 1000000, digest);
    check(is_hex(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
          ladder->name, "SHA-256 of a million letters", 0);
    free(million);
    for (size_t i = 0; i < sizeof hmac_vectors / sizeof *hmac_vectors; i++) {
        const uint8_t *secret = (const uint8_t *)hmac_vectors[i].key;
        const uint8_t *message = (const uint8_t *)hmac_vectors[i].message;
        ossf_hmac_key key;

        ossf_hmac_init(ladder, &key, secret, strlen(hmac_vectors[i].key));
        ossf_hmac(ladder, &key, message, strlen(hmac_vectors[i].message), digest);
        check(is_hex(digest, hmac_vectors[i].digest), ladder->name, "HMAC vector", i);
    }
}

/* ---- against the portable kernel ----------------------------------------------------------- */

/* Random messages whose lengths lie about the borders of blocks, hashed in two pieces. */
static void test_borders(const ossf_ladder *ladder)
{
    static const size_t lengths[] = {0,   1,   55,  56,  57,  63,  64,  65,  119,
                                     120, 121, 127, 128, 129, 183, 184, 1000};

    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        uint8_t *message = sample_allocate(lengths[i]), whole[OSSF_DIGEST], pieces[OSSF_DIGEST];

        test_random_bytes(message, lengths[i]);
        sha256(&sample_portable, message, lengths[i], whole);
        for (size_t cut = 0; cut <= lengths[i]; cut += 1 + lengths[i] / 33) {
            ossf_sha256 hash;

            ossf_sha256_init(&hash);
            ossf_sha256_update(ladder, &hash, message, cut);
            ossf_sha256_update(ladder, &hash, message + cut, lengths[i] - cut);
            ossf_sha256_final(ladder, &hash, pieces);
            check(memcmp(whole, pieces, OSSF_DIGEST) == 0, ladder->name, "SHA-256 of length",
                  lengths[i]);
        }
        free(message);
    }
}

/* Compresses each lane for itself. */
static void compress_lanes(uint32_t *state, uint32_t lanes, const uint8_t *const *data, size_t blocks)
{
    for (uint32_t lane = 0; lane < lanes; lane++) {
        uint32_t one[8];

        for (uint32_t i = 0; i < 8; i++)
            one[i] = state[i * lanes + lane];
        ossf_portable.compress(one, data + lane, blocks);
        for (uint32_t i = 0; i < 8; i++)
            state[i * lanes + lane] = one[i];
    }
}

/* Other messages in all lanes, at addresses of any alignment. */
static void test_compress(const ossf_kernel *kernel, size_t blocks)
{
    const size_t state_size = 8 * kernel->lanes * sizeof(uint32_t);
    uint32_t *expected = sample_allocate(state_size), *state = sample_allocate(state_size);
    uint8_t *messages[OSSF_MAX_LANES];
    const uint8_t *data[OSSF_MAX_LANES];

    test_random_bytes((uint8_t *)state, state_size);
    memcpy(expected, state, state_size);
    for (uint32_t lane = 0; lane < kernel->lanes; lane++) {
        const size_t odd = lane % 16;

        messages[lane] = sample_allocate(odd + blocks * OSSF_BLOCK);
        test_random_bytes(messages[lane], odd + blocks * OSSF_BLOCK);
        data[lane] = messages[lane] + odd;
    }
    kernel->compress(state, data, blocks);
    compress_lanes(expected, kernel->lanes, data, blocks);
    check(memcmp(state, expected, state_size) == 0, kernel->name, "compress() of blocks", blocks);
    for (uint32_t lane = 0; lane < kernel->lanes; lane++)
        free(messages[lane]);
    free(state);
    free(expected);
}

/* Signatures of blocks that all lanes share: those of lanes that have them for their own. */
static void test_shared(const ossf_ladder *ladder, const ossf_kernel *kernel, size_t blocks)
{
    uint32_t *schedule = sample_allocate(blocks * 64 * sizeof *schedule), expected[64];
    uint8_t *message = sample_allocate(blocks * OSSF_BLOCK), *signatures[OSSF_MAX_LANES];
    uint8_t own[OSSF_SIGNATURE];
    const uint8_t *data[OSSF_MAX_LANES];
    ossf_job job;

    test_random_bytes((uint8_t *)&job, sizeof job);
    job.inner_rest = 17;
    job.inner_blocks = 2;
    test_random_bytes(message, blocks * OSSF_BLOCK);
    for (size_t block = 0; block < blocks; block++) {
        ladder->schedule(message + block * OSSF_BLOCK, schedule + block * 64);
        ossf_schedule(message + block * OSSF_BLOCK, expected);
        check(memcmp(schedule + block * 64, expected, sizeof expected) == 0, ladder->name,
              "schedule of block", block);
    }
    for (uint32_t lane = 0; lane < kernel->lanes; lane++) {
        data[lane] = message;
        signatures[lane] = sample_allocate(OSSF_SIGNATURE);
    }
    kernel->sign(&job, data, blocks, NULL, 0, signatures);
    memcpy(own, signatures[0], sizeof own);
    kernel->sign(&job, data, 0, schedule, blocks, signatures);
    for (uint32_t lane = 0; lane < kernel->lanes; lane++) {
        check(memcmp(signatures[lane], own, sizeof own) == 0, kernel->name, "shared blocks", blocks);
        free(signatures[lane]);
    }
    free(message);
    free(schedule);
}

/* Many messages at once, of mixed lengths, in and out of memory that is not longer than they are. */
static void test_many(const ossf_ladder *ladder)
{
    enum { ROWS = 77 };
    static const size_t lengths[] = {0, 55, 56, 64, 119, 120, 200, 200, 200, 2039, 2040, 3000};
    const size_t kinds = sizeof lengths / sizeof *lengths;
    int64_t ends[ROWS + 1] = {0};
    uint32_t order[ROWS];
    uint8_t digests[2][ROWS][OSSF_DIGEST], digest[OSSF_DIGEST], *data;
    ossf_hmac_key key;

    for (size_t row = 0; row < ROWS; row++)
        ends[row + 1] = ends[row] + (int64_t)lengths[row * row % kinds];
    data = sample_allocate((size_t)ends[ROWS]);
    test_random_bytes(data, (size_t)ends[ROWS]);
    ossf_hmac_init(&sample_portable, &key, data, 32);
    for (size_t rows = 0; rows <= ROWS; rows += rows < 35 ? 1 : 42) {
        int64_t spent[ROWS + 1];

        memcpy(spent, ends, sizeof spent);
        ossf_sha256_many(ladder, data, ends, rows, order, digests[0][0]);
        ossf_hmac_many(ladder, &key, data, spent, rows, order, digests[1][0]);
        for (size_t row = 0; row < rows; row++) {
            const size_t length = (size_t)(ends[row + 1] - ends[row]);

            sha256(&sample_portable, data + ends[row], length, digest);
            check(memcmp(digest, digests[0][row], OSSF_DIGEST) == 0, ladder->name, "SHA-256 of row", row);
            ossf_hmac(&sample_portable, &key, data + ends[row], length, digest);
            check(memcmp(digest, digests[1][row], OSSF_DIGEST) == 0, ladder->name, "HMAC of row", row);
        }
    }
    free(data);
}

/* ---- all of it ----------------------------------------------------------------------------- */

static void test_ladder(const ossf_ladder *ladder)
{
    test_vectors(ladder);
    test_borders(ladder);
    test_many(ladder);
    for (uint32_t step = 0; step < ladder->steps; step++) {
        const ossf_kernel *kernel = ladder->step[step].kernel;

        for (size_t blocks = 1; blocks <= 5; blocks++) {
            test_compress(kernel, blocks);
            if (kernel->shares)
                test_shared(ladder, kernel, blocks);
        }
    }
}

static int is_known(const char *name, const ossf_ladder *const *ladders, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(ladders[i]->name, name) == 0)
            return 1;
    return 0;
}

int main(int argc, char **argv)
{
    const ossf_ladder *ladders[OSSF_MAX_LADDERS + VARIANTS];
    size_t urls[OSSF_MAX_LADDERS + VARIANTS] = {0};
    size_t count = ossf_ladders(ladders);

    count += add_variants(ladders + count);
    for (int i = 1; i < argc; i++)
        check(is_known(argv[i], ladders, count), argv[i], "this kernel is missing", 0);
    check(is_known("portable", ladders, count), "portable", "this kernel is missing", 0);
    for (size_t i = 0; i < count; i++)
        test_ladder(ladders[i]);
    failures += test_rows(ladders, count, urls);
    for (size_t i = 0; i < count; i++)
        printf("%s: %zu URLs\n", ladders[i]->name, urls[i]);
    if (failures)
        printf("%d failures\n", failures);
    return failures != 0;
}
