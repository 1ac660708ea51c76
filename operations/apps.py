from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = "Group policy"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created
        from django.db.models.signals import post_migrate

        from operations import checks  # noqa: F401  (registers the system checks)
        from operations.audit.sinks import sinks
        from operations.audit.write_guard import watch
        from operations.odata.query.database_functions import give_functions
        from operations.services.access.groups import keep_groups_in_step

        # One that cannot be right stops the start, like every setting.
        sinks()
        post_migrate.connect(keep_groups_in_step, sender=self, dispatch_uid="keep_groups_in_step")
        connection_created.connect(give_functions, dispatch_uid="give_functions")
        connection_created.connect(watch, dispatch_uid="watch")
