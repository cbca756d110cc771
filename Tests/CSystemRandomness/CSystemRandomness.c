// Swift's SystemRandomNumberGenerator ends in one of two functions: swift_stdlib_random, where it was inlined into our
// code, and the C library's syscall, which the Swift runtime's own copy calls for getrandom(2). The dynamic linker prefers
// the definitions below; on threads that draw from no source of their own they do what the originals do.
//
// In C, because the Swift runtime itself calls syscall while it initialises Swift's globals.

#define _GNU_SOURCE
#include "CSystemRandomness.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <sys/syscall.h>

static __thread void (*source)(void *context, unsigned char *buffer, size_t count);
static __thread void *source_context;

void randomness_draw_from(void (*new_source)(void *, unsigned char *, size_t), void *context) {
    source = new_source;
    source_context = context;
}

// The definition that would have been used without ours. Threads may look it up at the same time; all find the same.
static void *next_definition(void **known, const char *name) {
    void *definition = __atomic_load_n(known, __ATOMIC_RELAXED);
    if (definition) return definition;
    definition = dlsym(RTLD_NEXT, name);
    __atomic_store_n(known, definition, __ATOMIC_RELAXED);
    return definition;
}

void swift_stdlib_random(void *buffer, size_t count) {
    if (source) {
        source(source_context, buffer, count);
        return;
    }
    static void *original;
    ((void (*)(void *, size_t))next_definition(&original, "swift_stdlib_random"))(buffer, count);
}

long syscall(long number, ...) {
    long a[6];
    va_list list;
    va_start(list, number);
    for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
    va_end(list);
    if (number == SYS_getrandom && source) {
        source(source_context, (unsigned char *)a[0], (size_t)a[1]);
        return a[1];
    }
    static void *original;
    long (*call)(long, ...) = (long (*)(long, ...))next_definition(&original, "syscall");
    return call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
