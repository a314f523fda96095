/* Preloaded into a relay, this moves its monotonic clock on: two minutes of silence and four hours
   of age are tested in seconds, on the binary that ships. With CLOCK_WALL it steps the wall clock
   instead, as NTP does. The file that CLOCK_OFFSET names holds the
   nanoseconds to add, as one 64-bit number of this machine. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *offset;
static clockid_t moved = CLOCK_MONOTONIC;
static int (*clock_of_the_system)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    clock_of_the_system = dlsym(RTLD_NEXT, "clock_gettime");
    const char *path = getenv("CLOCK_OFFSET");
    if (!path) return;
    if (getenv("CLOCK_WALL")) moved = CLOCK_REALTIME;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    void *shared = mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, descriptor, 0);
    if (shared != MAP_FAILED) offset = shared;
    close(descriptor);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    if (!clock_of_the_system) begin();
    int result = clock_of_the_system(clock, now);
    if (result != 0 || clock != moved || !offset) return result;
    int64_t nanoseconds = now->tv_nsec + *offset % 1000000000;
    now->tv_sec += *offset / 1000000000 + nanoseconds / 1000000000;
    now->tv_nsec = nanoseconds % 1000000000;
    return result;
}
