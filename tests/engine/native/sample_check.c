/* Samples through the job loop. */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Signs all rows, chunk after chunk, as an engine does; urls[row] is where the URL goes. */
static void sign(const ossf_job *job, ossf_value *values, size_t rows, uint8_t **urls, size_t longest,
                 size_t escaped)
{
    const size_t most = rows < OSSF_CHUNK ? rows : OSSF_CHUNK;
    uint8_t *scratch = sample_allocate(ossf_scratch_size(job, most, longest, escaped));

    for (size_t row = 0; row < rows; row += most) {
        const size_t count = rows - row < most ? rows - row : most;

        ossf_sign_rows(job, values + row * job->column_count, count, urls + row, scratch, longest);
    }
    free(scratch);
}

static void prepare(const sample *s, const ossf_ladder *ladder, ossf_job *job, ossf_piece *canonical)
{
    memcpy(canonical, s->canonical, s->canonical_count * sizeof *canonical);
    memset(job, 0, sizeof *job);
    job->ladder = ladder;
    job->columns = s->columns;
    job->column_count = s->column_count;
    job->canonical_count = s->canonical_count;
    job->url = s->url;
    job->url_count = s->url_count;
    ossf_hmac_init(ladder, &job->key, s->secret, s->secret_length);
    ossf_job_prepare(job, canonical, s->preamble, s->preamble_length);
}

static int compare(const ossf_ladder *ladder, size_t row, const sample_url *expected,
                   const uint8_t *text, int64_t length)
{
    if ((uint64_t)length == expected->length && memcmp(text, expected->text, expected->length) == 0)
        return 1;
    fprintf(stderr, "%s: row %zu\nexpected %.*s\ngot      %.*s\n", ladder->name, row,
            (int)expected->length, (const char *)expected->text, (int)length, (const char *)text);
    return 0;
}

int sample_survives(sample *s, const ossf_ladder *ladder, uint8_t letter)
{
    const size_t cells = s->rows * s->column_count;
    ossf_value *values = sample_allocate(cells * sizeof *values);
    int64_t *ends = sample_allocate((s->rows + 1) * sizeof *ends);
    uint8_t **urls = sample_allocate(s->rows * sizeof *urls);
    ossf_piece canonical[SAMPLE_PIECES];
    size_t longest, escaped, gaps = 0;
    ossf_job job;

    prepare(s, ladder, &job, canonical);
    for (size_t i = 0; i < cells; i++) {
        values[i] = s->values[i];
        if (values[i].text)
            ossf_measure(s->columns + i % s->column_count, values + i);
    }
    ossf_size_rows(&job, values, s->rows, ends, &longest, &escaped);
    for (size_t i = 0; i < cells; i++)
        if (values[i].text) /* memory of the sample, as another thread may write to it */
            memset((uint8_t *)(uintptr_t)values[i].text, letter, values[i].length);
    for (size_t row = 0; row < s->rows; row++) {
        urls[row] = sample_allocate((size_t)(ends[row + 1] - ends[row]));
        memset(urls[row], 0, (size_t)(ends[row + 1] - ends[row]));
    }
    sign(&job, values, s->rows, urls, longest, escaped);
    for (size_t row = 0; row < s->rows; row++) {
        for (int64_t i = 0; i < ends[row + 1] - ends[row]; i++)
            gaps += urls[row][i] == 0;
        free(urls[row]);
    }
    if (gaps)
        fprintf(stderr, "%s: %zu bytes of URLs are not written\n", ladder->name, gaps);
    free(urls);
    free(ends);
    free(values);
    return !gaps;
}

static int check_layout(const sample *s, const ossf_ladder *ladder, const sample_url *expected,
                        int packed)
{
    const size_t cells = s->rows * s->column_count;
    ossf_value *values = sample_allocate(cells * sizeof *values);
    int64_t *ends = sample_allocate((s->rows + 1) * sizeof *ends);
    uint8_t **urls = sample_allocate(s->rows * sizeof *urls), *buffer = NULL;
    ossf_piece canonical[SAMPLE_PIECES];
    size_t longest, escaped, same = 0;
    ossf_job job;
    int refused = 0;

    prepare(s, ladder, &job, canonical);
    for (size_t i = 0; i < cells; i++) {
        values[i] = s->values[i];
        if (values[i].text)
            refused |= ossf_measure(s->columns + i % s->column_count, values + i) != OSSF_FINE;
    }
    ossf_size_rows(&job, values, s->rows, ends, &longest, &escaped);
    if (packed)
        buffer = sample_allocate((size_t)ends[s->rows]);
    for (size_t row = 0; row < s->rows; row++)
        urls[row] = packed ? buffer + ends[row] : sample_allocate((size_t)(ends[row + 1] - ends[row]));
    sign(&job, values, s->rows, urls, longest, escaped);
    for (size_t row = 0; row < s->rows; row++) {
        same += (size_t)compare(ladder, row, expected + row, urls[row], ends[row + 1] - ends[row]);
        if (!packed)
            free(urls[row]);
    }
    free(buffer);
    free(urls);
    free(ends);
    free(values);
    if (refused)
        fprintf(stderr, "%s: a value of a sample is refused\n", ladder->name);
    return same == s->rows && !refused;
}

int sample_check(const sample *s, const ossf_ladder *ladder, const sample_url *expected)
{
    return check_layout(s, ladder, expected, 0) && check_layout(s, ladder, expected, 1);
}

size_t sample_sign(const sample *s, const ossf_ladder *ladder, uint8_t *memory)
{
    const size_t cells = s->rows * s->column_count;
    ossf_value *values = sample_allocate(cells * sizeof *values);
    int64_t *ends = sample_allocate((s->rows + 1) * sizeof *ends);
    uint8_t **urls = sample_allocate(s->rows * sizeof *urls);
    ossf_piece canonical[SAMPLE_PIECES];
    size_t longest, escaped, size;
    ossf_job job;

    prepare(s, ladder, &job, canonical);
    memcpy(values, s->values, cells * sizeof *values);
    for (size_t i = 0; i < cells; i++)
        if (values[i].text)
            ossf_measure(s->columns + i % s->column_count, values + i);
    ossf_size_rows(&job, values, s->rows, ends, &longest, &escaped);
    for (size_t row = 0; row < s->rows; row++)
        urls[row] = memory + ends[row];
    sign(&job, values, s->rows, urls, longest, escaped);
    size = (size_t)ends[s->rows];
    free(urls);
    free(ends);
    free(values);
    return size;
}
