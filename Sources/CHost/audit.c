#define _GNU_SOURCE
#include "CHost.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int describe(int descriptor, chost_descriptor *into) {
    struct stat status;
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fstat(descriptor, &status) != 0) return 0;
    memset(into, 0, sizeof *into);
    into->descriptor = descriptor;
    into->type = status.st_mode & S_IFMT;
    // O_PATH opens nothing: neither reading nor writing.
    into->is_writable = (flags & O_ACCMODE) != O_RDONLY && !(flags & O_PATH);
    socklen_t size = sizeof into->family;
    if (S_ISSOCK(status.st_mode)) {
        getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &into->family, &size);
    }
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, into->name, sizeof into->name - 1);
    into->name[length > 0 ? length : 0] = 0;
    return 1;
}

int chost_descriptors(chost_descriptor *into, size_t capacity) {
    DIR *directory = opendir("/proc/self/fd");
    if (!directory) return -errno;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        int descriptor = atoi(entry->d_name);
        if (entry->d_name[0] == '.' || descriptor == dirfd(directory)) continue;
        chost_descriptor found;
        if (!describe(descriptor, &found)) continue;
        if ((size_t)count < capacity) into[count] = found;
        count += 1;
    }
    closedir(directory);
    return count;
}

int chost_shared_mapping(char *name, size_t capacity) {
    FILE *maps = fopen("/proc/self/maps", "re");
    if (!maps) return -errno;
    char line[512];
    int found = 0;
    while (!found && fgets(line, sizeof line, maps)) {
        // 7f00-7f01 rw-s 00000000 00:01 1024 /path
        char rights[5];
        int path = 0;
        if (sscanf(line, "%*s %4s %*s %*s %*s %n", rights, &path) != 1) continue;
        if (rights[1] != 'w' || rights[3] != 's') continue;
        line[strcspn(line, "\n")] = 0;
        snprintf(name, capacity, "%s", path ? line + path : "");
        found = 1;
    }
    fclose(maps);
    return found;
}
