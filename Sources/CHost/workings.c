#define _GNU_SOURCE
#include "CHost.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

// A filter can also forbid too much, and then nothing fails loudly: libdispatch tries to make its
// thread once a second, for ever (measured). So what the relay needs is tried before it serves.

int chost_prepare_workings(int sockets[2]) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    socklen_t size = sizeof(sa_family_t);
    sockets[0] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockets[1] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error = 0;
    if (sockets[0] < 0 || sockets[1] < 0) error = -errno;
    // Without a name the kernel makes up an abstract one: no file, and gone with the socket.
    if (error == 0 && bind(sockets[0], (struct sockaddr *)&name, size) != 0) error = -errno;
    if (error == 0 && listen(sockets[0], 1) != 0) error = -errno;
    size = sizeof name;
    if (error == 0 && getsockname(sockets[0], (struct sockaddr *)&name, &size) != 0) error = -errno;
    if (error == 0 && connect(sockets[1], (struct sockaddr *)&name, size) != 0) error = -errno;
    if (error == 0) return 0;
    for (int i = 0; i < 2; i++) {
        if (sockets[i] >= 0) close(sockets[i]);
        sockets[i] = -1;
    }
    return error;
}

/// Accepts the connection that waits, and gets one message through it, told by epoll.
static int accept_and_read(int listener, int peer) {
    int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (accepted < 0) return -errno;
    int error = 0;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    char message = 0;
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, accepted, &event) != 0) error = -errno;
    if (error == 0 && write(peer, "x", 1) != 1) error = -errno;
    if (error == 0 && epoll_wait(epoll, &event, 1, 1000) != 1) error = errno ? -errno : -ETIMEDOUT;
    if (error == 0 && (read(accepted, &message, 1) != 1 || message != 'x')) error = -EIO;
    if (epoll >= 0) close(epoll);
    close(accepted);
    return error;
}

static int closing(int descriptor) {
    if (descriptor < 0) return -errno;
    close(descriptor);
    return 0;
}

/// Sends itself a SIGHUP, and is told of it as libdispatch is: by a descriptor that epoll watches.
static int hang_up(void) {
    sigset_t signals, former;
    sigemptyset(&signals);
    sigaddset(&signals, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &signals, &former) != 0) return -errno;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int descriptor = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN};
    struct signalfd_siginfo signal;
    int error = 0;
    if (epoll < 0 || descriptor < 0) error = -errno;
    if (error == 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0) error = -errno;
    if (error == 0 && kill(getpid(), SIGHUP) != 0) error = -errno;
    errno = 0;
    if (error == 0 && epoll_wait(epoll, &event, 1, 1000) != 1) error = errno ? -errno : -ETIMEDOUT;
    if (error == 0 && read(descriptor, &signal, sizeof signal) != sizeof signal) error = -EIO;
    if (error == 0 && (signal.ssi_signo != SIGHUP || signal.ssi_pid != (uint32_t)getpid()))
        error = -EIO;
    if (epoll >= 0) close(epoll);
    if (descriptor >= 0) close(descriptor);
    // One that was not read would end the process, which is about to say why.
    if (error == 0) sigprocmask(SIG_SETMASK, &former, NULL);
    return error;
}

static int read_random(void) {
    char bytes[32];
    return getrandom(bytes, sizeof bytes, 0) == sizeof bytes ? 0 : -errno;
}

int chost_can_read(const char *path) {
    return closing(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
}

/// What libdispatch does, and it ends the process if it cannot.
static int read_thread_state(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)gettid());
    return chost_can_read(path);
}

int chost_try_workings(int sockets[2], const char **failed) {
    struct {
        const char *name;
        int result;
    } workings[] = {
        {"thread", chost_probe_thread()},
        {"memory", chost_probe_memory()},
        {"random", read_random()},
        {"event", closing(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))},
        {"timer", closing(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK))},
        {"hang-up", hang_up()},
        {"thread-state", read_thread_state()},
        {"accept", accept_and_read(sockets[0], sockets[1])},
    };
    for (int i = 0; i < 2; i++) {
        close(sockets[i]);
        sockets[i] = -1;
    }
    for (size_t i = 0; i < sizeof workings / sizeof *workings; i++) {
        if (workings[i].result == 0) continue;
        *failed = workings[i].name;
        return workings[i].result;
    }
    return 0;
}
