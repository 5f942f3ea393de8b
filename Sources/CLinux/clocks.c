#include "CLinux.h"

#include <time.h>

static int64_t nanoseconds(clockid_t clock) {
    struct timespec time = {0};
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t actpd_wall_clock_nanoseconds(void) { return nanoseconds(CLOCK_REALTIME); }

int64_t actpd_thread_time_nanoseconds(void) { return nanoseconds(CLOCK_THREAD_CPUTIME_ID); }

int64_t actpd_uptime_nanoseconds(void) { return nanoseconds(CLOCK_MONOTONIC); }
