// What the Glibc module leaves out of the kernel's interface, or offers only through structs that one Swift module and
// another see differently: clocks, timers on descriptors, file-change watches, open-file-description locks, files in memory.
#ifndef ACTPD_CLINUX_H
#define ACTPD_CLINUX_H

#include <fcntl.h>
#include <sys/inotify.h>
#include <stdint.h>
#include <sys/timerfd.h>

// Tries to take an exclusive lock on one byte of an open file. The lock belongs to the open
// file description: the kernel drops it when the process dies, however it dies. Returns 0, or -1 with errno set
// (EAGAIN or EACCES: another process holds it).
int actpd_lock_byte(int descriptor, off_t offset);

// 1 when another open file description holds a lock on that byte, 0 when none does, -1 with errno set on failure.
int actpd_is_byte_locked(int descriptor, off_t offset);

// A file in memory, of no file system, that is gone with its last descriptor. Returns its descriptor, or -1 with errno set.
int actpd_memory_file(const char *name);

// The wall clock in nanoseconds since 1970, and the time since boot without suspends in nanoseconds.
int64_t actpd_wall_clock_nanoseconds(void);
int64_t actpd_uptime_nanoseconds(void);

// Processor time that the calling thread has used, in nanoseconds.
int64_t actpd_thread_time_nanoseconds(void);

#endif
