"""Where links of figures lead in this portal."""

from urllib.parse import urlencode

from django.urls import reverse

from operations.queries.tables import Link, Target

_LISTS = {
    Target.OPERATIONS: "admin:operations_grouppolicyoperation_changelist",
    Target.EVENTS: "admin:operations_auditevent_changelist",
    Target.FILES: "admin:operations_definitionfile_changelist",
    Target.CHECKPOINTS: "admin:trail-checkpoints",
}
_PAGES = {
    Target.OPERATION: "admin:operations_grouppolicyoperation_change",
    Target.EVENT: "admin:operations_auditevent_change",
    Target.FILE: "admin:operations_definitionfile_change",
}


def address(link: Link) -> str:
    """The path, with the filters as its query."""
    parameters = dict(link.parameters)
    if link.to in _LISTS:
        path = reverse(_LISTS[link.to])
    elif link.to is Target.BOARD:
        path = board_address(parameters.pop("id"))
    else:
        path = reverse(_PAGES[link.to], args=[parameters.pop("id")])
    return f"{path}?{urlencode(parameters)}" if parameters else path


def board_address(name: str) -> str:
    return reverse("overview") if name == "overview" else reverse("board", args=[name])
