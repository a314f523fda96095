#ifndef C_HOST_H
#define C_HOST_H

#include <stdint.h>

#include "seal.h"

/// Small shims round system calls whose C structures Swift cannot name reliably. Each returns a
/// descriptor or a count, or a negated `errno`.

/// Listens on an IPv4 or IPv6 address; an IPv6 socket takes no IPv4. EINVAL: not an IP address.
int chost_listen_tcp(const char *address, uint16_t port, int backlog);

/// Listens on a Unix socket with mode 0600. A socket that nobody answers on is replaced.
/// EADDRINUSE: somebody answers; EEXIST: something that is not a socket; ENAMETOOLONG.
int chost_listen_unix(const char *path, int backlog);

/// Connects to a Unix socket.
int chost_connect_unix(const char *path);

/// Threads of this process.
int chost_task_count(void);

#endif
