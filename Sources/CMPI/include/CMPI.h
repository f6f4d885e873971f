#ifndef CMPI_H
#define CMPI_H
#include <stdbool.h>
#include <stddef.h>

/// Open MPI, loaded while the program runs: nothing is linked, so that a machine without it needs it for nothing.
///
/// The functions and their meaning are those of the MPI standard (version 3.1, https://www.mpi-forum.org); the few
/// handles are Open MPI's, which are pointers to objects that its library exports. All functions return an MPI error
/// code, 0 for success, and never wait: what is begun is done when cmpi_test says so.

/// Loads the library. Returns false, and says why, where it is not there or is another MPI.
bool cmpi_load(char *problem, size_t capacity);

int cmpi_initialise(int *rank, int *size);
int cmpi_finalise(void);
/// Ends all ranks of the job.
void cmpi_abort(int code);
/// What an error code means.
void cmpi_describe(int code, char *text, size_t capacity);

/// An operation under way.
typedef void *CMPIRequest;

int cmpi_begin_barrier(CMPIRequest *request);
int cmpi_begin_broadcast(void *bytes, int count, int root, CMPIRequest *request);
/// Each rank gets the count bytes that every other has for it: rank r's of rank s at s · count.
int cmpi_begin_all_to_all(const void *sent, void *received, int count, CMPIRequest *request);
/// Every rank gets the count bytes of every other, in the order of ranks.
int cmpi_begin_all_gather(const void *sent, void *received, int count, CMPIRequest *request);
int cmpi_begin_send(const void *bytes, int count, int rank, int tag, CMPIRequest *request);
int cmpi_begin_receive(void *bytes, int count, int rank, int tag, CMPIRequest *request);
int cmpi_test(CMPIRequest *request, bool *is_done);
#endif
