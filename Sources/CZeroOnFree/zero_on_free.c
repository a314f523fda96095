#define _GNU_SOURCE
#include "CZeroOnFree.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24  // Linux 5.18
#endif

// glibc's own functions, under the names that it keeps for those who take the public ones over
// ("Replacing malloc" in its manual). Whatever they give comes back through `free`; allocating is
// glibc's too, but for the few blocks that are kept below.
extern void *__libc_malloc(size_t);
extern void *__libc_realloc(void *, size_t);
extern void __libc_free(void *);

enum { LARGE = 16 * 1024, LARGEST = 1 << 20 };

__attribute__((constructor)) static void shape_the_heap(void) {
    // Large blocks are mapped one by one. TLS keeps two for each connection and uses the beginning
    // of each: between small blocks, each would cost half a page more, and the pages of connections
    // that have gone would stay (docs/performance.md).
    mallopt(M_MMAP_THRESHOLD, LARGE);
    // And never cut from the heap's end, which would otherwise grow by more than such a block.
    mallopt(M_TOP_PAD, LARGE / 4 * 3);
    // One heap, at the break, which `zero_on_free_give_back` can see the end of. The relay has one
    // busy thread: a heap for each would save it nothing.
    mallopt(M_ARENA_MAX, 1);
}

void zero_on_free_wipe(void *block, size_t size) {
    char *bytes = block;
    if (size < LARGE) {
        explicit_bzero(bytes, size);
        return;
    }
    // Of a large block, the pages that were ever written: the others would come into being.
    int error = errno;  // `free` keeps it.
    size_t page = getauxval(AT_PAGESZ);
    char *end = bytes + size;
    while (bytes < end) {
        char *first = (char *)((uintptr_t)bytes & ~(page - 1));
        unsigned char is_there[64];
        size_t count = ((size_t)(end - first) + page - 1) / page;
        if (count > sizeof is_there) count = sizeof is_there;
        if (mincore(first, count * page, is_there) != 0) {
            explicit_bzero(bytes, (size_t)(end - bytes));
            break;
        }
        for (size_t index = 0; index < count; index += 1) {
            char *next = first + (index + 1) * page < end ? first + (index + 1) * page : end;
            if (is_there[index] & 1) explicit_bzero(bytes, (size_t)(next - bytes));
            bytes = next;
        }
    }
    errno = error;
}

// MARK: Blocks for whoever comes next

// TLS takes three large blocks for each connection. Mapping them, faulting their pages in, asking
// which were written and unmapping them is a twelfth of what a handshake costs; so a few of each
// size stay, overwritten whole, for the next connection: 8 MiB at the most, 1 for TLS's three.
enum { UNIT = 4096, LARGEST_KEPT = 16, KEPT_OF_A_SIZE = 16, IS_MAPPED = 2 };

static struct {
    size_t count;
    void *blocks[KEPT_OF_A_SIZE];
} kept[LARGEST_KEPT + 1];  // By their units.

// Who finds it taken goes to glibc instead of waiting.
static atomic_flag kept_is_taken = ATOMIC_FLAG_INIT;

static bool keep(void *block, size_t size) {
    // glibc maps whole pages, and puts two words in front; the second has its flags.
    size_t units = (size + 2 * sizeof(size_t)) / UNIT;
    if (units > LARGEST_KEPT || (size + 2 * sizeof(size_t)) % UNIT != 0) return false;
    if (!(((size_t *)block)[-1] & IS_MAPPED)) return false;
    if (atomic_flag_test_and_set_explicit(&kept_is_taken, memory_order_acquire)) return false;
    bool has_room = kept[units].count < KEPT_OF_A_SIZE;
    for (size_t index = 0; index < kept[units].count; index += 1) {
        if (kept[units].blocks[index] == block) abort();  // Freed twice.
    }
    if (has_room) {
        explicit_bzero(block, size);
        kept[units].blocks[kept[units].count++] = block;
    }
    atomic_flag_clear_explicit(&kept_is_taken, memory_order_release);
    return has_room;
}

// The block that glibc would have mapped for this size, or nothing.
static void *take_kept(size_t size) {
    size_t units = (size + 3 * sizeof(size_t) + UNIT - 1) / UNIT;
    if (units > LARGEST_KEPT) return NULL;
    if (atomic_flag_test_and_set_explicit(&kept_is_taken, memory_order_acquire)) return NULL;
    void *block = kept[units].count > 0 ? kept[units].blocks[--kept[units].count] : NULL;
    atomic_flag_clear_explicit(&kept_is_taken, memory_order_release);
    return block;
}

static void let_go_of_kept(void) {
    for (size_t units = 1; units <= LARGEST_KEPT; units += 1) {
        void *block;
        while ((block = take_kept(units * UNIT - UNIT / 2))) __libc_free(block);
    }
}

// MARK: Giving back

