"""Random filters with what they mean in plain Python: true, false or None for null."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, Any]
Truth = bool | None
BEGIN = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
TEXTS = [None, "", "a", "A", "ab", "b a", "it's", "Ä", "ä", "ß", "%", "_", "zz", "😀", "a\nb"]
STATUSES = ["unknown", "inProgress", "success", "failed"]
TYPES = [
    "none", "upload", "uploadNewVersion", "addLanguageFiles", "removeLanguageFiles", "updateLanguageFiles", "remove",
]  # fmt: skip
ENUMS = {"operationStatus": STATUSES, "operationType": TYPES}
OPERATORS = ["eq", "ne", "gt", "ge", "lt", "le"]


@dataclass(frozen=True)
class Random:
    """A text, and what it is for a row."""

    text: str
    of: Callable[[Row], Any]


class Generator:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def condition(self, depth: int) -> Random:
        kind = self.random.choice(["leaf", "leaf", "and", "or", "not", "compared"]) if depth else "leaf"
        if kind == "leaf":
            return self.leaf()
        first = self.condition(depth - 1)
        if kind == "not":
            return Random(f"{self.word('not')} ({first.text})", lambda row: negation(first.of(row)))
        if kind == "compared":
            wanted = self.random.choice([True, False, None])
            operator = self.random.choice(["eq", "ne"])
            literal = {True: "true", False: "false", None: "null"}[wanted]
            return Random(
                f"({first.text}) {self.word(operator)} {literal}",
                lambda row: (first.of(row) is wanted) is (operator == "eq"),
            )
        second = self.condition(depth - 1)
        join = conjunction if kind == "and" else disjunction
        return Random(
            f"({first.text}) {self.word(kind)} ({second.text})", lambda row: join(first.of(row), second.of(row))
        )

    def leaf(self) -> Random:
        made = [self.texts, self.texts, self.enums, self.moments, self.found, self.members, self.numbers]
        return self.random.choice(made)()

    def texts(self) -> Random:
        left, right = self.text_value(), self.text_value()
        return self.compared(left, right)

    def numbers(self) -> Random:
        if self.random.random() < 0.5:
            text = self.text_value()
            left = Random(f"length({text.text})", lambda row: None if text.of(row) is None else len(text.of(row)))
        else:
            name = self.random.choice(["year", "month", "day", "hour", "minute"])
            left = Random(f"{name}(lastModifiedDateTime)", lambda row: getattr(row["lastModifiedDateTime"], name))
        number = self.random.choice([0, 1, 2, 3, 23, 31, 2026, -5])
        return self.compared(left, Random(str(number), lambda row: number))

    def found(self) -> Random:
        name = self.random.choice(["contains", "startswith", "endswith"])
        text, part = self.text_value(), self.text_value()

        def of(row: Row) -> Truth:
            whole, wanted = text.of(row), part.of(row)
            if whole is None or wanted is None:
                return None
            return bool(
                {
                    "contains": wanted in whole,
                    "startswith": whole.startswith(wanted),
                    "endswith": whole.endswith(wanted),
                }[name]
            )

        return Random(f"{self.word(name)}({text.text},{part.text})", of)

    def text_value(self) -> Random:
        choice = self.random.random()
        if choice < 0.55:
            return Random(self.word("statusDetails"), lambda row: row["statusDetails"])
        if choice < 0.75:
            name, convert = self.random.choice([("tolower", str.lower), ("toupper", str.upper)])
            inside = self.text_value()
            return Random(
                f"{name}({inside.text})", lambda row: None if inside.of(row) is None else convert(inside.of(row))
            )
        value = self.random.choice(TEXTS)
        return Random("null" if value is None else "'" + value.replace("'", "''") + "'", lambda row: value)

    def enums(self) -> Random:
        name = self.random.choice(list(ENUMS))
        members = ENUMS[name]
        wanted = self.random.choice(members)
        written = self.random.choice(
            [f"'{wanted}'", wanted.upper(), f"microsoft.graph.groupPolicy{name[0].upper()}{name[1:]}'{wanted}'"]
        )
        return self.compared(
            Random(name, lambda row: members.index(row[name])), Random(written, lambda row: members.index(wanted))
        )

    def members(self) -> Random:
        wanted = self.random.sample(STATUSES, self.random.randint(1, 3))
        text = ",".join(f"'{one}'" for one in wanted)
        return Random(f"operationStatus {self.word('in')} ({text})", lambda row: row["operationStatus"] in wanted)

    def moments(self) -> Random:
        moment = BEGIN + timedelta(minutes=self.random.randint(-3, 3) * 20)
        if self.random.random() < 0.3:
            return self.compared(
                Random("date(lastModifiedDateTime)", lambda row: row["lastModifiedDateTime"].date()),
                Random(moment.date().isoformat(), lambda row: moment.date()),
            )
        written = self.random.choice([moment.isoformat(), moment.isoformat().replace("+00:00", "Z")])
        return self.compared(
            Random("lastModifiedDateTime", lambda row: row["lastModifiedDateTime"]), Random(written, lambda row: moment)
        )

    def compared(self, left: Random, right: Random) -> Random:
        operator = self.random.choice(OPERATORS)
        if self.random.random() < 0.2:
            left, right = right, left
        blank = self.random.choice([" ", "  ", "\t"])
        return Random(
            f"{left.text}{blank}{self.word(operator)} {right.text}",
            lambda row: comparison(operator, left.of(row), right.of(row)),
        )

    def word(self, word: str) -> str:
        return self.random.choice([word, word, word.upper()])


def comparison(operator: str, left: Any, right: Any) -> bool:
    if operator in {"eq", "ne"}:
        return (left == right) is (operator == "eq")
    if left is None or right is None:
        return left is right and operator in {"ge", "le"}
    return bool({"gt": left > right, "ge": left >= right, "lt": left < right, "le": left <= right}[operator])


def negation(truth: Truth) -> Truth:
    return None if truth is None else not truth


def conjunction(left: Truth, right: Truth) -> Truth:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def disjunction(left: Truth, right: Truth) -> Truth:
    return negation(conjunction(negation(left), negation(right)))
