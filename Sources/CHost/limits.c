#define _GNU_SOURCE
#include "CHost.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

// Newer than some headers.
#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67
#endif
#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4
#endif

static int outcome(int result) { return result < 0 ? -errno : 0; }

void chost_quiet_signals(void) {
    static const int crashes[] = {
        SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS,
    };
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) signal(crashes[i], SIG_DFL);
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    umask(0777);
}

static int limit_to(int resource, rlim_t value) {
    struct rlimit limit = {value, value};
    return outcome(setrlimit(resource, &limit));
}

int chost_limit_core(void) {
    // A limit of 0 is ignored for a core_pattern that is a pipe; 1 is what the kernel takes as
    // "the helper dumped core itself" (fs/coredump.c), and starts nothing.
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) != 0) return -errno;
    if (limit.rlim_max < 1) return limit_to(RLIMIT_CORE, 0);
    return limit_to(RLIMIT_CORE, 1);
}

int chost_limit_file_size(void) { return limit_to(RLIMIT_FSIZE, 0); }

static int raise_to_hard_limit(int resource) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return -errno;
    limit.rlim_cur = limit.rlim_max;
    return outcome(setrlimit(resource, &limit));
}

int chost_raise_descriptor_limit(void) { return raise_to_hard_limit(RLIMIT_NOFILE); }

uint64_t chost_limit(int which) {
    static const int resources[] = {RLIMIT_CORE, RLIMIT_FSIZE, RLIMIT_MEMLOCK, RLIMIT_NOFILE};
    struct rlimit limit;
    if (which < 0 || which > 3 || getrlimit(resources[which], &limit) != 0) return 0;
    return limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : (uint64_t)limit.rlim_cur;
}

int chost_forbid_dumping(void) { return outcome(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)); }

int chost_is_dumpable(void) {
    int result = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    return result < 0 ? -errno : result;
}

int chost_forbid_merging(void) { return outcome(prctl(PR_SET_MEMORY_MERGE, 0, 0, 0, 0)); }

int chost_raise_memory_lock_limit(void) {
    // Root raises it for the user it becomes: an unlimited amount needs no capability later.
    if (limit_to(RLIMIT_MEMLOCK, RLIM_INFINITY) == 0) return 0;
    return raise_to_hard_limit(RLIMIT_MEMLOCK);
}

static int is_locked = 0;

int chost_lock_memory(void) {
    int result = outcome(mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
    is_locked = result == 0;
    return result;
}

void chost_lock_memory_again(void) {
    if (is_locked) chost_lock_memory();
}

int chost_unlock_memory(void) {
    is_locked = 0;
    return outcome(munlockall());
}

int64_t chost_locked_kibibytes(void) {
    FILE *file = fopen("/proc/self/status", "re");
    if (!file) return -errno;
    char line[256];
    long long found = -ENODATA;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "VmLck: %lld kB", &found) == 1) break;
    }
    fclose(file);
    return found;
}

static void *nothing(void *argument) { return argument; }

int chost_probe_thread(void) {
    pthread_t thread;
    int error = pthread_create(&thread, NULL, nothing, NULL);
    if (error != 0) return -error;
    return -pthread_join(thread, NULL);
}

int chost_probe_memory(void) {
    size_t size = 64 << 20;
    char *memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return -errno;
    memory[0] = memory[size - 1] = 1;
    return outcome(munmap(memory, size));
}
