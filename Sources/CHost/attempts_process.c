#define _GNU_SOURCE
#include "CHost.h"
#include "attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

// Operations on memory, other processes, sockets and the kernel: ways by which bytes could leave
// the process without a file of its own.

#define CALL(...) attempt_outcome(syscall(__VA_ARGS__))

/// Calls whose result is a descriptor.
#define OPEN(...) closing(syscall(__VA_ARGS__))

static int closing(long descriptor) {
    if (descriptor < 0) return -errno;
    close((int)descriptor);
    return 0;
}

static int memory_file(void) { return OPEN(SYS_memfd_create, "lethe", MFD_CLOEXEC); }
static int secret_memory_file(void) { return OPEN(447 /* memfd_secret */, 0); }

static int shared_segment(void) {
    long segment = syscall(SYS_shmget, IPC_PRIVATE, 4096, 0600);
    if (segment < 0) return -errno;
    shmctl((int)segment, IPC_RMID, NULL);
    return 0;
}

static int message_queue(void) {
    long queue = syscall(SYS_msgget, IPC_PRIVATE, 0600);
    if (queue < 0) return -errno;
    msgctl((int)queue, IPC_RMID, NULL);
    return 0;
}

static int semaphore(void) {
    long set = syscall(SYS_semget, IPC_PRIVATE, 1, 0600);
    if (set < 0) return -errno;
    semctl((int)set, 0, IPC_RMID);
    return 0;
}

static int posix_queue(void) {
    static const char name[] = "lethe-self-test";
    long queue = syscall(SYS_mq_open, name, O_CREAT | O_EXCL | O_RDWR, 0600, NULL);
    if (queue < 0) return -errno;
    close((int)queue);
    syscall(SYS_mq_unlink, name);
    return 0;
}

static int add_key(void) {
    // -1: the thread's own keyring, which goes with it.
    return CALL(SYS_add_key, "user", "lethe", "x", 1, -1);
}

static int read_keyring(void) { return CALL(SYS_keyctl, 0 /* get id */, -1, 1); }

static int io_ring(void) {
    char parameters[120] = {0};
    return OPEN(SYS_io_uring_setup, 1, parameters);
}

static int socket_local(void) { return OPEN(SYS_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0); }
static int socket_tcp(void) { return OPEN(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }
static int socket_udp(void) { return OPEN(SYS_socket, AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0); }

static int socket_pair(void) {
    int pair[2];
    if (syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) return -errno;
    close(pair[0]);
    close(pair[1]);
    return 0;
}

/// A socket where the seal is not; elsewhere the call fails before it looks at the descriptor.
static int with_pair(int (*operation)(int descriptor)) {
    int pair[2] = {-1, -1};
    (void)!socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair);
    int result = operation(pair[0]);
    for (int i = 0; i < 2; i++) {
        if (pair[i] >= 0) close(pair[i]);
    }
    return result;
}

static int sends(int descriptor) {
    return CALL(SYS_sendto, descriptor, "x", 1, MSG_DONTWAIT, NULL, 0);
}

static int sends_message(int descriptor) {
    struct msghdr message = {0};
    return CALL(SYS_sendmsg, descriptor, &message, MSG_DONTWAIT);
}

static int receives_descriptors(int descriptor) {
    struct msghdr message = {0};
    int result = CALL(SYS_recvmsg, descriptor, &message, MSG_DONTWAIT);
    return result == -EAGAIN ? 0 : result;
}

static int connects(int descriptor) {
    struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    return CALL(SYS_connect, descriptor, &nowhere, sizeof nowhere);
}

static int binds(int descriptor) {
    struct sockaddr_un unnamed = {.sun_family = AF_UNIX};
    return CALL(SYS_bind, descriptor, &unnamed, sizeof(sa_family_t));
}

static int send_datagram(void) { return with_pair(sends); }
static int send_message(void) { return with_pair(sends_message); }
static int receive_descriptors(void) { return with_pair(receives_descriptors); }
static int connect_socket(void) { return with_pair(connects); }
static int bind_socket(void) { return with_pair(binds); }

static int execute(void) {
    // A program that is not there: were it allowed, it would still start nothing.
    char *words[] = {"/proc/self/lethe-self-test", NULL};
    return CALL(SYS_execve, words[0], words, &words[1]);
}

static int fork_process(void) {
    long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (child < 0) return -errno;
    if (child == 0) syscall(SYS_exit_group, 0);
    while (waitpid((pid_t)child, NULL, 0) < 0 && errno == EINTR) {}
    return 0;
}

static int fork_by_other_call(void) {
    // Too short to be read: EINVAL where the call exists.
    return CALL(435 /* clone3 */, NULL, 0);
}

static int trace_process(void) { return CALL(SYS_ptrace, PTRACE_PEEKDATA, getpid(), NULL, NULL); }

static int read_process(void) {
    char from = 'x', to = 0;
    struct iovec source = {&from, 1}, target = {&to, 1};
    return CALL(SYS_process_vm_readv, getpid(), &target, 1, &source, 1, 0);
}

static int write_process(void) {
    char from = 'x', to = 0;
    struct iovec source = {&from, 1}, target = {&to, 1};
    return CALL(SYS_process_vm_writev, getpid(), &source, 1, &target, 1, 0);
}

