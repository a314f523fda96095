#define _GNU_SOURCE
#include "CHost.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int failed(int descriptor) {
    int error = errno;
    if (descriptor >= 0) close(descriptor);
    return -error;
}

static int listening(int descriptor, const void *address, socklen_t size, int backlog) {
    if (bind(descriptor, address, size) != 0) return failed(descriptor);
    if (listen(descriptor, backlog) != 0) return failed(descriptor);
    return descriptor;
}

int chost_listen_tcp(const char *address, uint16_t port, int backlog) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    int yes = 1;
    int is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
    if (!is_v4 && inet_pton(AF_INET6, address, &v6.sin6_addr) != 1) return -EINVAL;
    int descriptor = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return failed(descriptor);
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (is_v4) return listening(descriptor, &v4, sizeof v4, backlog);
    setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    return listening(descriptor, &v6, sizeof v6, backlog);
}

static int named(struct sockaddr_un *name, const char *path) {
    memset(name, 0, sizeof *name);
    name->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof name->sun_path) return -ENAMETOOLONG;
    strcpy(name->sun_path, path);
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

int chost_connect_unix(const char *path) {
    struct sockaddr_un name;
    int descriptor = named(&name, path);
    if (descriptor < 0) return descriptor;
    if (connect(descriptor, (struct sockaddr *)&name, sizeof name) != 0) return failed(descriptor);
    return descriptor;
}

int chost_peer_process(int descriptor) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -errno;
    return peer.pid;
}

static int remove_stale(const char *path) {
    struct stat status;
    if (lstat(path, &status) != 0) return errno == ENOENT ? 0 : -errno;
    if (!S_ISSOCK(status.st_mode)) return -EEXIST;
    int probe = chost_connect_unix(path);
    if (probe >= 0) {
        close(probe);
        return -EADDRINUSE;
    }
    return unlink(path) == 0 ? 0 : -errno;
}

int chost_listen_unix(const char *path, int backlog) {
    struct sockaddr_un name;
    int descriptor = named(&name, path);
    if (descriptor < 0) return descriptor;
    int error = remove_stale(path);
    if (error < 0) {
        close(descriptor);
        return error;
    }
    mode_t former = umask(0177);
    int result = listening(descriptor, &name, sizeof name, backlog);
    umask(former);
    return result;
}

int chost_descriptor_kind(int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return -errno;
    if (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)) return 1;
    return S_ISREG(status.st_mode) ? 2 : 0;
}
