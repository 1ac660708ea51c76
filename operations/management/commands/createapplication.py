from operations.management.portal_command import RefusedCommand


class Command(RefusedCommand):
    help = "Refused: use create_api_client."
    instead = "Use manage.py create_api_client."
