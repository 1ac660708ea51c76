"""Language codes: what every room has to agree on."""

# What Windows itself falls back to.
DEFAULT_LANGUAGE_CODE = "en-US"
# RFC 5646 section 4.4.1: no registered tag is longer.
LANGUAGE_CODE_LENGTH = 35
