"""What stands around every request: its id, time zone and denial, probes and figures."""
