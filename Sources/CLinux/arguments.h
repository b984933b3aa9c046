/* The command line as the kernel gave it to the C library. Swift's runtime guesses instead, from /proc and from where the environment
   lies, and finds nothing once a library that was loaded before it has called setenv. */
#ifndef PPTRANSFER_CLINUX_ARGUMENTS_H
#define PPTRANSFER_CLINUX_ARGUMENTS_H

/* How many there are, the program's name included; -1 where the C library does not tell (it is not glibc). */
int clinux_argument_count(void);

/* The bytes of one of them, up to a NUL; NULL where there is none. */
const char *clinux_argument(int index);

/* Gives Swift's runtime the same arguments, at least a name, for whoever asks it (CommandLine). Call it before anybody has. */
void clinux_adopt_arguments(void);

#endif
