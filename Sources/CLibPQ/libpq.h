// PostgreSQL's own client library, as the system installs it.
#include <libpq-fe.h>

#ifndef LIBPQ_HAS_PIPELINING
#error "libpq 14 or newer is needed (Debian 12 has 15)"
#endif
