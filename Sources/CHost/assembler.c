#include "assembler.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

void assembler_begin(assembler *a) { memset(a, 0, sizeof *a); }

int new_label(assembler *a) {
    if (a->label_count == LABEL_CAPACITY) {
        a->is_too_long = 1;
        return 0;
    }
    a->places[a->label_count] = -1;
    return a->label_count++;
}

void place(assembler *a, int label) { a->places[label] = (int)a->count; }

static void emit(assembler *a, uint16_t code, uint32_t value, int then, int otherwise) {
    if (a->count == CODE_CAPACITY) {
        a->is_too_long = 1;
        return;
    }
    a->code[a->count] = (struct sock_filter){.code = code, .k = value};
    a->then[a->count] = then;
    a->otherwise[a->count] = otherwise;
    a->count += 1;
}

void load(assembler *a, size_t offset) {
    emit(a, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, NEXT, NEXT);
}

void load_argument(assembler *a, int index, int upper) {
    // Both machines are little-endian: the lower half comes first.
    size_t offset = offsetof(struct seccomp_data, args) + 8 * (size_t)index;
    load(a, offset + (upper ? 4 : 0));
}

void if_equal(assembler *a, uint32_t value, int then, int otherwise) {
    emit(a, BPF_JMP | BPF_JEQ | BPF_K, value, then, otherwise);
}

void if_at_least(assembler *a, uint32_t value, int then, int otherwise) {
    emit(a, BPF_JMP | BPF_JGE | BPF_K, value, then, otherwise);
}

void if_any_bit(assembler *a, uint32_t bits, int then, int otherwise) {
    emit(a, BPF_JMP | BPF_JSET | BPF_K, bits, then, otherwise);
}

void give(assembler *a, uint32_t answer) { emit(a, BPF_RET | BPF_K, answer, NEXT, NEXT); }

/// How far it is from the instruction after this one, or a negated `errno`.
static int distance(const assembler *a, size_t from, int label) {
    if (label == NEXT) return 0;
    int to = a->places[label];
    if (to < 0) return -ENOENT;
    int steps = to - (int)from - 1;
    if (steps < 0 || steps > 255) return -ERANGE;
    return steps;
}

int assembled(assembler *a) {
    if (a->is_too_long) return -ENOSPC;
    for (size_t i = 0; i < a->count; i++) {
        if (BPF_CLASS(a->code[i].code) != BPF_JMP) continue;
        int then = distance(a, i, a->then[i]);
        int otherwise = distance(a, i, a->otherwise[i]);
        if (then < 0) return then;
        if (otherwise < 0) return otherwise;
        a->code[i].jt = (uint8_t)then;
        a->code[i].jf = (uint8_t)otherwise;
    }
    return (int)a->count;
}