static int process_descriptor(void) { return OPEN(434 /* pidfd_open */, getpid(), 0); }
static int signal_process(void) { return CALL(SYS_kill, getppid(), 0); }
static int signal_thread(void) { return CALL(SYS_tgkill, getppid(), getppid(), 0); }

static int mapped(int protection, int flags) {
    void *memory = mmap(NULL, 4096, protection, flags | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return -errno;
    munmap(memory, 4096);
    return 0;
}

static int map_code(void) { return mapped(PROT_READ | PROT_EXEC, MAP_PRIVATE); }
static int map_shared(void) { return mapped(PROT_READ | PROT_WRITE, MAP_SHARED); }

static int make_memory_code(void) {
    void *memory = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return -errno;
    int result = attempt_outcome(mprotect(memory, 4096, PROT_READ | PROT_EXEC));
    munmap(memory, 4096);
    return result;
}

static int advised(int advice) {
    void *memory =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return -errno;
    int result = attempt_outcome(madvise(memory, 4096, advice));
    munmap(memory, 4096);
    return result;
}

static int dump_memory(void) { return advised(MADV_DODUMP); }
static int merge_memory(void) { return advised(MADV_MERGEABLE); }

static int unlock_memory(void) {
    int result = CALL(SYS_munlockall);
    if (result == 0) chost_lock_memory_again();
    return result;
}

static int allow_dumping(void) {
    int before = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    int result = CALL(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
    if (result == 0 && before == 0) prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    return result;
}

static int change_limit(void) {
    // To what it is.
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0) return -errno;
    return CALL(SYS_prlimit64, 0, RLIMIT_FSIZE, &limit, NULL);
}

static int watch_faults(void) { return OPEN(SYS_userfaultfd, O_CLOEXEC | 1 /* user mode only */); }
static int load_filter(void) { return CALL(SYS_bpf, 0, NULL, 0); }
static int count_events(void) { return CALL(SYS_perf_event_open, NULL, 0, -1, -1, 0); }
static int mount_file_system(void) { return CALL(SYS_mount, "", "", "", 0, NULL); }
static int swap_on(void) { return CALL(SYS_swapon, "", 0); }
static int read_kernel_log(void) { return CALL(SYS_syslog, 10 /* size of the buffer */, NULL, 0); }
static int watch_files(void) { return OPEN(SYS_inotify_init1, 0); }

static int control_terminal(void) {
    // TIOCSTI types into a terminal: on none, so that nothing is typed if it were allowed.
    return CALL(SYS_ioctl, -1, 0x5412, "");
}

static const chost_attempt process_attempts[] = {
    {"memory-file", memory_file, {EPERM}},
    {"secret-memory-file", secret_memory_file, {EPERM}},
    {"shared-segment", shared_segment, {EPERM}},
    {"message-queue", message_queue, {EPERM}},
    {"semaphore", semaphore, {EPERM}},
    {"posix-queue", posix_queue, {EPERM}},
    {"add-key", add_key, {EPERM}},
    {"read-keyring", read_keyring, {EPERM}},
    {"io-ring", io_ring, {EPERM}},
    {"socket-local", socket_local, {EPERM}},
    {"socket-tcp", socket_tcp, {EPERM}},
    {"socket-udp", socket_udp, {EPERM}},
    {"socket-pair", socket_pair, {EPERM}},
    {"send-datagram", send_datagram, {EPERM}},
    {"send-message", send_message, {EPERM}},
    {"receive-descriptors", receive_descriptors, {EPERM}},
    {"connect", connect_socket, {EPERM}},
    {"bind", bind_socket, {EPERM}},
    {"execute", execute, {EPERM}},
    {"fork", fork_process, {EPERM}},
    {"fork-by-other-call", fork_by_other_call, {ENOSYS}},
    {"trace-process", trace_process, {EPERM}},
    {"read-process", read_process, {EPERM}},
    {"write-process", write_process, {EPERM}},
    {"process-descriptor", process_descriptor, {EPERM}},
    {"signal-process", signal_process, {EPERM}},
    {"signal-thread", signal_thread, {EPERM}},
    {"map-code", map_code, {EPERM}},
    {"map-shared", map_shared, {EPERM}},
    {"make-memory-code", make_memory_code, {EPERM}},
    {"dump-memory", dump_memory, {EPERM}},
    {"merge-memory", merge_memory, {EPERM}},
    {"unlock-memory", unlock_memory, {EPERM}},
    {"allow-dumping", allow_dumping, {EPERM}},
    {"change-limit", change_limit, {EPERM}},
    {"watch-faults", watch_faults, {EPERM}},
    {"load-filter", load_filter, {EPERM}},
    {"count-events", count_events, {EPERM}},
    {"mount-file-system", mount_file_system, {EPERM}},
    {"swap-on", swap_on, {EPERM}},
    {"read-kernel-log", read_kernel_log, {EPERM}},
    {"watch-files", watch_files, {EPERM}},
    {"control-terminal", control_terminal, {EPERM}},
};

enum { PROCESS_COUNT = sizeof process_attempts / sizeof *process_attempts };

size_t chost_attempts(const chost_attempt **attempts) {
    static chost_attempt all[128];
    static size_t count = 0;
    if (count == 0) {
        // Written once, before any thread exists; the same bytes however often.
        memcpy(all, file_attempts, file_attempt_count * sizeof *all);
        memcpy(all + file_attempt_count, process_attempts, sizeof process_attempts);
        count = file_attempt_count + PROCESS_COUNT;
    }
    *attempts = all;
    return count;
}
