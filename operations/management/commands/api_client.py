from argparse import ArgumentParser
from typing import Any

from operations.choices import Scope
from operations.errors import InvalidError
from operations.management.portal_command import PortalCommand
from operations.models import ApiClient
from operations.services.access import api_clients

VERBS = ("list", "disable", "enable", "delete", "set_scopes", "add_secret", "remove_secret", "revoke_tokens")


class Command(PortalCommand):
    help = "List API clients; disable, enable or delete one, change its scopes, rotate its secrets, revoke its tokens."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=VERBS)
        parser.add_argument("name", nargs="?", default="", help="the API client's name (for all but list)")
        parser.add_argument("--scope", action="append", choices=Scope.values, help="for set_scopes; may be repeated")
        parser.add_argument(
            "--days", type=int, default=api_clients.SECRET_DAYS, help="for add_secret: how long it lives (default: 365)"
        )
        parser.add_argument("--hint", help="for remove_secret: the first three characters of the secret")
        parser.add_argument("--reason", default="", help="kept in the audit trail")

    def run(self, **options: Any) -> None:
        if options["verb"] == "list":
            self.show_all()
            return
        client = api_clients.named(options["name"])
        acted: dict[str, Any] = {"by": self.actor, "client": client}
        why = {**acted, "reason": options["reason"]}
        match options["verb"]:
            case "disable":
                api_clients.disable_api_client(**why)
            case "enable":
                api_clients.enable_api_client(**why)
            case "delete":
                api_clients.delete_api_client(**why)
            case "set_scopes":
                api_clients.change_scopes(**why, scopes=options["scope"] or ())
            case "add_secret":
                secret = api_clients.add_secret(**acted, days=options["days"])
                self.stdout.write(f"client_id={client.client_id}\nclient_secret={secret}")
                self.stderr.write("The secret is stored hashed and cannot be shown again.")
            case "remove_secret":
                api_clients.remove_secret(**why, secret_id=self.secret_with(client, options["hint"] or ""))
            case "revoke_tokens":
                count = api_clients.revoke_tokens(**why)
                self.stdout.write(f"Revoked {count} tokens. The client can get new ones: disable it to stop it.")

    def show_all(self) -> None:
        for client in ApiClient.objects.order_by("name").prefetch_related("secrets"):
            state = "enabled" if client.is_active else "disabled"
            secrets = ", ".join(f"{secret} until {secret.end_date_time:%Y-%m-%d}" for secret in client.secrets.all())
            self.stdout.write(f"{client.name}: {state}; {', '.join(client.scopes)}; secrets: {secrets or 'none'}")

    def secret_with(self, client: ApiClient, hint: str) -> int:
        found = list(client.secrets.filter(hint=hint).values_list("pk", flat=True))
        if len(found) != 1:
            known = ", ".join(secret.hint for secret in client.secrets.order_by("pk")) or "none"
            raise InvalidError(f"Name one secret by its first three characters. {client.name} has: {known}.")
        return int(found[0])
