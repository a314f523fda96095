#ifndef C_HOST_ASSEMBLER_H
#define C_HOST_ASSEMBLER_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

/// Writes a filter for system calls with names for its places, never with counted distances: two
/// wrong distances in a filter written by hand did not fail, they denied threads (measured).
///
/// Jumps go forwards, as BPF wants it. A distance that does not fit, a label that is never placed
/// and a program that is too long are errors of `assembled`, not of the kernel's.
enum { CODE_CAPACITY = 512, LABEL_CAPACITY = 1024, NEXT = -1 };

typedef struct {
    struct sock_filter code[CODE_CAPACITY];
    /// Where a jump leads, by instruction: labels, or `NEXT`.
    int then[CODE_CAPACITY];
    int otherwise[CODE_CAPACITY];
    size_t count;
    /// The instruction at which a label stands; -1: not placed yet.
    int places[LABEL_CAPACITY];
    int label_count;
    int is_too_long;
} assembler;

void assembler_begin(assembler *a);
int new_label(assembler *a);
void place(assembler *a, int label);

/// Loads 4 bytes of `struct seccomp_data`.
void load(assembler *a, size_t offset);
/// Loads the lower or the upper half of an argument.
void load_argument(assembler *a, int index, int upper);
void if_equal(assembler *a, uint32_t value, int then, int otherwise);
void if_at_least(assembler *a, uint32_t value, int then, int otherwise);
void if_any_bit(assembler *a, uint32_t bits, int then, int otherwise);
void give(assembler *a, uint32_t answer);

/// Turns labels into distances. How many instructions there are, or a negated `errno`.
int assembled(assembler *a);

#endif
