/* Rows of a plan, signed twice: by the job loop on any ladder, and one at a time by a slow second
 * implementation that knows templates, escapes and hash functions, but no lanes, states or groups.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "ossf.h"

#define SAMPLE_COLUMNS 4
#define SAMPLE_PIECES 16

/* Every text lies in memory of just its size, so that a sanitizer sees whoever reads past it. */
typedef struct sample {
    ossf_column columns[SAMPLE_COLUMNS];
    ossf_piece canonical[SAMPLE_PIECES], url[SAMPLE_PIECES];
    uint32_t column_count, canonical_count, url_count;
    const uint8_t *preamble, *secret;
    size_t preamble_length, secret_length;
    size_t rows;
    ossf_value *values; /* [rows][column_count], not measured; a NULL text is a null */
    void **blocks;      /* all memory, freed by sample_free */
    size_t block_count;
} sample;

typedef struct sample_url {
    uint8_t *text;
    size_t length;
} sample_url;

/* The portable kernel, whatever this CPU has. */
extern const ossf_ladder sample_portable;

/* malloc() that ends the program where there is no memory. */
void *sample_allocate(size_t size);

/* Copies `bytes` into memory of the sample. */
const uint8_t *sample_keep(sample *s, const void *bytes, size_t length);

/* Appends a piece: literal text, or a column where `text` is NULL. */
void sample_canonical(sample *s, const void *text, size_t length, int32_t column);
void sample_url_piece(sample *s, const void *text, size_t length, int32_t column);

/* Makes room for the values of all rows; each is set by the caller. */
void sample_rows(sample *s, size_t rows);

/* The URLs as they should be, one of each row, in memory of the sample. */
sample_url *sample_expect(sample *s);

/* Signs on `ladder` and compares: into one packed buffer, and into one of exact size for each row. Says
 * on stderr what differs; returns whether nothing does. */
int sample_check(const sample *s, const ossf_ladder *ladder, const sample_url *expected);

/* Signs texts that turn into `letter` between measuring and signing, into buffers of exact size: returns
 * whether these are filled. What is written past them is for a sanitizer to see. */
int sample_survives(sample *s, const ossf_ladder *ladder, uint8_t letter);

/* Measures and signs all rows on `ladder`, packed into `memory`, which has to be large enough; returns their
 * bytes. */
size_t sample_sign(const sample *s, const ossf_ladder *ladder, uint8_t *memory);

void sample_free(sample *s);

#endif
