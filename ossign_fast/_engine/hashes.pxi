# SHA-256 and HMAC by themselves, of one message and of many.

def sha256(data, kernel=None):
    cdef const ossf_ladder *ladder = find_ladder(kernel)
    cdef const uint8_t[::1] view = data
    cdef uint8_t digest[OSSF_DIGEST]
    cdef ossf_sha256 hash
    ossf_sha256_init(&hash)
    if view.shape[0]:
        ossf_sha256_update(ladder, &hash, &view[0], <size_t>view.shape[0])
    ossf_sha256_final(ladder, &hash, digest)
    return PyBytes_FromStringAndSize(<char *>digest, OSSF_DIGEST)


def hmac_sha256(key, data, kernel=None):
    cdef const ossf_ladder *ladder = find_ladder(kernel)
    cdef const uint8_t[::1] secret = key
    cdef const uint8_t[::1] view = data
    cdef uint8_t digest[OSSF_DIGEST]
    cdef ossf_hmac_key states
    ossf_hmac_init(
        ladder, &states, &secret[0] if secret.shape[0] else NULL, <size_t>secret.shape[0]
    )
    ossf_hmac(ladder, &states, &view[0] if view.shape[0] else NULL, <size_t>view.shape[0], digest)
    memset(&states, 0, sizeof(states))
    return PyBytes_FromStringAndSize(<char *>digest, OSSF_DIGEST)


cdef class Messages:
    """Many messages that lie packed in `data`, their checked ends, and room for what comes out."""

    cdef const uint8_t[::1] held
    cdef const uint8_t *data
    cdef int64_t *ends
    cdef uint32_t *order
    cdef size_t rows
    cdef bytes digests

    def __dealloc__(self):
        free(self.ends)
        free(self.order)


cdef Messages read_messages(data, ends):
    cdef const int64_t[::1] wanted = ends
    cdef Py_ssize_t i, count = wanted.shape[0]
    cdef Messages found = Messages.__new__(Messages)
    found.held = data
    if not 0 < count <= UINT32_MAX:
        raise ValueError(_plan.BAD_ENDS)
    # A copy, which nobody changes after it was checked.
    found.ends = <int64_t *>allocate(count * sizeof(int64_t))
    found.order = <uint32_t *>allocate(count * sizeof(uint32_t))
    memcpy(found.ends, &wanted[0], count * sizeof(int64_t))
    for i in range(1, count):
        if found.ends[i] < found.ends[i - 1]:
            raise ValueError(_plan.BAD_ENDS)
    if found.ends[0] < 0 or found.ends[count - 1] > found.held.shape[0]:
        raise ValueError(_plan.BAD_ENDS)
    found.rows = <size_t>count - 1
    found.digests = PyBytes_FromStringAndSize(NULL, <Py_ssize_t>(found.rows * OSSF_DIGEST))
    found.data = <const uint8_t *>PyBytes_AS_STRING(found.digests)  # where there is nothing to read
    if found.held.shape[0]:
        found.data = &found.held[0]
    return found


def sha256_many(data, ends, kernel=None):
    cdef const ossf_ladder *ladder = find_ladder(kernel)
    cdef Messages all = read_messages(data, ends)
    cdef uint8_t *digests = <uint8_t *>PyBytes_AS_STRING(all.digests)
    with nogil:
        ossf_sha256_many(ladder, all.data, all.ends, all.rows, all.order, digests)
    return all.digests


def hmac_sha256_many(key, data, ends, kernel=None):
    cdef const ossf_ladder *ladder = find_ladder(kernel)
    cdef const uint8_t[::1] secret = key
    cdef Messages all = read_messages(data, ends)
    cdef uint8_t *digests = <uint8_t *>PyBytes_AS_STRING(all.digests)
    cdef ossf_hmac_key states
    ossf_hmac_init(
        ladder, &states, &secret[0] if secret.shape[0] else NULL, <size_t>secret.shape[0]
    )
    with nogil:
        ossf_hmac_many(ladder, &states, all.data, all.ends, all.rows, all.order, digests)
    memset(&states, 0, sizeof(states))
    return all.digests
