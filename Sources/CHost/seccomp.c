#define _GNU_SOURCE
#include "CHost.h"
#include "assembler.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "The filter has been written for x86_64 and aarch64."
#endif

/// x32 calls carry this bit and the numbers of others.
#define X32_BIT 0x40000000u

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef SYS_faccessat2
#define SYS_faccessat2 439
#endif
#ifndef SYS_rseq
#if defined(__x86_64__)
#define SYS_rseq 334
#else
#define SYS_rseq 293
#endif
#endif
#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

#define ALLOW(call) {#call, SYS_##call, 'a', 0}
/// By its arguments: `check` below.
#define FILTER(call, error) {#call, SYS_##call, 'f', error}
/// Never, and with an error that makes its caller take another way.
#define DENY(call, error) {#call, SYS_##call, 'e', error}

/// What a running relay needs. All else is EPERM. The frequent ones stand first; calls without a
/// check cost nothing, because the kernel remembers that they are allowed (Linux 5.11).
static const chost_filter_rule rules[] = {
    // Sockets that are there, or that a listening one gives.
    ALLOW(read), ALLOW(write), ALLOW(writev), ALLOW(readv),
#ifdef SYS_epoll_wait
    ALLOW(epoll_wait), ALLOW(epoll_create),
#endif
    ALLOW(epoll_pwait), ALLOW(epoll_ctl), ALLOW(epoll_create1), ALLOW(accept4), ALLOW(close),
    ALLOW(shutdown), ALLOW(listen), ALLOW(getsockname), ALLOW(getpeername), ALLOW(getsockopt),
    ALLOW(setsockopt), ALLOW(eventfd2),
#ifdef SYS_poll
    ALLOW(poll),
#endif
    ALLOW(ppoll),
    FILTER(fcntl, EPERM), FILTER(ioctl, EPERM),

    // Time.
    ALLOW(timerfd_create), ALLOW(timerfd_settime), ALLOW(timerfd_gettime), ALLOW(clock_gettime),
    ALLOW(clock_getres), ALLOW(clock_nanosleep), ALLOW(nanosleep), ALLOW(gettimeofday),
    ALLOW(restart_syscall),

    // Memory.
    FILTER(mmap, EPERM), FILTER(mprotect, EPERM), FILTER(madvise, EPERM), ALLOW(munmap),
    ALLOW(mremap), ALLOW(mincore), ALLOW(brk), ALLOW(getrandom),

    // Threads. clone3 hides its flags behind a pointer: glibc falls back to clone.
    ALLOW(futex), FILTER(clone, EPERM), DENY(clone3, ENOSYS), ALLOW(set_robust_list), ALLOW(rseq),
    ALLOW(gettid), ALLOW(getpid), ALLOW(exit), ALLOW(exit_group), ALLOW(sched_yield),
    ALLOW(sched_getaffinity), ALLOW(setpriority), ALLOW(getpriority), ALLOW(getrusage),
    FILTER(prctl, EPERM), FILTER(prlimit64, EPERM), ALLOW(uname), ALLOW(sysinfo),
    ALLOW(getuid), ALLOW(geteuid), ALLOW(getgid), ALLOW(getegid),

    // Signals, which libdispatch reads from a descriptor.
    ALLOW(rt_sigaction), ALLOW(rt_sigprocmask), ALLOW(rt_sigreturn), ALLOW(sigaltstack),
    ALLOW(signalfd4), FILTER(tgkill, EPERM), FILTER(kill, EPERM),

    // Reading certificates and keys again. openat2 hides its flags behind a pointer.
    FILTER(openat, EROFS), DENY(openat2, ENOSYS), ALLOW(fstat), ALLOW(newfstatat), ALLOW(statx),
    ALLOW(lseek), ALLOW(pread64), ALLOW(getdents64), ALLOW(faccessat), ALLOW(faccessat2),
    ALLOW(readlinkat), ALLOW(getcwd),
#ifdef SYS_access
    ALLOW(access),
#endif
#ifdef SYS_readlink
    ALLOW(readlink),
#endif
#ifdef SYS_stat
    ALLOW(stat), ALLOW(lstat),
#endif
};

static const uint32_t open_for_change =
    O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);

static const uint32_t commands[] = {F_GETFD, F_SETFD, F_GETFL, F_SETFL};
static const uint32_t controls[] = {FIONBIO, FIONREAD};
static const uint32_t advice[] = {
    MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED, MADV_FREE,
    MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP, MADV_WIPEONFORK, MADV_DONTNEED_LOCKED,
};
static const uint32_t process_controls[] = {
    PR_SET_NAME, PR_GET_NAME, PR_SET_VMA, PR_GET_DUMPABLE, PR_GET_NO_NEW_PRIVS, PR_GET_SECCOMP,
};

static void only(
    assembler *a, int argument, const uint32_t *values, size_t count, int allow, int deny
) {
    load_argument(a, argument, 0);
    for (size_t i = 0; i < count; i++) {
        if_equal(a, values[i], allow, i + 1 == count ? deny : NEXT);
    }
}

