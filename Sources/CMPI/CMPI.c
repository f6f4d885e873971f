#include "CMPI.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

// Open MPI's handles are pointers to what it exports; MPI_THREAD_SERIALIZED is 2, MPI_STATUS_IGNORE a null pointer.
typedef void *Handle;
enum { threadSerialised = 2, errorTextCapacity = 512 };

static struct {
    Handle world, byte, errorsReturn;
    int (*init)(int *, char ***, int, int *);
    int (*finalise)(void);
    int (*abort)(Handle, int);
    int (*rank)(Handle, int *);
    int (*size)(Handle, int *);
    int (*setErrorHandler)(Handle, Handle);
    int (*errorText)(int, char *, int *);
    int (*barrier)(Handle, Handle *);
    int (*broadcast)(void *, int, Handle, int, Handle, Handle *);
    int (*allToAll)(const void *, int, Handle, void *, int, Handle, Handle, Handle *);
    int (*allGather)(const void *, int, Handle, void *, int, Handle, Handle, Handle *);
    int (*send)(const void *, int, Handle, int, int, Handle, Handle *);
    int (*receive)(void *, int, Handle, int, int, Handle, Handle *);
    int (*test)(Handle *, int *, void *);
} mpi;

bool cmpi_load(char *problem, size_t capacity) {
    static const char *const names[] = {"libmpi.so.40", "libmpi.so"};
    void *library = NULL;
    // Open MPI's plug-ins look for its symbols among the global ones.
    for (size_t index = 0; index < sizeof names / sizeof *names && !library; index++) {
        library = dlopen(names[index], RTLD_NOW | RTLD_GLOBAL);
    }
    if (!library) {
        snprintf(problem, capacity, "%s", dlerror());
        return false;
    }
    const struct {
        const char *name;
        void *place;
    } symbols[] = {
        {"ompi_mpi_comm_world", &mpi.world},
        {"ompi_mpi_byte", &mpi.byte},
        {"ompi_mpi_errors_return", &mpi.errorsReturn},
        {"MPI_Init_thread", &mpi.init},
        {"MPI_Finalize", &mpi.finalise},
        {"MPI_Abort", &mpi.abort},
        {"MPI_Comm_rank", &mpi.rank},
        {"MPI_Comm_size", &mpi.size},
        {"MPI_Comm_set_errhandler", &mpi.setErrorHandler},
        {"MPI_Error_string", &mpi.errorText},
        {"MPI_Ibarrier", &mpi.barrier},
        {"MPI_Ibcast", &mpi.broadcast},
        {"MPI_Ialltoall", &mpi.allToAll},
        {"MPI_Iallgather", &mpi.allGather},
        {"MPI_Isend", &mpi.send},
        {"MPI_Irecv", &mpi.receive},
        {"MPI_Test", &mpi.test},
    };
    for (size_t index = 0; index < sizeof symbols / sizeof *symbols; index++) {
        void *found = dlsym(library, symbols[index].name);
        if (!found) {
            snprintf(problem, capacity, "it has no %s: it is not Open MPI", symbols[index].name);
            return false;
        }
        memcpy(symbols[index].place, &found, sizeof found);
    }
    return true;
}

int cmpi_initialise(int *rank, int *size) {
    int provided = 0;
    int code = mpi.init(NULL, NULL, threadSerialised, &provided);
    if (code == 0) code = mpi.setErrorHandler(mpi.world, mpi.errorsReturn);
    if (code == 0) code = mpi.rank(mpi.world, rank);
    if (code == 0) code = mpi.size(mpi.world, size);
    return code;
}

int cmpi_finalise(void) { return mpi.finalise(); }
void cmpi_abort(int code) { mpi.abort(mpi.world, code); }

void cmpi_describe(int code, char *text, size_t capacity) {
    char buffer[errorTextCapacity] = "";
    int length = 0;
    if (mpi.errorText(code, buffer, &length) != 0) snprintf(buffer, sizeof buffer, "error %d", code);
    snprintf(text, capacity, "%s", buffer);
}

int cmpi_begin_barrier(CMPIRequest *request) { return mpi.barrier(mpi.world, request); }

int cmpi_begin_broadcast(void *bytes, int count, int root, CMPIRequest *request) {
    return mpi.broadcast(bytes, count, mpi.byte, root, mpi.world, request);
}

int cmpi_begin_all_to_all(const void *sent, void *received, int count, CMPIRequest *request) {
    return mpi.allToAll(sent, count, mpi.byte, received, count, mpi.byte, mpi.world, request);
}

int cmpi_begin_all_gather(const void *sent, void *received, int count, CMPIRequest *request) {
    return mpi.allGather(sent, count, mpi.byte, received, count, mpi.byte, mpi.world, request);
}

int cmpi_begin_send(const void *bytes, int count, int rank, int tag, CMPIRequest *request) {
    return mpi.send(bytes, count, mpi.byte, rank, tag, mpi.world, request);
}

int cmpi_begin_receive(void *bytes, int count, int rank, int tag, CMPIRequest *request) {
    return mpi.receive(bytes, count, mpi.byte, rank, tag, mpi.world, request);
}

int cmpi_test(CMPIRequest *request, bool *is_done) {
    int flag = 0;
    int code = mpi.test(request, &flag, NULL);
    *is_done = flag != 0;
    return code;
}
