/* ioprio_get and ioprio_set have no function in the C library, and syscall is variadic, which Swift cannot call. */
#ifndef PPTRANSFER_CLINUX_SHIM_H
#define PPTRANSFER_CLINUX_SHIM_H
#if defined(__linux__)
/* syscall is declared for more than POSIX alone; without the library's own header here, the module does not depend on its order. */
#include <sys/syscall.h>
extern long syscall(long number, ...);

/* Of the calling thread: its class, 13 bits up, and its level within. -1 if the system does not say. */
static inline int clinux_io_priority(void) { return (int)syscall(SYS_ioprio_get, 1, 0); }
static inline int clinux_set_io_priority(int priority) { return (int)syscall(SYS_ioprio_set, 1, 0, priority); }
#else
static inline int clinux_io_priority(void) { return -1; }
static inline int clinux_set_io_priority(int priority) { return -1; }
#endif
#endif
