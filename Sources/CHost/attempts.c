#define _GNU_SOURCE
#include "CHost.h"
#include "attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

// Operations on files. Where one wrongly succeeds, its traces are removed again.

/// Written as calls and not through glibc's functions, which may take another way.
#define CALL(...) attempt_outcome(syscall(__VA_ARGS__))

int attempt_outcome(long result) { return result < 0 ? -errno : 0; }

/// Names nobody has: opened with O_EXCL, so that no file of somebody's is touched.
static void scratch_name(char name[64], const char *directory) {
    snprintf(name, 64, "%s/.lethe-self-test-%d", directory, (int)getpid());
}

static int create_in(const char *directory) {
    char name[64];
    scratch_name(name, directory);
    int file = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (file < 0) return -errno;
    close(file);
    unlink(name);
    return 0;
}

static int create_in_tmp(void) { return create_in("/tmp"); }
static int create_in_var_tmp(void) { return create_in("/var/tmp"); }
static int create_in_shared_memory(void) { return create_in("/dev/shm"); }
static int create_here(void) { return create_in("."); }

static int opened(const char *path, int flags) {
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0600);
    if (file < 0) return -errno;
    close(file);
    return 0;
}

static int write_to_device(void) { return opened("/dev/null", O_WRONLY); }
static int write_to_kernel_log(void) { return opened("/dev/kmsg", O_WRONLY); }
static int append_to_file(void) { return opened("/proc/self/comm", O_WRONLY | O_APPEND); }
static int truncate_on_open(void) { return opened("/dev/null", O_RDONLY | O_TRUNC); }
static int create_unnamed_file(void) { return opened("/tmp", O_WRONLY | O_TMPFILE); }
static int write_own_memory(void) { return opened("/proc/self/mem", O_RDWR); }
/// The executable: a file that is there whatever the machine.
static int read_a_file(void) { return opened("/proc/self/exe", O_RDONLY); }
static int list_processes(void) { return opened("/proc", O_RDONLY | O_DIRECTORY); }
static int read_root_directory(void) { return opened("/", O_RDONLY | O_DIRECTORY); }

static int open_by_other_call(void) {
    struct {
        uint64_t flags, mode, resolve;
    } how = {O_RDONLY, 0, 0};
    int file = (int)syscall(437 /* openat2 */, AT_FDCWD, "/proc/version", &how, sizeof how);
    if (file < 0) return -errno;
    close(file);
    return 0;
}

/// A file to do forbidden things with, where the seal is not; elsewhere the operation fails first.
static int scratch(char name[64]) {
    scratch_name(name, "/tmp");
    return (int)syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CREAT | O_EXCL, 0600);
}

static int with_scratch(int (*operation)(int file, const char *name)) {
    char name[64];
    int file = scratch(name);
    int result = operation(file, name);
    if (file >= 0) {
        close(file);
        unlink(name);
    }
    return result;
}

static int links(int file, const char *name) {
    (void)file;
    char other[72];
    snprintf(other, sizeof other, "%s-2", name);
    int result = CALL(SYS_linkat, AT_FDCWD, name, AT_FDCWD, other, 0);
    if (result == 0) unlink(other);
    return result;
}

static int renames(int file, const char *name) {
    (void)file;
    return CALL(SYS_renameat2, AT_FDCWD, name, AT_FDCWD, name, 0);
}

static int unlinks(int file, const char *name) {
    (void)file;
    return CALL(SYS_unlinkat, AT_FDCWD, name, 0);
}

static int truncates(int file, const char *name) {
    (void)file;
    return CALL(SYS_truncate, name, 0);
}

static int truncates_open(int file, const char *name) {
    (void)name;
    return CALL(SYS_ftruncate, file, 0);
}

static int allocates(int file, const char *name) {
    (void)name;
    return CALL(SYS_fallocate, file, 0, 0, 1);
}

static int labels(int file, const char *name) {
    (void)name;
    return CALL(SYS_fsetxattr, file, "user.lethe", "x", 1, 0);
}

static int labels_by_name(int file, const char *name) {
    (void)file;
    return CALL(SYS_setxattr, name, "user.lethe", "x", 1, 0);
}

static int changes_mode(int file, const char *name) {
    (void)name;
    return CALL(SYS_fchmod, file, 0600);
}

static int changes_owner(int file, const char *name) {
    (void)name;
    return CALL(SYS_fchown, file, -1, -1);
}

static int changes_times(int file, const char *name) {
    (void)file;
    return CALL(SYS_utimensat, AT_FDCWD, name, NULL, 0);
}

static int writes_at(int file, const char *name) {
    (void)name;
    return CALL(SYS_pwrite64, file, "x", 1, 0);
}

