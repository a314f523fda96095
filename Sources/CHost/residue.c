#define _GNU_SOURCE
#include "CHost.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WINDOW = 8, PAGE = 4096, PIECE = 256 * 1024, LINES = 64 * 1024, ENTRIES = 8192 };

struct chost_residue {
    size_t byte_count;
    size_t capacity;
    size_t used;
    int shift;
    uint64_t key;
    uint8_t desk[CHOST_RESIDUE_DESK];
    uint8_t piece[PIECE];
    char lines[LINES + 1];
    uint64_t entries[ENTRIES];
    /// Windows as `spelled` makes them, by their hash; 0: none. Behind them the kinds.
    uint64_t windows[];
};

static uint8_t *kinds(chost_residue *residue) {
    return (uint8_t *)(residue->windows + residue->capacity);
}

chost_residue *chost_residue_make(size_t capacity) {
    if (capacity < 2 || capacity & (capacity - 1)) return NULL;
    size_t byte_count = sizeof(chost_residue) + capacity * (sizeof(uint64_t) + 1);
    chost_residue *residue = mmap(
        NULL, byte_count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (residue == MAP_FAILED) return NULL;
    residue->byte_count = byte_count;
    residue->capacity = capacity;
    residue->shift = 64 - __builtin_ctzll(capacity);
    if (getrandom(&residue->key, sizeof residue->key, 0) != sizeof residue->key) {
        munmap(residue, byte_count);
        return NULL;
    }
    return residue;
}

/// One to one, and never 0: the words themselves stand nowhere.
static uint64_t spelled(const chost_residue *residue, uint64_t word) {
    uint64_t mixed = (word ^ residue->key) * 0x9E3779B97F4A7C15u;
    return mixed ? mixed : 1;
}

/// Where a window is, or the empty place where it would be.
static size_t place(const chost_residue *residue, uint64_t window) {
    size_t at = window >> residue->shift;
    while (residue->windows[at] && residue->windows[at] != window) {
        at = (at + 1) & (residue->capacity - 1);
    }
    return at;
}

int chost_residue_add(
    chost_residue *residue, const void *bytes, size_t byte_count, unsigned kind
) {
    if (kind >= CHOST_RESIDUE_KINDS) return -EINVAL;
    for (size_t at = 0; at + WINDOW <= byte_count; at++) {
        uint64_t word;
        memcpy(&word, (const uint8_t *)bytes + at, sizeof word);
        uint64_t window = spelled(residue, word);
        size_t where = place(residue, window);
        if (residue->windows[where]) continue;
        if (residue->used >= residue->capacity / 2) return -ENOSPC;
        residue->windows[where] = window;
        kinds(residue)[where] = (uint8_t)kind;
        residue->used += 1;
    }
    return 0;
}

void chost_residue_clear(chost_residue *residue) {
    explicit_bzero(residue->desk, sizeof residue->desk);
    explicit_bzero(residue->windows, residue->capacity * sizeof *residue->windows);
    residue->used = 0;
}

void *chost_residue_desk(chost_residue *residue) { return residue->desk; }

static void look(
    chost_residue *residue, size_t byte_count, uint64_t found[CHOST_RESIDUE_KINDS]
) {
    const uint64_t *words = (const uint64_t *)residue->piece;
    for (size_t i = 0; i < byte_count / WINDOW; i++) {
        if (!words[i]) continue;
        size_t where = place(residue, spelled(residue, words[i]));
        if (residue->windows[where]) found[kinds(residue)[where]] += 1;
    }
}

/// Reads from `start` to `end`, but nothing of the search's own. The bytes that were read.
static int64_t read_run(
    chost_residue *residue, int memory, uint64_t start, uint64_t end,
    uint64_t found[CHOST_RESIDUE_KINDS]
) {
    uint64_t own = (uintptr_t)residue & ~(uint64_t)(PAGE - 1);
    uint64_t own_end = (uintptr_t)residue + residue->byte_count;
    int64_t count = 0;
    while (start < end) {
        if (start >= own && start < own_end) {
            start = (own_end + PAGE - 1) & ~(uint64_t)(PAGE - 1);
            continue;
        }
        uint64_t until = start < own && own < end ? own : end;
        size_t wanted = until - start < PIECE ? until - start : PIECE;
        ssize_t got = pread(memory, residue->piece, wanted, (off_t)start);
        if (got <= 0) break;  // Unmapped since.
        look(residue, (size_t)got, found);
        count += got;
        start += (uint64_t)got;
    }
    return count;
}

/// Pages that are there or swapped and no file's (Documentation/admin-guide/mm/pagemap.rst).
static int is_written(uint64_t entry) { return entry >> 62 && !(entry >> 61 & 1); }

static int64_t read_region(
    chost_residue *residue, int memory, int pagemap, uint64_t start, uint64_t end,
    uint64_t found[CHOST_RESIDUE_KINDS]
) {
    int64_t count = 0;
    while (start < end) {
        size_t pages = (end - start) / PAGE < ENTRIES ? (end - start) / PAGE : ENTRIES;
        ssize_t got = pread(
            pagemap, residue->entries, pages * sizeof(uint64_t),
            (off_t)(start / PAGE * sizeof(uint64_t)));
        if (got <= 0) break;
        pages = (size_t)got / sizeof(uint64_t);
        for (size_t first = 0; first < pages;) {
            size_t next = first + 1;
            if (is_written(residue->entries[first])) {
                while (next < pages && is_written(residue->entries[next])) next++;
                count += read_run(
                    residue, memory, start + first * PAGE, start + next * PAGE, found);
            }
            first = next;
        }
        start += pages * PAGE;
    }
    return count;
}

int64_t chost_residue_search(
    chost_residue *residue, int memory, int maps, int pagemap, uint64_t found[CHOST_RESIDUE_KINDS]
) {
    memset(found, 0, CHOST_RESIDUE_KINDS * sizeof *found);
    // Chats come first. Of the calling thread only, which the kernel gives a number of its own.
    setpriority(PRIO_PROCESS, 0, 19);
    int64_t count = 0;
    off_t offset = 0;
    for (;;) {
        ssize_t got = pread(maps, residue->lines, LINES, offset);
        if (got < 0) return -errno;
        residue->lines[got] = 0;
        char *line = residue->lines;
        // A line that is not whole is read again, at the beginning of the next piece.
        for (char *end; (end = strchr(line, '\n')); line = end + 1) {
            *end = 0;
            uint64_t first, last;
            if (sscanf(line, "%" SCNx64 "-%" SCNx64, &first, &last) != 2) continue;
            // The kernel's own pages, which cannot be read like memory.
            if (strstr(line, "[vvar") || strstr(line, "[vsyscall]")) continue;
            count += read_region(residue, memory, pagemap, first, last, found);
        }
        if (line == residue->lines) break;
        offset += line - residue->lines;
    }
    explicit_bzero(residue->piece, sizeof residue->piece);
    return count;
}

void chost_residue_free(chost_residue *residue) {
    size_t byte_count = residue->byte_count;
    explicit_bzero(residue, byte_count);
    munmap(residue, byte_count);
}

int chost_count(const void *bytes, size_t byte_count, const void *sought, size_t sought_count) {
    const char *at = bytes, *end = at + byte_count;
    int count = 0;
    for (; (at = memmem(at, (size_t)(end - at), sought, sought_count)); at += sought_count) count++;
    return count;
}

int chost_socket_pair(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0 ? 0
                                                                                          : -errno;
}
