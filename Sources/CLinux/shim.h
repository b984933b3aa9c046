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
/* What is larger than 1 MiB comes from the system and goes back to it; left to itself, glibc keeps up to 32 MiB of each such piece for the
   next, in an arena for each thread. The numbers are those of M_MMAP_THRESHOLD, M_TRIM_THRESHOLD and M_ARENA_MAX. */
extern int mallopt(int parameter, int value);
static inline void clinux_keep_memory_small(void) { mallopt(-3, 1 << 20); mallopt(-1, 1 << 20); mallopt(-8, 2); }
#else
static inline void clinux_keep_memory_small(void) {}
static inline void clinux_give_memory_back(void) {}
#endif
#else
static inline void clinux_give_memory_back(void) {}
static inline void clinux_keep_memory_small(void) {}
static inline int clinux_io_priority(void) { return -1; }
static inline int clinux_set_io_priority(int priority) { return -1; }
#endif
#endif
