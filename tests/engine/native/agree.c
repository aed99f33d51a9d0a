/* Whether all ladders of this CPU sign the same: usage agree URLS [SEED]
 *
 * Batches of random rows, of one length and of many, with escapes and without, behind constant texts of
 * random lengths, others for each seed. The portable ladder is what the others are compared with.
 */
#include "sample.h"
#include "test_rows.h"
#include "variants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 2048 /* bytes of a URL */

static void append(sample *s, size_t length, void (*piece)(sample *, const void *, size_t, int32_t))
{
    uint8_t text[512];

    for (size_t i = 0; i < length; i++)
        text[i] = (uint8_t)('a' + test_random(26));
    if (length)
        piece(s, text, length, OSSF_LITERAL);
}

static void build(sample *s, size_t rows)
{
    const uint32_t least = 1 + test_random(100), spread = test_random(3) ? 1 : 1 + test_random(100);
    const uint32_t escapes = test_random(2) ? 0 : test_random(30);
    uint8_t text[256];

    memset(s, 0, sizeof *s);
    s->column_count = 1;
    s->columns[0] = (ossf_column){.encoding = OSSF_PATH, .maximum = OSSF_MAX_LENGTH};
    append(s, test_random(130), sample_canonical);
    sample_canonical(s, NULL, 0, 0);
    append(s, test_random(500), sample_canonical);
    sample_url_piece(s, NULL, 0, 0);
    append(s, test_random(500), sample_url_piece);
    sample_url_piece(s, NULL, 0, OSSF_SIGNATURE_SLOT);
    test_random_bytes(text, sizeof text);
    s->preamble = sample_keep(s, text, s->preamble_length = test_random(200));
    s->secret = sample_keep(s, text, s->secret_length = OSSF_DIGEST);
    sample_rows(s, rows);
    for (size_t row = 0; row < rows; row++) {
        const uint32_t length = least + test_random(spread);

        for (uint32_t i = 0; i < length; i++)
            text[i] = (uint8_t)(test_random(100) < escapes ? test_random(256) : 'a' + test_random(26));
        s->values[row] = (ossf_value){.text = sample_keep(s, text, length), .length = length};
    }
}

int main(int argc, char **argv)
{
    const ossf_ladder *ladders[OSSF_MAX_LADDERS + VARIANTS];
    const size_t wanted = argc > 1 ? (size_t)strtoull(argv[1], NULL, 10) : 0;
    size_t count = ossf_ladders(ladders), signed_rows = 0;
    uint8_t *expected = sample_allocate((size_t)OSSF_CHUNK * LONGEST);
    uint8_t *memory = sample_allocate((size_t)OSSF_CHUNK * LONGEST);

    count += add_variants(ladders + count);
    test_seed(argc > 2 ? strtoull(argv[2], NULL, 10) : 0);
    while (signed_rows < wanted) {
        const size_t rows = test_random(4) ? OSSF_CHUNK : 1 + test_random(70);
        size_t size;
        sample s;

        build(&s, rows);
        size = sample_sign(&s, &sample_portable, expected);
        for (size_t i = 0; i < count; i++) {
            memset(memory, 0, size);
            if (sample_sign(&s, ladders[i], memory) != size || memcmp(memory, expected, size) != 0) {
                fprintf(stderr, "%s: other URLs after %zu\n", ladders[i]->name, signed_rows);
                return 1;
            }
        }
        signed_rows += rows;
        sample_free(&s);
    }
    free(memory);
    free(expected);
    for (size_t i = 0; i < count; i++)
        printf("%s: %zu URLs\n", ladders[i]->name, signed_rows);
    return !wanted;
}
