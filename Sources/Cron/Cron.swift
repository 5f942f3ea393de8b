// Cron expressions and their next instants; the pieces follow.
