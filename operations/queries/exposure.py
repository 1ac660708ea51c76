"""What makes this installation less safe than it could be: said at the start, and to administrators on the boards."""

import os
from ipaddress import ip_address

from django.conf import settings

from operations.audit.sinks import leaves_this_machine

EVERY_HOST = "*"


def warnings() -> list[str]:
    """One sentence each, with what to do."""
    found = {
        "Anybody on the way reads passwords and tokens: the portal listens on a public address without TLS. "
        "Set TLS=1, or PORTAL_TLS=1 with a certificate or a trusted proxy.": _is_public() and not _is_encrypted(),
        "PORTAL_DEBUG=1 shows settings and code to anyone who causes an error. Leave it out.": settings.DEBUG,
        "PORTAL_ALLOWED_HOSTS=* serves any host name, also one that an attacker chose. Name your own.": EVERY_HOST
        in settings.ALLOWED_HOSTS,
        "The portal runs as root: anyone who breaks into it owns the machine. Run it as an account of its own.": (
            os.geteuid() == 0
        ),
        "No checkpoint leaves this machine: anyone who owns it can rewrite the audit trail unseen. "
        "Name a sink in PORTAL_AUDIT_SINKS.": not leaves_this_machine(),
    }
    return [sentence for sentence, is_so in found.items() if is_so]


def _is_encrypted() -> bool:
    return bool(settings.PORTAL_TLS_CERTIFICATE or settings.PORTAL_TLS)


def _is_public() -> bool:
    try:
        return not ip_address(settings.PORTAL_HOST.strip("[]")).is_loopback
    except ValueError:
        return settings.PORTAL_HOST != "localhost"
