"""Finding policies by any word people know of them."""

from django.db.models import QuerySet

from operations.models import DefinitionFile, Policy, Version

MOST_WORDS = 10


def search(policies: QuerySet[Policy], written: str) -> QuerySet[Policy]:
    """Those that hold all words, in a name, a text of any language, a registry key or a value name."""
    for word in written.casefold().split()[:MOST_WORDS]:
        policies = policies.filter(searchable__contains=word)
    return policies


def elsewhere(policy: Policy) -> QuerySet[Policy]:
    """Policies of the same name in other files."""
    same = Policy.objects.filter(name=policy.name).exclude(definition_file=policy.definition_file_id)
    return same.select_related("definition_file").only("name", "display_name", "definition_file__file_name")


def versions_with(policy: Policy) -> list[int]:
    """The numbers of the kept versions of its file that have this policy."""
    kept = Version.objects.filter(definition_file=policy.definition_file_id).order_by("number")
    return [number for number, names in kept.values_list("number", "policy_names") if policy.name in names]


def files_with_policies() -> QuerySet[DefinitionFile]:
    """The files in force, by name."""
    return DefinitionFile.in_force.filter(policy_count__gt=0).order_by("file_name", "id")
