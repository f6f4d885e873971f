#ifndef DS_ALLOCATION_COUNTER_H
#define DS_ALLOCATION_COUNTER_H

#include <stdbool.h>

// Counts what a thread allocates. The test program's own malloc and its kin stand before glibc's, and hand on to them.

/// Whether allocations can be counted: with glibc, and without a sanitizer that has a malloc of its own.
bool ds_allocations_are_counted(void);

/// Begins to count what the calling thread allocates.
void ds_allocations_begin(void);

/// Ends it.
///
/// - Returns: how often the thread asked for memory since.
long ds_allocations_end(void);

#endif