static int copies(int file, const char *name) {
    (void)name;
    return CALL(SYS_copy_file_range, file, NULL, file, NULL, 0, 0);
}

static int sends_file(int file, const char *name) {
    (void)name;
    return CALL(SYS_sendfile, file, file, NULL, 0);
}

static int syncs(int file, const char *name) {
    (void)name;
    return CALL(SYS_fsync, file);
}

static int link_file(void) { return with_scratch(links); }
static int rename_file(void) { return with_scratch(renames); }
static int remove_file(void) { return with_scratch(unlinks); }
static int truncate_file(void) { return with_scratch(truncates); }
static int truncate_open_file(void) { return with_scratch(truncates_open); }
static int allocate_file(void) { return with_scratch(allocates); }
static int label_open_file(void) { return with_scratch(labels); }
static int label_file(void) { return with_scratch(labels_by_name); }
static int change_mode(void) { return with_scratch(changes_mode); }
static int change_owner(void) { return with_scratch(changes_owner); }
static int change_times(void) { return with_scratch(changes_times); }
static int write_at_offset(void) { return with_scratch(writes_at); }
static int copy_file(void) { return with_scratch(copies); }
static int send_file(void) { return with_scratch(sends_file); }
static int sync_file(void) { return with_scratch(syncs); }

static int make_directory(void) {
    char name[64];
    scratch_name(name, "/tmp");
    int result = CALL(SYS_mkdirat, AT_FDCWD, name, 0700);
    if (result == 0) rmdir(name);
    return result;
}

static int make_symbolic_link(void) {
    char name[64];
    scratch_name(name, "/tmp");
    int result = CALL(SYS_symlinkat, "a name is data", AT_FDCWD, name);
    if (result == 0) unlink(name);
    return result;
}

static int make_named_pipe(void) {
    char name[64];
    scratch_name(name, "/tmp");
    int result = CALL(SYS_mknodat, AT_FDCWD, name, S_IFIFO | 0600, 0);
    if (result == 0) unlink(name);
    return result;
}

static int splice_pipes(void) {
    int from[2], to[2];
    if (pipe2(from, O_CLOEXEC) != 0) return CALL(SYS_splice, -1, NULL, -1, NULL, 1, 0);
    if (pipe2(to, O_CLOEXEC) != 0) to[0] = to[1] = -1;
    (void)!write(from[1], "x", 1);
    int result = CALL(SYS_splice, from[0], NULL, to[1], NULL, 1, 0);
    for (int i = 0; i < 2; i++) {
        close(from[i]);
        close(to[i]);
    }
    return result;
}

static int change_directory(void) { return CALL(SYS_chdir, "."); }

const chost_attempt file_attempts[] = {
    {"create-in-tmp", create_in_tmp, {EROFS}},
    {"create-in-var-tmp", create_in_var_tmp, {EROFS}},
    {"create-in-shared-memory", create_in_shared_memory, {EROFS}},
    {"create-here", create_here, {EROFS}},
    {"create-unnamed-file", create_unnamed_file, {EROFS}},
    {"write-to-device", write_to_device, {EROFS}},
    {"write-to-kernel-log", write_to_kernel_log, {EROFS}},
    {"write-own-memory", write_own_memory, {EROFS}},
    {"append-to-file", append_to_file, {EROFS}},
    {"truncate-on-open", truncate_on_open, {EROFS}},
    {"read-a-file", read_a_file, {EACCES}},
    {"list-processes", list_processes, {EACCES}},
    {"read-root-directory", read_root_directory, {EACCES}},
    {"open-by-other-call", open_by_other_call, {ENOSYS}},
    {"make-directory", make_directory, {EPERM}},
    {"make-symbolic-link", make_symbolic_link, {EPERM}},
    {"make-named-pipe", make_named_pipe, {EPERM}},
    {"link-file", link_file, {EPERM}},
    {"rename-file", rename_file, {EPERM}},
    {"remove-file", remove_file, {EPERM}},
    {"truncate-file", truncate_file, {EPERM}},
    {"truncate-open-file", truncate_open_file, {EPERM}},
    {"allocate-file", allocate_file, {EPERM}},
    {"label-open-file", label_open_file, {EPERM}},
    {"label-file", label_file, {EPERM}},
    {"change-mode", change_mode, {EPERM}},
    {"change-owner", change_owner, {EPERM}},
    {"change-times", change_times, {EPERM}},
    {"write-at-offset", write_at_offset, {EPERM}},
    {"copy-file", copy_file, {EPERM}},
    {"send-file", send_file, {EPERM}},
    {"sync-file", sync_file, {EPERM}},
    {"splice-pipes", splice_pipes, {EPERM}},
    {"change-directory", change_directory, {EPERM}},
};
const size_t file_attempt_count = sizeof file_attempts / sizeof *file_attempts;
