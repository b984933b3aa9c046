/* ioprio_get and ioprio_set have no function in the C library, and syscall is variadic, which Swift cannot call. */
#ifndef PPTRANSFER_CLINUX_SHIM_H
#define PPTRANSFER_CLINUX_SHIM_H
#if defined(__linux__)
/* syscall is declared for more than POSIX alone; without the library's own header here, the module does not depend on its order. */
#include <features.h>
#include <sys/syscall.h>
extern long syscall(long number, ...);

/* Of the calling thread: its class, 13 bits up, and its level within. -1 if the system does not say. */
static inline int clinux_io_priority(void) { return (int)syscall(SYS_ioprio_get, 1, 0); }
static inline int clinux_set_io_priority(int priority) { return (int)syscall(SYS_ioprio_set, 1, 0, priority); }
#if defined(__GLIBC__)
/* Of all threads' freed memory, what is whole pages goes back to the system. */
extern int malloc_trim(unsigned long);
static inline void clinux_give_memory_back(void) { malloc_trim(0); }
#else
static inline void clinux_give_memory_back(void) {}
#endif
#else
static inline void clinux_give_memory_back(void) {}
static inline int clinux_io_priority(void) { return -1; }
static inline int clinux_set_io_priority(int priority) { return -1; }
#endif
#endif
