#define _GNU_SOURCE
#include "CHost.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// <linux/landlock.h> of a build machine may be older than the kernel it runs on: these are the
// kernel's numbers, the same on every architecture.
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum {
    VERSION = 1 << 0,          // landlock_create_ruleset: tell the version only
    PATH_BENEATH = 1,          // landlock_add_rule
    ALL_THREADS = 1 << 3,      // landlock_restrict_self, version 8
    READ_FILE = 1 << 2,
    READ_DIRECTORY = 1 << 3,
    FIRST_RIGHTS = (1 << 13) - 1,
    REFER = 1 << 13,           // version 2
    TRUNCATE = 1 << 14,        // version 3
    DEVICE_CONTROL = 1 << 15,  // version 5
    BIND_AND_CONNECT = 3,      // version 4
    SOCKETS_AND_SIGNALS = 3,   // version 6
};

/// `struct landlock_ruleset_attr`. An older kernel takes a longer one whose rest is zero.
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scoped;
};

struct beneath {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

int chost_landlock_abi(void) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION);
    return version < 0 ? -errno : (int)version;
}

static struct ruleset everything(int abi) {
    struct ruleset all = {.files = FIRST_RIGHTS};
    if (abi >= 2) all.files |= REFER;
    if (abi >= 3) all.files |= TRUNCATE;
    if (abi >= 4) all.network = BIND_AND_CONNECT;
    if (abi >= 5) all.files |= DEVICE_CONTROL;
    if (abi >= 6) all.scoped = SOCKETS_AND_SIGNALS;
    return all;
}

static int let_read(int ruleset, const char *path, uint64_t rights) {
    struct stat status;
    int parent = open(path, O_PATH | O_CLOEXEC);
    if (parent < 0) return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? 0 : -errno;
    int error = fstat(parent, &status) == 0 ? 0 : -errno;
    if (error == 0) {
        // A rule on a file may not speak of directories.
        if (!S_ISDIR(status.st_mode)) rights &= READ_FILE;
        struct beneath rule = {.allowed = rights, .parent = parent};
        if (syscall(SYS_landlock_add_rule, ruleset, PATH_BENEATH, &rule, 0) != 0) error = -errno;
    }
    close(parent);
    return error;
}

int chost_landlock_close(const char *const *readable, size_t count, const char *files) {
    int abi = chost_landlock_abi();
    if (abi < 0) return abi;
    struct ruleset all = everything(abi);
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    if (ruleset < 0) return -errno;
    int error = let_read(ruleset, files, READ_FILE);
    for (size_t i = 0; i < count && error == 0; i++) {
        error = let_read(ruleset, readable[i], READ_FILE | READ_DIRECTORY);
    }
    unsigned flags = abi >= 8 ? ALL_THREADS : 0;
    if (error == 0 && syscall(SYS_landlock_restrict_self, ruleset, flags) != 0) error = -errno;
    close(ruleset);
    return error < 0 ? error : abi;
}
