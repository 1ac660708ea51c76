from operations.management.portal_command import RefusedCommand


class Command(RefusedCommand):
    help = "Refused: fixtures go past the audit trail."
    instead = "Restore a backup with the database's own tools, or import templates with import_admx."
