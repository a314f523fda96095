#ifndef C_HOST_RESIDUE_H
#define C_HOST_RESIDUE_H

#include <stddef.h>
#include <stdint.h>

/// What is looked for in this process's own memory. It keeps windows of eight bytes in a spelling
/// of its own, so that a search does not find what it looks for in what it looks with; and all that
/// belongs to it is left out of the search.
///
/// One thread at a time.
typedef struct chost_residue chost_residue;

enum {
    /// Kinds of things that are told apart.
    CHOST_RESIDUE_KINDS = 4,
    /// Bytes for whoever makes up what is looked for.
    CHOST_RESIDUE_DESK = 256 * 1024,
};

/// Room for `capacity` windows, a power of two. NULL: no memory.
chost_residue *chost_residue_make(size_t capacity);

/// Looks for these bytes too, from now on: any run of fifteen of them will be found. ENOSPC: more
/// than half of the room would be taken; EINVAL: no such kind.
int chost_residue_add(
    chost_residue *residue, const void *bytes, size_t byte_count, unsigned kind);

/// Forgets what is looked for, and wipes the desk.
void chost_residue_clear(chost_residue *residue);

/// `CHOST_RESIDUE_DESK` bytes that no search reads.
void *chost_residue_desk(chost_residue *residue);

/// Reads every page that this process has ever written, and counts the windows of each kind that
/// stand at a multiple of eight. The descriptors are those of /proc/self/mem, maps and pagemap.
/// Gives the bytes that were read. The calling thread gives way to every other one from then on.
int64_t chost_residue_search(
    chost_residue *residue, int memory, int maps, int pagemap,
    uint64_t found[CHOST_RESIDUE_KINDS]);

/// Wipes and frees it.
void chost_residue_free(chost_residue *residue);

/// How often some bytes stand in others, without overlap.
int chost_count(const void *bytes, size_t byte_count, const void *sought, size_t sought_count);

/// Two connected sockets, which do not block.
int chost_socket_pair(int ends[2]);

#endif
