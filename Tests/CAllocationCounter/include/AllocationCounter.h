#ifndef DS_ALLOCATION_COUNTER_H
#define DS_ALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stddef.h>

// Counts what a thread allocates. The test program's own malloc and its kin stand before glibc's, and hand on to them.

/// Whether allocations can be counted: with glibc, and without a sanitizer that has a malloc of its own.
bool ds_allocations_are_counted(void);

/// Begins to count what the calling thread allocates.
void ds_allocations_begin(void);

/// Begins to count what the calling thread allocates for the program: what libraries that are neither Swift's nor its
/// Foundation's take for themselves, such as MPI's, is not counted.
void ds_allocations_begin_own(void);

/// Ends either.
///
/// - Returns: how often the thread asked for memory since.
long ds_allocations_end(void);

/// Tells who asked for the first few that were counted: a line each, the innermost caller first, as files and places in
/// them, which `addr2line -f -e FILE PLACE` names.
void ds_allocations_tell(char *text, size_t size);

#endif
