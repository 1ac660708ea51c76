"""Definition files, their versions and what they declare."""