#define ONLY(argument, values) \
    only(a, argument, values, sizeof values / sizeof *values, allow, deny)

/// Looks at the arguments of one call. Flags are the lower halves: the kernel reads no more.
static void check(assembler *a, int number, uint32_t process, int allow, int deny) {
    int next = new_label(a);
    switch (number) {
    case SYS_openat:
        load_argument(a, 2, 0);
        return if_any_bit(a, open_for_change, deny, allow);
    case SYS_mmap:
        load_argument(a, 2, 0);
        if_any_bit(a, PROT_EXEC, deny, next);
        place(a, next);
        load_argument(a, 3, 0);
        // MAP_SHARED and MAP_SHARED_VALIDATE have this bit, MAP_PRIVATE has not.
        return if_any_bit(a, MAP_SHARED, deny, allow);
    case SYS_mprotect:
        load_argument(a, 2, 0);
        return if_any_bit(a, PROT_EXEC, deny, allow);
    case SYS_madvise: return ONLY(2, advice);
    case SYS_clone:
        load_argument(a, 0, 0);
        return if_any_bit(a, CLONE_THREAD, allow, deny);
    case SYS_prctl: return ONLY(0, process_controls);
    case SYS_fcntl: return ONLY(1, commands);
    case SYS_ioctl: return ONLY(1, controls);
    case SYS_tgkill:
    case SYS_kill:
        load_argument(a, 0, 0);
        return if_equal(a, process, allow, deny);
    case SYS_prlimit64:
        // Reading a limit only: no new one is given. A pointer has two halves.
        load_argument(a, 2, 0);
        if_equal(a, 0, next, deny);
        place(a, next);
        load_argument(a, 2, 1);
        return if_equal(a, 0, allow, deny);
    default: return give(a, SECCOMP_RET_ERRNO | EPERM);
    }
}

static int program(assembler *a, uint32_t process) {
    assembler_begin(a);
    int is_ours = new_label(a), is_plain = new_label(a), kill_it = new_label(a);
    load(a, offsetof(struct seccomp_data, arch));
    if_equal(a, ARCHITECTURE, is_ours, kill_it);
    place(a, kill_it);
    give(a, SECCOMP_RET_KILL_PROCESS);
    place(a, is_ours);
    load(a, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
    int is_x32 = new_label(a);
    if_at_least(a, X32_BIT, is_x32, is_plain);
    place(a, is_x32);
    give(a, SECCOMP_RET_KILL_PROCESS);
#endif
    place(a, is_plain);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        int this = new_label(a), next = new_label(a);
        if_equal(a, (uint32_t)rules[i].number, this, next);
        place(a, this);
        if (rules[i].rule == 'a') give(a, SECCOMP_RET_ALLOW);
        if (rules[i].rule == 'e') give(a, SECCOMP_RET_ERRNO | (uint32_t)rules[i].error);
        if (rules[i].rule == 'f') {
            // A check loses the number it found, and so always ends in one of these two.
            int allow = new_label(a), deny = new_label(a);
            check(a, rules[i].number, process, allow, deny);
            place(a, allow);
            give(a, SECCOMP_RET_ALLOW);
            place(a, deny);
            give(a, SECCOMP_RET_ERRNO | (uint32_t)rules[i].error);
        }
        place(a, next);
    }
    // Not a kill: libraries probe, and take another way.
    give(a, SECCOMP_RET_ERRNO | EPERM);
    return assembled(a);
}

int chost_filter_program(uint64_t *into, size_t capacity, uint32_t process) {
    assembler *a = malloc(sizeof *a);
    if (!a) return -ENOMEM;
    int count = program(a, process);
    if (count > 0 && (size_t)count > capacity) count = -ENOSPC;
    if (count > 0) memcpy(into, a->code, (size_t)count * sizeof *a->code);
    free(a);
    return count;
}

size_t chost_filter_rules(const chost_filter_rule **list) {
    *list = rules;
    return sizeof rules / sizeof *rules;
}

uint32_t chost_filter_architecture(void) { return ARCHITECTURE; }

int chost_filter_probe(void) {
    // A null program is EFAULT where filters exist, and changes nothing.
    long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL);
    return result < 0 && errno != EFAULT ? -errno : 0;
}

int chost_filter_close(void) {
    assembler *a = malloc(sizeof *a);
    if (!a) return -ENOMEM;
    int count = program(a, (uint32_t)getpid());
    struct sock_fprog filter = {.len = (unsigned short)(count > 0 ? count : 0), .filter = a->code};
    int error = count;
    if (count > 0) {
        // Every thread, should there be one after all. Its number is given if it cannot follow.
        long result = syscall(
            SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
        error = result < 0 ? -errno : result > 0 ? -EBUSY : 0;
    }
    free(a);
    return error;
}

int chost_filter_mode(void) {
    int result = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
    return result < 0 ? -errno : result;
}
