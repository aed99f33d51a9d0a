/* What a block costs on each kernel of this CPU, and a row on each ladder: where break-even points come
 * from. All take turns, and the best of many turns counts.
 */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TURNS 300
#define CALLS 20
#define BLOCKS 8

static double now(void)
{
    struct timespec at;

    timespec_get(&at, TIME_UTC);
    return 1e9 * (double)at.tv_sec + (double)at.tv_nsec;
}

static void keep_least(double *least, double value)
{
    if (*least == 0 || value < *least)
        *least = value;
}

/* ---- blocks -------------------------------------------------------------------------------- */

/* Returns nanoseconds for one block of one lane. */
static double time_own(const ossf_kernel *kernel)
{
    static const uint8_t message[BLOCKS * OSSF_BLOCK];
    const uint8_t *data[OSSF_MAX_LANES];
    uint32_t state[8 * OSSF_MAX_LANES] = {0};
    double start;

    for (uint32_t lane = 0; lane < OSSF_MAX_LANES; lane++)
        data[lane] = message;
    start = now();
    for (int i = 0; i < CALLS; i++)
        kernel->compress(state, data, BLOCKS);
    return (now() - start) / (CALLS * BLOCKS * kernel->lanes);
}

/* Returns nanoseconds for a signature with so many shared blocks, in one lane. */
static double time_shared(const ossf_kernel *kernel, size_t blocks)
{
    static const uint32_t schedule[2 * BLOCKS * 64];
    static const ossf_job job = {.inner_blocks = 1};
    static uint8_t signatures[OSSF_MAX_LANES][OSSF_SIGNATURE];
    uint8_t *out[OSSF_MAX_LANES];
    const uint8_t *data[OSSF_MAX_LANES];
    double start;

    for (uint32_t lane = 0; lane < OSSF_MAX_LANES; lane++)
        data[lane] = out[lane] = signatures[lane];
    start = now();
    for (int i = 0; i < CALLS; i++)
        kernel->sign(&job, data, 0, schedule, blocks, out);
    return (now() - start) / (CALLS * kernel->lanes);
}

static void print_kernel(const ossf_kernel *kernel)
{
    double own = 0, few = 0, many = 0;

    for (int turn = 0; turn < TURNS; turn++) {
        keep_least(&own, time_own(kernel));
        if (kernel->shares) {
            keep_least(&few, time_shared(kernel, BLOCKS));
            keep_least(&many, time_shared(kernel, 2 * BLOCKS));
        }
    }
    printf("  %-10s %2u lanes: %6.1f ns a block", kernel->name, kernel->lanes, own);
    if (kernel->shares)
        printf(", %6.1f of a shared one", (many - few) / BLOCKS);
    printf("\n");
}

/* ---- rows ---------------------------------------------------------------------------------- */

/* Keys of 48 bytes, and constant texts as long as those of OSS behind them, `token` bytes longer. */
static void build(sample *s, size_t rows, size_t token)
{
    static const uint8_t text[2048] = "GET\n/examplebucket/";
    uint8_t key[48];

    memset(s, 0, sizeof *s);
    s->column_count = 1;
    s->columns[0] = (ossf_column){.encoding = OSSF_PATH, .maximum = OSSF_MAX_LENGTH};
    sample_canonical(s, text, 19, OSSF_LITERAL);
    sample_canonical(s, NULL, 0, 0);
    sample_canonical(s, text, 200 + token, OSSF_LITERAL);
    sample_url_piece(s, text, 48, OSSF_LITERAL);
    sample_url_piece(s, NULL, 0, 0);
    sample_url_piece(s, text, 195 + token, OSSF_LITERAL);
    sample_url_piece(s, NULL, 0, OSSF_SIGNATURE_SLOT);
    s->preamble = sample_keep(s, text, s->preamble_length = 81);
    s->secret = sample_keep(s, text, s->secret_length = OSSF_DIGEST);
    sample_rows(s, rows);
    for (size_t row = 0; row < rows; row++) {
        memset(key, 'a' + (int)(row % 26), sizeof key);
        s->values[row] = (ossf_value){.text = sample_keep(s, key, sizeof key), .length = sizeof key};
    }
}

/* Returns nanoseconds for one row, measuring and sizing included. */
static double time_rows(sample *s, const ossf_ladder *ladder, uint8_t *memory, size_t calls)
{
    double start = now();

    for (size_t i = 0; i < calls; i++)
        sample_sign(s, ladder, memory);
    return (now() - start) / (double)(calls * s->rows);
}

static void print_rows(const ossf_ladder *const *ladders, size_t count, size_t rows, size_t token)
{
    double least[OSSF_MAX_LADDERS] = {0};
    uint8_t *memory = sample_allocate(rows * (512 + token));
    sample s;

    build(&s, rows, token);
    for (int turn = 0; turn < TURNS / 3; turn++)
        for (size_t i = 0; i < count; i++)
            keep_least(least + i, time_rows(&s, ladders[i], memory, 1 + 256 / rows));
    printf("%5zu rows, %3zu bytes of token:", rows, token);
    for (size_t i = 0; i < count; i++)
        printf("  %s %.0f", ladders[i]->name, least[i]);
    printf(" ns a row\n");
    sample_free(&s);
    free(memory);
}

int main(void)
{
    static const size_t rows[] = {1, 2, 4, 8, 12, 16, 32, 64, OSSF_CHUNK};
    const ossf_ladder *ladders[OSSF_MAX_LADDERS];
    const size_t count = ossf_ladders(ladders);

    for (size_t i = 0; i < count; i++) {
        printf("%s\n", ladders[i]->name);
        for (uint32_t step = 0; step < ladders[i]->steps; step++)
            print_kernel(ladders[i]->step[step].kernel);
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t token = 0; token <= 800; token += 800)
            print_rows(ladders, count, rows[i], token);
    return 0;
}
