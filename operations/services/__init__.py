"""Every change of state: one verb a function, keyword-only, typed, atomic, with its audit event."""
