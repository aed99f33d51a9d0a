/* SHA-256 and HMAC of one message, on the narrowest kernel of a ladder. */
#include "bytes.h"
#include "ossf.h"

/* Compresses one stream on a kernel of any width: the other lanes do the same work for nothing. */
static void compress_one(const ossf_ladder *ladder, uint32_t state[8], const uint8_t *data, size_t blocks)
{
    const ossf_kernel *kernel = ladder->step[ladder->steps - 1].kernel;
    const uint32_t lanes = kernel->lanes;
    uint32_t wide[8 * OSSF_MAX_LANES];
    const uint8_t *streams[OSSF_MAX_LANES] = {data};

    if (blocks == 0)
        return;
    for (uint32_t lane = 0; lane < lanes; lane++) {
        streams[lane] = data;
        for (int i = 0; i < 8; i++)
            wide[i * lanes + lane] = state[i];
    }
    kernel->compress(wide, streams, blocks);
    for (int i = 0; i < 8; i++)
        state[i] = wide[i * lanes];
}

void ossf_sha256_init(ossf_sha256 *hash)
{
    memcpy(hash->state, ossf_sha256_start, sizeof hash->state);
    hash->length = 0;
}

void ossf_sha256_update(const ossf_ladder *ladder, ossf_sha256 *hash, const uint8_t *data, size_t length)
{
    size_t used = hash->length % OSSF_BLOCK;

    if (length == 0)
        return;
    hash->length += length;
    if (used) {
        size_t room = OSSF_BLOCK - used;
        size_t taken = length < room ? length : room;

        memcpy(hash->rest + used, data, taken);
        if (used + taken < OSSF_BLOCK)
            return;
        compress_one(ladder, hash->state, hash->rest, 1);
        data += taken;
        length -= taken;
    }
    compress_one(ladder, hash->state, data, length / OSSF_BLOCK);
    memcpy(hash->rest, data + length / OSSF_BLOCK * OSSF_BLOCK, length % OSSF_BLOCK);
}

void ossf_sha256_final(const ossf_ladder *ladder, ossf_sha256 *hash, uint8_t digest[OSSF_DIGEST])
{
    uint8_t end[2 * OSSF_BLOCK] = {0};
    size_t used = hash->length % OSSF_BLOCK;
    size_t blocks = used + 9 > OSSF_BLOCK ? 2 : 1;

    memcpy(end, hash->rest, used);
    end[used] = 0x80;
    ossf_store_be64(end + blocks * OSSF_BLOCK - 8, hash->length * 8);
    compress_one(ladder, hash->state, end, blocks);
    for (int i = 0; i < 8; i++)
        ossf_store_be32(digest + 4 * i, hash->state[i]);
}

static void pad_state(const ossf_ladder *ladder, uint32_t state[8], const uint8_t block[OSSF_BLOCK],
                      uint8_t pad)
{
    uint8_t padded[OSSF_BLOCK];

    for (int i = 0; i < OSSF_BLOCK; i++)
        padded[i] = block[i] ^ pad;
    memcpy(state, ossf_sha256_start, 8 * sizeof *state);
    compress_one(ladder, state, padded, 1);
}

void ossf_hmac_init(const ossf_ladder *ladder, ossf_hmac_key *key, const uint8_t *secret, size_t length)
{
    uint8_t block[OSSF_BLOCK] = {0};

    if (length > OSSF_BLOCK) {
        ossf_sha256 hash;

        ossf_sha256_init(&hash);
        ossf_sha256_update(ladder, &hash, secret, length);
        ossf_sha256_final(ladder, &hash, block);
    } else if (length) {
        memcpy(block, secret, length);
    }
    pad_state(ladder, key->inner, block, 0x36);
    pad_state(ladder, key->outer, block, 0x5c);
}

void ossf_hmac(const ossf_ladder *ladder, const ossf_hmac_key *key, const uint8_t *data, size_t length,
               uint8_t digest[OSSF_DIGEST])
{
    ossf_sha256 hash;
    uint8_t inner[OSSF_DIGEST];

    memcpy(hash.state, key->inner, sizeof hash.state);
    hash.length = OSSF_BLOCK;
    ossf_sha256_update(ladder, &hash, data, length);
    ossf_sha256_final(ladder, &hash, inner);
    memcpy(hash.state, key->outer, sizeof hash.state);
    hash.length = OSSF_BLOCK;
    ossf_sha256_update(ladder, &hash, inner, OSSF_DIGEST);
    ossf_sha256_final(ladder, &hash, digest);
}
