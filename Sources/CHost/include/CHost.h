#ifndef C_HOST_H
#define C_HOST_H

#include <stddef.h>
#include <stdint.h>

#include "residue.h"
#include "seal.h"

/// Small shims round system calls whose C structures Swift cannot name reliably. Each returns a
/// descriptor or a count, or a negated `errno`.

/// Listens on an IPv4 or IPv6 address; an IPv6 socket takes no IPv4. EINVAL: not an IP address.
int chost_listen_tcp(const char *address, uint16_t port, int backlog);

/// Listens on a Unix socket with mode 0600. A socket that nobody answers on is replaced.
/// EADDRINUSE: somebody answers; EEXIST: something that is not a socket; ENAMETOOLONG.
int chost_listen_unix(const char *path, int backlog);

/// Connects to a Unix socket.
int chost_connect_unix(const char *path);

/// The process that listens at the other end of a Unix socket.
int chost_peer_process(int descriptor);

/// Sets `found[i]` where the i-th sought bytes stand anywhere in `bytes`. They lie one behind the
/// other in `sought`, the i-th up to `ends[i]`, each at least four bytes long.
void chost_find(
    const void *bytes, size_t byte_count, const uint8_t *sought, const uint32_t *ends,
    size_t sought_count, uint8_t *found);

/// What each byte differs from the one four places on, `byte_count - 4` bytes of it: the same for
/// bytes that a WebSocket client has masked (RFC 6455 §5.3), whatever its key.
void chost_differences(const void *bytes, size_t byte_count, uint8_t *differences);

/// Whether a descriptor is a pipe or a socket (1), a regular file (2), or something else (0).
int chost_descriptor_kind(int descriptor);

/// Threads of this process.
int chost_task_count(void);

// OpenSSL's secure heap: locked, left out of core dumps, between guard pages, each block wiped when
// it is freed. For the relay's own few secrets. Nothing here ever falls back to the common heap.
// One lock inside: any thread may call.

/// Opens it, once in a process and before there is a secret. Both sizes are powers of two.
/// EINVAL: they are not; EPERM: it cannot be locked; ENOMEM: not mapped; EALREADY: it is open.
int chost_secure_heap_open(size_t size, size_t smallest);

/// Bytes of the arena, 0 while it is not open, and bytes of it in use.
size_t chost_secure_heap_size(void);
size_t chost_secure_heap_used(void);

/// A zeroed block of a power of two bytes. EPERM: not open; EINVAL: not such a size; ENOMEM: full.
int chost_secure_allocate(size_t size, void **block);

/// Wipes and frees a block of the arena.
void chost_secure_free(void *block);

/// Whether a pointer leads into the arena.
int chost_secure_contains(const void *block);

/// SHA-256 into 32 bytes of the arena. EFAULT: they are elsewhere.
int chost_secure_sha256(const void *bytes, size_t count, void *digest);

/// Compares in constant time. 1: equal.
int chost_secure_equal(const void *a, const void *b, size_t count);

/// A new Ed25519 key whose private half is in the arena. ENOMEM: full; EFAULT: it came from
/// elsewhere.
int chost_ed25519_make(void **key);
int chost_ed25519_public(void *key, uint8_t public_key[32]);
int chost_ed25519_sign(void *key, const void *bytes, size_t count, uint8_t signature[64]);
void chost_ed25519_free(void *key);

/// Overwrites 256 KiB of the calling thread's stack below the caller: what functions that have
/// returned left there.
void chost_scrub_stack(void);

#endif
