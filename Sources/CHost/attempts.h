#ifndef C_HOST_ATTEMPTS_H
#define C_HOST_ATTEMPTS_H

#include "CHost.h"

extern const chost_attempt file_attempts[];
extern const size_t file_attempt_count;

/// 0, or the negated `errno` of a call that failed.
int attempt_outcome(long result);

#endif
