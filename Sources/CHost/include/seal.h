#ifndef C_HOST_SEAL_H
#define C_HOST_SEAL_H

#include <stddef.h>
#include <stdint.h>

/// What the process gives up before it talks to anybody (`docs/decisions/0011-the-seal.md`). Each
/// function takes one thing away, or measures one; the order is `HostHardening`'s. A result below
/// zero is a negated `errno`.

// limits.c

/// Ignores SIGXFSZ and SIGPIPE, gives the crash signals back to the kernel (Swift's backtracer
/// would fork and print memory), and lets no file name be made readable.
void chost_quiet_signals(void);

/// No core dump: 1 byte for a file, which also keeps a pipe's helper from being started.
int chost_limit_core(void);
/// No file grows, whoever opened it.
int chost_limit_file_size(void);
/// As many descriptors as the hard limit allows.
int chost_raise_descriptor_limit(void);
/// The limit in force: 0 core, 1 file size, 2 locked memory, 3 descriptors. UINT64_MAX: none.
uint64_t chost_limit(int which);

int chost_forbid_dumping(void);
int chost_is_dumpable(void);
/// No page is merged with an equal one of another process, which would tell that there is one.
int chost_forbid_merging(void);

/// Raises the limit as far as this process may, then says whether it holds.
int chost_raise_memory_lock_limit(void);
/// All memory, now and later, each page when it is first used.
int chost_lock_memory(void);
/// After something has unlocked what was locked.
void chost_lock_memory_again(void);
int chost_unlock_memory(void);
/// Kibibytes that the kernel counts as locked.
int64_t chost_locked_kibibytes(void);

/// A thread is made and ends, 64 MiB are mapped: what a limit on locked memory would prevent.
int chost_probe_thread(void);
int chost_probe_memory(void);

// privileges.c

/// The numbers of a user of the password file. ENOENT: there is none of that name.
int chost_user(const char *name, uint32_t *user, uint32_t *group);
/// Becomes that user for good: no other groups, no saved identity.
int chost_become(uint32_t user, uint32_t group);
/// No capability, not even one to be regained; but CAP_IPC_LOCK stays if it is needed and there.
int chost_drop_capabilities(int keeps_locking);
/// Nonzero if any other capability is left in force or permitted.
int chost_has_capabilities(void);
/// Whether CAP_IPC_LOCK is in force: then the limit on locked memory does not hold.
int chost_may_lock_memory(void);
int chost_forbid_new_privileges(void);
int chost_has_no_new_privileges(void);

// audit.c

/// What one descriptor is.
typedef struct {
    int descriptor;
    /// `S_IFMT` of its file.
    uint32_t type;
    /// Open for writing.
    int is_writable;
    /// A listening or connected socket's family; 0 for others.
    int family;
    /// What `/proc/self/fd` calls it.
    char name[128];
} chost_descriptor;

/// Describes what is open, the directory being read excepted. How many there are, which may be more
/// than the capacity.
int chost_descriptors(chost_descriptor *into, size_t capacity);

/// The first writable mapping that other processes share, or that would write to a file: 1 and its
/// name; 0: there is none.
int chost_shared_mapping(char *name, size_t capacity);

// landlock.c

/// The version of Landlock. EOPNOTSUPP: built, and off; ENOSYS: not there, or hidden.
int chost_landlock_abi(void);

/// Takes every right on files, and those on addresses and signals that this version knows; leaves
/// reading beneath the paths, and reading files, but listing no directory, beneath one more. A path
/// that is not there is passed over. Gives the version.
int chost_landlock_close(const char *const *readable, size_t count, const char *files);

// seccomp.c

/// The filter's program for this machine as `struct sock_filter` (8 bytes an instruction, as the
/// kernel reads them). How many instructions it has, or ENOSPC.
int chost_filter_program(uint64_t *into, size_t capacity, uint32_t process);
/// Whether this kernel filters system calls at all. EINVAL or ENOSYS: it does not.
int chost_filter_probe(void);
int chost_filter_close(void);
/// 2: a filter is in force.
int chost_filter_mode(void);

/// What the tests of the filter have to know of this machine.
typedef struct {
    const char *name;
    int number;
    /// 'a' always, 'f' by its arguments, 'e' never and with another error than EPERM.
    char rule;
    int error;
} chost_filter_rule;
/// The rules in order. How many there are.
size_t chost_filter_rules(const chost_filter_rule **rules);
uint32_t chost_filter_architecture(void);

// attempts.c, attempts_process.c

/// An operation that the seal forbids.
typedef struct {
    const char *name;
    /// Tries it: 0 if it was possible (what it did is undone), or a negated `errno`.
    int (*attempt)(void);
    /// With which errors it must fail; unused places are 0.
    int expected[3];
} chost_attempt;

/// All of them. How many there are.
size_t chost_attempts(const chost_attempt **attempts);

// workings.c

/// What a sealed relay must still be able to do. Prepared before the seal, because it needs a
/// connection: gives a listening socket and one that waits to be accepted.
int chost_prepare_workings(int sockets[2]);
/// Tries them all. 0, or the negated `errno` of the first that failed and its name. Closes the
/// sockets.
int chost_try_workings(int sockets[2], const char **failed);
/// Whether a file can be opened for reading now.
int chost_can_read(const char *path);

#endif
