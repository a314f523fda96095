#ifndef C_ZERO_ON_FREE_H
#define C_ZERO_ON_FREE_H

#include <malloc.h>  // malloc_usable_size: how much of a block is overwritten.
#include <stdbool.h>
#include <stddef.h>

/// An executable that links this has a heap that forgets: `free`, `realloc` and `reallocarray`
/// overwrite with zeros what they give back, for the executable and for every library it loads,
/// the C library included. Linking is all there is to it.

/// Overwrites with zeros, as `free` does: of a large block only the pages that were written.
void zero_on_free_wipe(void *block, size_t size);

/// Whether that is so, found out by looking and by trying: the names resolve to these functions, a
/// freed block comes back as zeros, and so does one that the C library freed by itself. Costs a few
/// microseconds.
bool zero_on_free_is_in_force(void);

/// Gives the kernel the pages inside free blocks, which are zeros already, and says how many bytes
/// were free. glibc keeps them otherwise for as long as anything above them is in use. Takes as
/// long as there are pages: some milliseconds for a hundred megabytes.
size_t zero_on_free_give_back(void);

#endif
