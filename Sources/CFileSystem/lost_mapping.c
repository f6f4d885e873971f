// A mapped file that becomes shorter while it is read, or whose disk fails, gives no error but a signal: SIGBUS. What
// runs here may call nothing but what signal-safety(7) allows.
#define _GNU_SOURCE
#include "CFileSystem.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { longest_text = 512, longest_path = 4096 };

static char text_before[longest_text];
static char text_after[longest_text];
static int exit_status;

static void say(const char *text, size_t count) {
    while (count > 0) {
        ssize_t written = write(STDERR_FILENO, text, count);
        if (written <= 0) return;
        text += written;
        count -= (size_t)written;
    }
}

typedef struct {
    int descriptor;
    size_t position, count;
    unsigned char bytes[1024];
} Reader;

/// The next byte, or -1 at the end.
static int next(Reader *reader) {
    if (reader->position == reader->count) {
        ssize_t count = read(reader->descriptor, reader->bytes, sizeof reader->bytes);
        if (count <= 0) return -1;
        reader->count = (size_t)count;
        reader->position = 0;
    }
    return reader->bytes[reader->position++];
}

/// Reads a hexadecimal number; *end is the byte after it.
static uintptr_t number(Reader *reader, int *end) {
    uintptr_t value = 0;
    while (1) {
        *end = next(reader);
        if (*end >= '0' && *end <= '9') value = value << 4 | (uintptr_t)(*end - '0');
        else if (*end >= 'a' && *end <= 'f') value = value << 4 | (uintptr_t)(*end - 'a' + 10);
        else return value;
    }
}

/// The file that is mapped at an address, by /proc/self/maps (proc_pid_maps(5)); its length, or 0 for none.
static size_t mapped_file(uintptr_t address, char *path) {
    Reader reader = {.descriptor = open("/proc/self/maps", O_RDONLY | O_CLOEXEC)};
    if (reader.descriptor < 0) return 0;
    size_t length = 0;
    int byte = 0;
    while (byte >= 0 && length == 0) {
        uintptr_t start = number(&reader, &byte);
        if (byte != '-') break;
        uintptr_t end = number(&reader, &byte);
        int isHere = address >= start && address < end;
        // After permissions, offset, device and inode comes the path, where there is one.
        size_t spaces = 1;
        while (byte >= 0 && byte != '\n') {
            byte = next(&reader);
            if (byte == ' ') spaces++;
            int isPath = length > 0 || (byte == '/' && spaces >= 5);
            if (isHere && isPath && byte >= 0 && byte != '\n' && length < longest_path) path[length++] = (char)byte;
        }
    }
    close(reader.descriptor);
    return length;
}

static void report(int number, siginfo_t *information, void *context) {
    (void)context;
    char path[longest_path];
    size_t length = mapped_file((uintptr_t)information->si_addr, path);
    if (length == 0) {
        // Something else: it ends as it would have without us.
        signal(number, SIG_DFL);
        return;
    }
    say(text_before, strlen(text_before));
    say(path, length);
    say(text_after, strlen(text_after));
    _exit(exit_status);
}

void cfilesystem_report_lost_mappings(const char *before, const char *after, int status) {
    strncpy(text_before, before, longest_text - 1);
    strncpy(text_after, after, longest_text - 1);
    exit_status = status;
    struct sigaction action = {.sa_sigaction = report, .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, NULL);
}
