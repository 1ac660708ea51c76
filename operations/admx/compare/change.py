"""One difference."""

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What happened. `moved` is another parent category; `renamed` occurs only in the view Difference.renamed."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    RENAMED = "renamed"


class Subject(StrEnum):
    """What it happened to. Texts are of policies, categories and all else that has a name."""

    REVISION = "revision"
    NAMESPACE = "namespace"
    LANGUAGE = "language"
    TEMPLATE = "template"
    PRODUCT = "product"
    SUPPORTED_ON = "supportedOn"
    CATEGORY = "category"
    POLICY = "policy"
    ELEMENT = "element"
    PRESENTATION = "presentation"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; None for `old` or `new` is nothing at all, unlike "".

    `name` is the policy, as `Name [Machine]`; "" outside policies. `item` is what it is about besides: an element's
    id, a control's refId, the name of a category, namespace or language. Texts of what is no policy have an
    attribute such as `category.displayName`. A removed policy says in `new` what became of it where that is certain,
    an added one in `old` what it was: `attribute` is then `class` or `name`; so do elements and categories.
    """

    kind: ChangeKind
    subject: Subject
    name: str = ""
    item: str = ""
    language_code: str = ""
    attribute: str = ""
    old: str | None = None
    new: str | None = None
    is_breaking: bool = False
