#define _GNU_SOURCE
#include "CHost.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#endif

static int outcome(int result) { return result < 0 ? -errno : 0; }

int chost_user(const char *name, uint32_t *user, uint32_t *group) {
    errno = 0;
    struct passwd *entry = getpwnam(name);
    if (!entry) return errno ? -errno : -ENOENT;
    *user = entry->pw_uid;
    *group = entry->pw_gid;
    return 0;
}

/// Taking from it needs a capability itself. Without one there is nothing to take that
/// no_new_privs would let anybody use.
static void empty_bounding_set(void) {
    for (int capability = 0; capability <= 63; capability++) {
        if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) < 0) break;
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) break;
    }
}

int chost_become(uint32_t user, uint32_t group) {
    // Now, while it can be done. Which of the permitted ones stay, chost_drop_capabilities says.
    empty_bounding_set();
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return -errno;
    if (setgroups(0, NULL) != 0) return -errno;
    if (setresgid(group, group, group) != 0) return -errno;
    if (setresuid(user, user, user) != 0) return -errno;
    return 0;
}

/// The one capability that may stay, where the limit on locked memory cannot be raised: without it
/// no thread could be made later. It locks memory, and does nothing else for us.
static const uint32_t lock_memory = 1u << CAP_IPC_LOCK;

static int capabilities(int call, struct __user_cap_data_struct data[2]) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    return outcome((int)syscall(call, &header, data));
}

static uint32_t in_force(void) {
    struct __user_cap_data_struct data[2] = {{0}, {0}};
    return capabilities(SYS_capget, data) < 0 ? 0 : data[0].effective;
}

int chost_may_lock_memory(void) { return (in_force() & lock_memory) != 0; }

int chost_drop_capabilities(int keeps_locking) {
    empty_bounding_set();
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct __user_cap_data_struct rest[2] = {{0}, {0}};
    if (capabilities(SYS_capget, rest) < 0) return -errno;
    uint32_t kept = keeps_locking ? rest[0].permitted & lock_memory : 0;
    rest[0] = (struct __user_cap_data_struct){.effective = kept, .permitted = kept};
    rest[1] = (struct __user_cap_data_struct){0};
    return capabilities(SYS_capset, rest);
}

int chost_has_capabilities(void) {
    struct __user_cap_data_struct data[2] = {{0}, {0}};
    int error = capabilities(SYS_capget, data);
    if (error < 0) return error;
    uint32_t all = 0;
    data[0].effective &= ~lock_memory;
    data[0].permitted &= ~lock_memory;
    for (int half = 0; half < 2; half++) all |= data[half].effective | data[half].permitted;
    return all != 0;
}

int chost_forbid_new_privileges(void) { return outcome(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }

int chost_has_no_new_privileges(void) {
    int result = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
    return result < 0 ? -errno : result;
}
