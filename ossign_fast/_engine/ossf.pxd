"""What the compiled engine uses of C: `native/ossf.h`, and what Cython does not declare."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

cdef extern from "ossf.h" nogil:
    enum:
        OSSF_DIGEST
        OSSF_SLACK
        OSSF_LITERAL
        OSSF_SIGNATURE_SLOT
        OSSF_CHUNK
        OSSF_MAX_LADDERS
        OSSF_MAX_FEATURES
        OSSF_MAX_LENGTH
    ctypedef enum ossf_encoding:
        OSSF_RAW, OSSF_LABEL, OSSF_PATH, OSSF_QUERY, OSSF_VALUE, OSSF_FIELD, OSSF_DECIMAL
    ctypedef enum ossf_fault:
        OSSF_FINE, OSSF_TOO_SHORT, OSSF_TOO_LONG, OSSF_BAD_START, OSSF_BAD_END, OSSF_NOT_LABEL
        OSSF_CONTROL
        OSSF_BLANK_END
        OSSF_NULL
        OSSF_SURROGATE
        OSSF_NOT_UTF8
    ctypedef enum ossf_form:
        OSSF_UCS4
    ctypedef struct ossf_segment:
        ossf_form form
        int64_t rows
        int64_t first
        const uint8_t *validity
        const void *starts
        const void *data
        size_t width
    ctypedef struct ossf_ladder:
        const char *name
    ctypedef struct ossf_sha256:
        pass
    ctypedef struct ossf_hmac_key:
        pass
    ctypedef struct ossf_column:
        ossf_encoding encoding
        int64_t minimum
        int64_t maximum
        uint8_t refused_start[4]
        uint8_t refused_end[4]
    ctypedef struct ossf_value:
        const uint8_t *text
        uint32_t length
        uint32_t encoded
    ctypedef struct ossf_piece:
        const uint8_t *text
        uint32_t length
        int32_t column
    ctypedef struct ossf_job:
        const ossf_ladder *ladder
        const ossf_column *columns
        const ossf_piece *canonical
        const ossf_piece *url
        uint32_t column_count, canonical_count, url_count
        size_t canonical_literals, url_literals
        ossf_hmac_key key
    size_t ossf_ladders(const ossf_ladder **found)
    void ossf_cpu_features(const char **names)
    void ossf_sha256_init(ossf_sha256 *hash)
    void ossf_sha256_update(const ossf_ladder *, ossf_sha256 *, const uint8_t *, size_t)
    void ossf_sha256_final(const ossf_ladder *, ossf_sha256 *, uint8_t *digest)
    void ossf_hmac_init(const ossf_ladder *, ossf_hmac_key *, const uint8_t *secret, size_t)
    void ossf_hmac(const ossf_ladder *, const ossf_hmac_key *, const uint8_t *, size_t,
                   uint8_t *digest)
    void ossf_sha256_many(const ossf_ladder *, const uint8_t *data, const int64_t *ends,
                          size_t rows, uint32_t *order, uint8_t *digests)
    void ossf_hmac_many(const ossf_ladder *, const ossf_hmac_key *, const uint8_t *data,
                        int64_t *ends, size_t rows, uint32_t *order, uint8_t *digests)
    ossf_fault ossf_measure(const ossf_column *, ossf_value *) noexcept
    ossf_fault ossf_measure_packed(const ossf_column *, ossf_value *) noexcept
    void ossf_encode(const ossf_column *, ossf_value *, uint8_t *out)
    uint8_t *ossf_in_url(uint8_t *out, const ossf_value *)
    uint32_t ossf_path_escapes(const uint8_t *text, size_t length)
    bint ossf_is_plain(const ossf_value *)
    bint ossf_is_null_row(const ossf_value *, uint32_t columns)
    size_t ossf_gather_size(const ossf_segment *)
    int64_t ossf_gather(const ossf_segment *, ossf_value *, size_t stride, uint8_t *memory,
                        ossf_fault *fault)
    bint ossf_is_ascii(const uint8_t *text, size_t length)
    size_t ossf_utf8(const void *text, unsigned width, size_t length, uint8_t *out)
    size_t ossf_decimal(int64_t number, uint8_t *out)
    void ossf_job_prepare(ossf_job *, ossf_piece *canonical, const uint8_t *preamble, size_t)
    void ossf_size_rows(const ossf_job *, const ossf_value *, size_t rows, int64_t *ends,
                        size_t *longest, size_t *escaped)
    size_t ossf_scratch_size(const ossf_job *, size_t rows, size_t longest, size_t escaped)
    void ossf_sign_rows(const ossf_job *, ossf_value *, size_t rows, uint8_t *const *urls,
                        uint8_t *scratch, size_t longest)

cdef extern from "memory.h" nogil:
    void ossf_expect_writes(void *memory, size_t size)

cdef extern from "Python.h":
    bint PyUnicode_IS_COMPACT_ASCII(object)
    void *PyUnicode_DATA(object)
    int PyUnicode_KIND(object)
    Py_ssize_t PyUnicode_GET_LENGTH(object)
    long long PyLong_AsLongLongAndOverflow(object, int *overflow) except? -1
    unicode PyUnicode_DecodeUTF8(const char *text, Py_ssize_t size, const char *errors)
    unicode PyUnicode_New(Py_ssize_t size, unsigned int maxchar)

cdef extern from *:
    const unsigned long long OSSF_SOURCES  # a macro of the build: see sources.py
