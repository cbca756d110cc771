#ifndef C_SYSTEM_RANDOMNESS_H
#define C_SYSTEM_RANDOMNESS_H

#include <stddef.h>

/// What this thread draws from the system comes from `source` from now on; NULL: from the system again.
void randomness_draw_from(void (*source)(void *context, unsigned char *buffer, size_t count), void *context);

#endif
