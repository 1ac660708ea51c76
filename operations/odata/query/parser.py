"""From tokens to the syntax tree, by recursive descent within limits."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

from operations.odata.query.ast import (
    Call,
    Comparison,
    Literal,
    Logical,
    Membership,
    Negation,
    Node,
    Path,
    Quantified,
    ValueKind,
)
from operations.odata.query.functions import FUNCTIONS
from operations.odata.query.lexer import Token, refused, shortened, tokens

COMPARISONS = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})
MOST_NODES, DEEPEST, MOST_ITEMS, DEEPEST_LAMBDA = 200, 30, 200, 3
_DATE_TIME_FORM = "yyyy-mm-ddThh:mm:ss('.'s+)?(zzzzzz)?"
_RESERVED = frozenset({"and", "or", "not", "in", "has", *COMPARISONS})


def parse_filter(text: str) -> Node:
    """Raises ODataError 400 naming what is wrong and where."""
    return _Parser(text, "$filter").whole()


def parse_orderby(text: str) -> list[tuple[Path, bool]]:
    """The paths of $orderby, each with whether it descends. Raises ODataError 400."""
    return _Parser(text, "$orderby").order()


class _Parser:
    def __init__(self, text: str, option: str) -> None:
        self._option = option
        self._tokens = tokens(text, option)
        self._next = 0
        self._nodes = 0
        self._depth = 0
        self._lambdas = 0

    def whole(self) -> Node:
        node = self._either()
        if self._token.kind != "end":
            raise self._unexpected()
        return node

    def order(self) -> list[tuple[Path, bool]]:
        keys: list[tuple[Path, bool]] = []
        while True:
            path = self._path_only()
            word = self._token.text.lower() if self._token.kind == "name" else ""
            if word in {"asc", "desc"}:
                self._take()
            keys.append((path, word == "desc"))
            if self._token.kind == "end":
                return keys
            self._expect(",")

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._token
        self._next += 1
        return token

    def _is_mark(self, mark: str) -> bool:
        return self._token.kind == "mark" and self._token.text == mark

    def _is_word(self, *words: str) -> bool:
        return self._token.kind == "name" and self._token.text.lower() in words

    def _expect(self, mark: str) -> None:
        if not self._is_mark(mark):
            raise self._unexpected(f"'{mark}' is expected")
        self._take()

    def _unexpected(self, hint: str = "") -> Exception:
        token = self._token
        told = f"unexpected '{shortened(token.text)}'" if token.kind != "end" else "it ends too early"
        return refused(self._option, f"{told}{f': {hint}' if hint else ''}.", token.position)

    def _counted(self) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise refused(self._option, f"it has more than {MOST_NODES} parts.", self._token.position)

    def _either(self) -> Node:
        return self._joined("or", self._both)

    def _both(self) -> Node:
        return self._joined("and", self._comparison)

    def _joined(self, word: str, part: Callable[[], Node]) -> Node:
        operands = [part()]
        position = self._token.position
        while self._is_word(word):
            self._take()
            self._counted()
            operands.append(part())
        return operands[0] if len(operands) == 1 else Logical(word, tuple(operands), position)

    def _comparison(self) -> Node:
        left = self._unary()
        while self._token.kind == "name" and self._token.text.lower() in COMPARISONS | {"in", "has"}:
            word = self._token.text.lower()
            position = self._take().position
            self._counted()
            if word == "has":
                raise refused(self._option, "'has' needs a flags enumeration, and there is none here.", position)
            left = (
                Membership(left, self._items(), position)
                if word == "in"
                else Comparison(word, left, self._unary(), position)
            )
        return left

    def _unary(self) -> Node:
        if not self._is_word("not"):
            return self._primary()
        position = self._take().position
        self._counted()
        self._deeper()
        operand = self._unary()
        self._depth -= 1
        return Negation(operand, position)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise refused(self._option, f"it is nested more than {DEEPEST} deep.", self._token.position)

    def _primary(self) -> Node:
        self._counted()
        if self._is_mark("("):
            self._deeper()
            self._take()
            node = self._either()
            self._expect(")")
            self._depth -= 1
            return node
        if self._token.kind == "name":
            return self._named()
        return self._literal()

    def _items(self) -> tuple[Literal, ...]:
        self._expect("(")
        items: list[Literal] = []
        while True:
            if self._token.kind == "name" and self._token.text.lower() not in {"null", "true", "false"}:
                token = self._take()
                items.append(Literal(ValueKind.ENUM, ("", token.text), token.text, token.position))
            else:
                items.append(self._literal())
            if len(items) > MOST_ITEMS:
                raise refused(self._option, f"'in' takes {MOST_ITEMS} items at most.", self._token.position)
            if self._is_mark(")"):
                self._take()
                return tuple(items)
            self._expect(",")

    def _named(self) -> Node:
        token = self._token
        word = token.text.lower()
        if word in {"null", "true", "false"}:
            return self._literal()
        after = self._tokens[self._next + 1]
        if after.kind == "mark" and after.text == "(":
            return self._call()
        if word in _RESERVED:
            raise self._unexpected("a property or a value is expected")
        return self._path()

    def _call(self) -> Node:
        token = self._take()
        name = token.text.lower()
        if name not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            raise refused(
                self._option, f"there is no function '{shortened(token.text)}'. There are: {known}.", token.position
            )
        self._expect("(")
        self._deeper()
        arguments: list[Node] = []
        while not self._is_mark(")"):
            if arguments:
                self._expect(",")
            arguments.append(self._unary())
        self._take()
        self._depth -= 1
        wanted = len(FUNCTIONS[name].takes)
        if len(arguments) != wanted:
            raise refused(self._option, f"'{name}' takes {wanted} arguments, not {len(arguments)}.", token.position)
        return Call(name, tuple(arguments), token.position)

    def _path_only(self) -> Path:
        if self._token.kind != "name":
            raise self._unexpected("a property is expected")
        position = self._token.position
        names = [self._take().text]
        while self._is_mark("/"):
            self._take()
            if self._token.kind != "name":
                raise self._unexpected("a name is expected")
            names.append(self._take().text)
        return Path(tuple(names), position)

    def _path(self) -> Node:
        position = self._token.position
        names = [self._take().text]
        while self._is_mark("/"):
            self._take()
            if self._token.kind != "name":
                raise self._unexpected("a name is expected")
            after = self._tokens[self._next + 1]
            if after.kind == "mark" and after.text == "(":
                return self._quantified(Path(tuple(names), position))
            names.append(self._take().text)
        return Path(tuple(names), position)

    def _quantified(self, path: Path) -> Node:
        token = self._take()
        operator = token.text.lower()
        if operator not in {"any", "all"}:
            raise refused(self._option, f"'{shortened(token.text)}' is neither any nor all.", token.position)
        self._expect("(")
        if self._is_mark(")"):
            if operator == "all":
                raise self._unexpected("'all' needs a condition, such as x:x/name eq 'a'")
            self._take()
            return Quantified(path, operator, "", None, token.position)
        if self._token.kind != "name":
            raise self._unexpected("a variable is expected")
        variable = self._take().text
        self._expect(":")
        self._lambdas += 1
        if self._lambdas > DEEPEST_LAMBDA:
            raise refused(self._option, f"any and all are nested more than {DEEPEST_LAMBDA} deep.", token.position)
        self._deeper()
        body = self._either()
        self._expect(")")
        self._depth -= 1
        self._lambdas -= 1
        return Quantified(path, operator, variable, body, token.position)

    def _literal(self) -> Literal:
        token = self._token
        match token.kind:
            case "string":
                value = self._text(token.text[1:-1], token.position)
                literal = Literal(ValueKind.STRING, value, token.text, token.position)
            case "enum":
                name, _, member = token.text.partition("'")
                member = self._text(member[:-1], token.position)
                literal = Literal(ValueKind.ENUM, (name, member), token.text, token.position)
            case "guid":
                literal = Literal(ValueKind.GUID, UUID(token.text), token.text, token.position)
            case "date_time":
                literal = Literal(ValueKind.DATE_TIME, self._date_time(token), token.text, token.position)
            case "date":
                literal = Literal(ValueKind.DATE, self._date(token), token.text, token.position)
            case "number":
                literal = Literal(ValueKind.NUMBER, self._number(token), token.text, token.position)
            case "name" if token.text.lower() == "null":
                literal = Literal(ValueKind.NULL, None, token.text, token.position)
            case "name" if token.text.lower() in {"true", "false"}:
                literal = Literal(ValueKind.BOOLEAN, token.text.lower() == "true", token.text, token.position)
            case _:
                raise self._unexpected("a property or a value is expected")
        self._take()
        return literal

    def _text(self, quoted: str, position: int) -> str:
        text = quoted.replace("''", "'")
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise refused(
                self._option,
                "the string contains characters that are not text (NUL or half a surrogate pair).",
                position,
            )
        return text

    def _date_time(self, token: Token) -> datetime:
        try:
            value = datetime.fromisoformat(_six_digits(token.text))
            return value.astimezone(UTC) if value.tzinfo else self._no_date_time(token)
        except (ValueError, OverflowError):
            return self._no_date_time(token)

    def _no_date_time(self, token: Token) -> datetime:
        raise refused(
            self._option,
            f"The DateTimeOffset text '{shortened(token.text)}' should be in format '{_DATE_TIME_FORM}' "
            "and each field value is within valid range.",
            token.position,
        )

    def _date(self, token: Token) -> date:
        try:
            return date.fromisoformat(token.text)
        except ValueError:
            raise refused(self._option, f"'{token.text}' is not a date.", token.position) from None

    def _number(self, token: Token) -> int:
        if "." in token.text:
            raise refused(self._option, f"'{token.text}': only whole numbers are compared here.", token.position)
        # Longer ones are never converted: that alone would cost time.
        value = int(token.text) if len(token.text) <= 20 else 2**63
        if not -(2**63) <= value < 2**63:
            raise refused(self._option, f"'{shortened(token.text)}' is not an Int64.", token.position)
        return value


def _six_digits(text: str) -> str:
    """Graph writes up to seven digits of a second; a microsecond is the finest that is kept."""
    head, dot, rest = text.upper().partition(".")
    if not dot:
        return head
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{head}.{digits[:6].ljust(6, '0')}{rest[len(digits) :]}"
