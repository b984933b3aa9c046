/* The numbers are the kernel's own and stay as they are; its headers would bring types that Swift knows from the C library already. */
#ifndef PPTRANSFER_CLINUX_PRIVACY_H
#define PPTRANSFER_CLINUX_PRIVACY_H
#if defined(__linux__)
#include "shim.h"

/* No core dump, neither as a file (RLIMIT_CORE) nor into a program that collects them (PR_SET_DUMPABLE), and no other process of this
   user's may read the memory. A program that is executed starts afresh, but keeps the limit. */
static inline void clinux_keep_memory_private(void) {
    unsigned long long none[2] = {0, 0};
    syscall(SYS_prctl, 4L, 0L, 0L, 0L, 0L);
    syscall(SYS_prlimit64, 0L, 4L, none, (void *)0);
}
#else
static inline void clinux_keep_memory_private(void) {}
#endif
#endif
