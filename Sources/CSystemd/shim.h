// libsystemd as it is. The variadic calls (sd_notifyf, sd_journal_send, sd_journal_print, sd_bus_call_method) do not import
// into Swift; sd_notify, sd_journal_sendv and sd_bus_get_property_trivial do, and are all that the Systemd target uses.
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
