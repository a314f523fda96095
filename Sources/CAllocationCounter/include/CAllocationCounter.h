#ifndef C_ALLOCATION_COUNTER_H
#define C_ALLOCATION_COUNTER_H

/// Calls of malloc, calloc, realloc, posix_memalign, aligned_alloc and memalign by this process so
/// far. Linked into the benchmarks only: it takes the place of glibc's functions and passes on to them.
unsigned long allocation_count(void);

#endif
