#include "CHost.h"

#include <dirent.h>
#include <errno.h>

int chost_task_count(void) {
    DIR *directory = opendir("/proc/self/task");
    if (!directory) return -errno;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_name[0] != '.') count += 1;
    }
    closedir(directory);
    return count;
}
