#define _GNU_SOURCE
#include "CHost.h"

#include <string.h>

// Deeper than the deepest call of the relay's loop (TLS, parser, rules: some 20 KiB) by far.
enum { SCRUBBED = 256 * 1024 };

__attribute__((noinline)) void chost_scrub_stack(void) {
    char below[SCRUBBED];
    explicit_bzero(below, sizeof below);
    // Not a tail call: this frame stands while the function runs.
    __asm__ volatile("" : : "r"(below) : "memory");
}
