#include "arguments.h"

#include <stddef.h>

#if defined(__linux__)
#include <features.h>
#endif

#if defined(__GLIBC__)
static int argument_count = -1;
static char **argument_values;

/* glibc gives these to every constructor; musl does not. */
__attribute__((constructor)) static void take_arguments(int count, char **values, char **environment) {
    (void)environment;
    argument_count = count < 0 || values == NULL ? 0 : count;
    argument_values = values;
}

extern void _swift_stdlib_overrideUnsafeArgvArgc(char **values, int count) __attribute__((weak));

int clinux_argument_count(void) { return argument_count; }

const char *clinux_argument(int index) {
    return index >= 0 && index < argument_count ? argument_values[index] : NULL;
}

void clinux_adopt_arguments(void) {
    static char name[] = "pptransfer";
    static char *nameless[] = {name, NULL};
    if (argument_count < 0 || _swift_stdlib_overrideUnsafeArgvArgc == NULL) return;
    if (argument_count == 0 || argument_values[0] == NULL) {
        _swift_stdlib_overrideUnsafeArgvArgc(nameless, 1);
    } else {
        _swift_stdlib_overrideUnsafeArgvArgc(argument_values, argument_count);
    }
}
#else
int clinux_argument_count(void) { return -1; }
const char *clinux_argument(int index) {
    (void)index;
    return NULL;
}
void clinux_adopt_arguments(void) {}
#endif
