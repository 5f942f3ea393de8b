// Linked in by `make sanitize` under ThreadSanitizer, and nowhere else.
//
// Synchronization.Mutex takes a free lock by an atomic exchange that is compiled into the caller, which ThreadSanitizer
// sees; a lock that is held is taken and given up in the Swift runtime, which is not instrumented. What one thread wrote
// before it gave the lock to a waiting one then looks like a race. These three stand before the runtime's functions of the
// same names, call them and tell ThreadSanitizer who waited for whom: no report has to be suppressed for it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

// Synchronization._MutexHandle._lockSlow(UInt32), ._tryLockSlow() -> Bool, ._unlockSlow()
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void actpd_lock_slow(uint32_t thread, SELF) __asm__(LOCK);
SWIFT bool actpd_try_lock_slow(SELF) __asm__(TRY);
SWIFT void actpd_unlock_slow(SELF) __asm__(UNLOCK);

// The runtime's own function. Another version of it may have other names: then nothing here is called either.
static void *own(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) abort();
    return function;
}

SWIFT void actpd_lock_slow(uint32_t thread, SELF) {
    static SWIFT void (*lock)(uint32_t, SELF);
    if (lock == NULL) lock = own(LOCK);
    lock(thread, self);
    __tsan_acquire(self);
}

SWIFT bool actpd_try_lock_slow(SELF) {
    static SWIFT bool (*try_lock)(SELF);
    if (try_lock == NULL) try_lock = own(TRY);
    bool is_ours = try_lock(self);
    if (is_ours) __tsan_acquire(self);
    return is_ours;
}

SWIFT void actpd_unlock_slow(SELF) {
    static SWIFT void (*unlock)(SELF);
    if (unlock == NULL) unlock = own(UNLOCK);
    __tsan_release(self);
    unlock(self);
}