// Not by `malloc_trim`: the relay's memory is locked, and what that asks for, MADV_DONTNEED, leaves
// locked pages alone. Where the kernel does not know better, they stay, as zeros.
static void give_back_pages(void *block, size_t size) {
    uintptr_t page = getauxval(AT_PAGESZ), start = (uintptr_t)block, end = start + size;
    start = (start + page - 1) & ~(page - 1);
    end &= ~(page - 1);
    // glibc, and `zero_on_free_give_back`, write into the first words of a block that is free.
    if (start - (uintptr_t)block < 4 * sizeof(void *)) start += page;
    if (start < end) madvise((void *)start, end - start, MADV_DONTNEED_LOCKED);
}

typedef struct taken {
    struct taken *next;
} taken;

// Takes every free block that may have a whole page inside, the largest first, and gives them back:
// what lies between blocks that are in use is found without a look into glibc's lists.
size_t zero_on_free_give_back(void) {
    let_go_of_kept();
    taken *all = NULL;
    size_t page = getauxval(AT_PAGESZ), given = 0;
    // In small steps: what a block has more than was asked for would stay.
    for (size_t size = LARGEST; size >= page + page / 8; size -= size / 16) {
        for (;;) {
            char *end = sbrk(0), *block = __libc_malloc(size - 2 * sizeof(void *));
            if (!block) break;
            // No free block of this size is left: this one is new.
            if (sbrk(0) != end || block > end) {
                __libc_free(block);
                break;
            }
            give_back_pages(block, malloc_usable_size(block));
            given += size;
            taken *next = (taken *)(void *)block;
            next->next = all;
            all = next;
        }
    }
    while (all) {
        taken *next = all->next;
        all->next = NULL;
        __libc_free(all);
        all = next;
    }
    return given;
}

// The thread sanitizer brings an allocator of its own, which must see each block go (`make tsan`).
#if !__has_feature(thread_sanitizer)

// Usable bytes, not requested ones: Swift's arrays grow into what the allocator rounded up.
//
// Blocks that are mapped one by one are overwritten too, although unmapping makes them unreadable
// here: the kernel clears a page when it is handed out again, not when it is given back.
void free(void *block) {
    if (!block) return;
    size_t size = malloc_usable_size(block);
    if (size >= LARGE && keep(block, size)) return;
    zero_on_free_wipe(block, size);
    __libc_free(block);
}

void *malloc(size_t size) {
    void *block = size >= LARGE ? take_kept(size) : NULL;
    return block ? block : __libc_malloc(size);
}

void *realloc(void *block, size_t size) {
    if (!block) return __libc_malloc(size);
    if (size == 0) {  // As glibc has it.
        free(block);
        return NULL;
    }
    size_t held = malloc_usable_size(block);
    if (size <= held) {
        // What glibc cuts off goes back to its heap as it is.
        explicit_bzero((char *)block + size, held - size);
        return __libc_realloc(block, size);
    }
    // glibc would move the block and free the old one behind our back.
    void *moved = malloc(size);
    if (!moved) return NULL;
    memcpy(moved, block, held);
    free(block);
    return moved;
}

void *reallocarray(void *block, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(block, total);
}

#endif

// MARK: The check

// Where a free block's own bytes begin: glibc keeps two words of its lists in front of them.
enum { LISTED = 2 * sizeof(void *), PROBED = 600, MARK = 0xA5 };

// Through pointers that the compiler cannot see through: it may leave out an allocation whose
// content nobody reads.
static void *(*volatile allocate)(size_t) = malloc;
static void *(*volatile resize)(void *, size_t) = realloc;

static bool is_zero(const unsigned char *bytes, size_t count) {
    for (size_t index = 0; index < count; index += 1) {
        if (bytes[index] != 0) return false;
    }
    return true;
}

// The next block of this size is the one that was freed last: this thread's cache is a stack.
static bool comes_back_as_zeros(const void *freed) {
    unsigned char *again = allocate(PROBED);
    bool is_wiped = again && (uintptr_t)again == (uintptr_t)freed
        && is_zero(again + LISTED, PROBED - LISTED);
    __libc_free(again);
    return is_wiped;
}

static bool free_wipes(void (*release)(void *)) {
    void *block = allocate(PROBED);
    if (!block) return false;
    memset(block, MARK, PROBED);
    void *volatile kept = block;
    release(block);
    return comes_back_as_zeros(kept);
}

static bool realloc_wipes(void) {
    void *block = allocate(PROBED);
    if (!block) return false;
    memset(block, MARK, PROBED);
    void *volatile kept = block;
    void *moved = resize(block, 16 * PROBED);
    bool is_wiped = moved && comes_back_as_zeros(kept);
    free(moved);
    return is_wiped;
}

bool zero_on_free_is_in_force(void) {
    // What a library finds under these names, which is what its calls reach.
    void (*release)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, "free");
    if ((void *)release != (void *)free) return false;
    if (dlsym(RTLD_DEFAULT, "realloc") != (void *)realloc) return false;
    if (dlsym(RTLD_DEFAULT, "reallocarray") != (void *)reallocarray) return false;
    return free_wipes(release) && realloc_wipes();
}
