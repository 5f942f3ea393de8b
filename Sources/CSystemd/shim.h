// libsystemd as it is. The variadic calls (sd_notifyf, sd_journal_send, sd_journal_print) do not import into Swift;
// sd_notify and sd_journal_sendv do, and are all that the Systemd target uses.
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
