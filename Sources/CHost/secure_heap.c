#include "CHost.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <pthread.h>

static size_t arena_size;

// OpenSSL has a lock of its own. This one is for whoever looks at how much is used before and after:
// nobody takes or gives back meanwhile.
static pthread_mutex_t arena_lock = PTHREAD_MUTEX_INITIALIZER;

static int is_power_of_two(size_t count) { return count != 0 && (count & (count - 1)) == 0; }

int chost_secure_heap_open(size_t size, size_t smallest) {
    // OpenSSL asserts these, that is, ends the process; and takes `smallest == size` for a failure
    // without a reason. Below 16 bytes a free block has no place for its own list.
    if (!is_power_of_two(size) || !is_power_of_two(smallest)) return -EINVAL;
    if (smallest < 16 || smallest >= size) return -EINVAL;
    // No openssl.cnf: a file that anybody may have changed would choose the algorithms' makers. No
    // atexit: what it frees, the loop's thread may still be using.
    if (!OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL)) {
        return -ENOSYS;
    }
    if (CRYPTO_secure_malloc_initialized()) return -EALREADY;
    switch (CRYPTO_secure_malloc_init(size, smallest)) {
        case 1: break;
        case 2:
            // It works, but it could be swapped out, or has no guard pages.
            CRYPTO_secure_malloc_done();
            return -EPERM;
        default: return -ENOMEM;
    }
    arena_size = size;
    // The random generator keeps its state here too: it takes its place now, so that what a key
    // takes later can be told apart.
    unsigned char byte;
    return RAND_priv_bytes(&byte, 1) == 1 ? 0 : -EIO;
}

size_t chost_secure_heap_size(void) { return arena_size; }

size_t chost_secure_heap_used(void) { return arena_size ? CRYPTO_secure_used() : 0; }

int chost_secure_allocate(size_t size, void **block) {
    *block = NULL;
    if (!CRYPTO_secure_malloc_initialized()) return -EPERM;
    if (!is_power_of_two(size) || size >= arena_size) return -EINVAL;
    pthread_mutex_lock(&arena_lock);
    void *found = OPENSSL_secure_zalloc(size);
    pthread_mutex_unlock(&arena_lock);
    if (!found) return -ENOMEM;
    // OpenSSL answers from the common heap where the secure one is not open.
    if (!CRYPTO_secure_allocated(found)) {
        OPENSSL_free(found);
        return -EPERM;
    }
    *block = found;
    return 0;
}

int chost_secure_contains(const void *block) { return CRYPTO_secure_allocated(block); }

void chost_secure_free(void *block) {
    if (!CRYPTO_secure_allocated(block)) return;
    pthread_mutex_lock(&arena_lock);
    OPENSSL_secure_free(block);
    pthread_mutex_unlock(&arena_lock);
}

int chost_secure_sha256(const void *bytes, size_t count, void *digest) {
    if (!CRYPTO_secure_allocated(digest)) return -EFAULT;
    return SHA256(bytes, count, digest) ? 0 : -EIO;
}

int chost_secure_equal(const void *a, const void *b, size_t count) {
    return CRYPTO_memcmp(a, b, count) == 0;
}

int chost_ed25519_make(void **key) {
    *key = NULL;
    if (!CRYPTO_secure_malloc_initialized()) return -EPERM;
    // 32 bytes of private key must have come out of the arena.
    pthread_mutex_lock(&arena_lock);
    size_t before = CRYPTO_secure_used();
    EVP_PKEY *made = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    size_t after = CRYPTO_secure_used();
    pthread_mutex_unlock(&arena_lock);
    if (!made) return -ENOMEM;
    if (after < before + 32) {
        chost_ed25519_free(made);
        return -EFAULT;
    }
    *key = made;
    return 0;
}

int chost_ed25519_public(void *key, uint8_t public_key[32]) {
    size_t count = 32;
    return EVP_PKEY_get_raw_public_key(key, public_key, &count) == 1 && count == 32 ? 0 : -EIO;
}

int chost_ed25519_sign(void *key, const void *bytes, size_t count, uint8_t signature[64]) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context) return -ENOMEM;
    size_t length = 64;
    int is_signed = EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1
        && EVP_DigestSign(context, signature, &length, bytes, count) == 1 && length == 64;
    EVP_MD_CTX_free(context);
    return is_signed ? 0 : -EIO;
}

void chost_ed25519_free(void *key) {
    pthread_mutex_lock(&arena_lock);
    EVP_PKEY_free(key);
    pthread_mutex_unlock(&arena_lock);
}
