// libpq as it is: what the stand-in of PostgREST in the test support speaks to a real PostgreSQL with.
#include <libpq-fe.h>
