#define _GNU_SOURCE
#include "CLinux.h"

#include <unistd.h>

static struct flock byte_at(off_t offset) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = offset, .l_len = 1, .l_pid = 0};
    return lock;
}

int actpd_lock_byte(int descriptor, off_t offset) {
    struct flock lock = byte_at(offset);
    return fcntl(descriptor, F_OFD_SETLK, &lock);
}

int actpd_is_byte_locked(int descriptor, off_t offset) {
    struct flock lock = byte_at(offset);
    if (fcntl(descriptor, F_OFD_GETLK, &lock) == -1) return -1;
    return lock.l_type != F_UNLCK;
}
