"""Makes pairs of an event pattern and a record's value, for judge_filters.py."""

import json
import random
from collections.abc import Callable
from typing import Any

from json_parts import Members, Number, Pair, is_its_double, objects, scalars

NAMES = ["a", "b", "c", "d", "ab", "a-c", "", "\u00e9", "Z"]
STRINGS = [
    *["", "a", "b", "ab", "abc", "A", "aB", "ABC", "b c", "us-east-1", "null", "true", "300", "?"],
    *["\u00e9", "\u00c9", "\u00e9t\u00e9", "\u03c3", "\u03c2", "\u03a3", "\u0436", "\u0416"],
    *["\U0001f600", "a\U0001f600", "\u00df", "SS", "ss", "\ufb01", "\u017f", "S", "\u0130", "i"],
    *["\u0131", "I", "\u212a", "k", "\u01c5", "\u01c4", "\u01c6", "\U00010400", "\U00010428"],
    *['"', 'a"', '"a', "\\", "\\n", "\n", "\t", "/", "\u0000", "\u007f", "\u2028", "*", "a*"],
    *["10.0.0.1", "10.0.0.255", "::1", "0:0:0:0:0:0:0:1", "2001:DB8::1", "2001:db8::1", "12:34"],
]
NUMBERS = [
    *["0", "-0", "0.0", "-0.0", "0e5", "1", "1.0", "1e0", "1E+0", "2", "-1", "-1.0", "10", "100"],
    *["300", "300.0", "3e2", "3.0e2", "0.5", "5e-1", "0.1", "0.10", "0.3", "0.30000000000000004"],
    *["5000000000", "5e9", "5000000001", "-5000000001", "1795916178055", "1795916178055.5"],
    *["9007199254740991", "9007199254740992", "9007199254740993", "12345678901234567890"],
    *["18446744073709551616", "100000000000000000000", "123456.123456", "123456.1234567"],
    *["0.1000000000000000055511151231257827", "3.14159265358979323846", "1e308", "1e309", "-1e309"],
    *["1.7976931348623157e308", "2.2250738585072014e-308", "1e-400"],
]
RARE_NUMBERS = ["2e23", "1e23", "5e-324", "4.9e-324", "1e99999999999", "-1e-99999999999"]
OPERATORS = ["=", "<", "<=", ">", ">="]
RESERVED = ["prefix", "numeric", "exactly", "regex", "=", "date-after", "not-wildcard"]


ABSENT = Members([("exists", False)])
# With these values and rules event-ruler has its own ways, which chance would seldom find.
ODD: list[tuple[Any, Any]] = [
    ("a", [Members([("prefix", 'a"')])]),
    ("a", [Members([("suffix", '"a')])]),
    ("SS", [Members([("equals-ignore-case", "\u00df")])]),
    ("aFI", [Members([("equals-ignore-case", "A\ufb01")])]),
    ("??", [Members([("equals-ignore-case", "\U0001f600")])]),
    ("0:0:0:0:0:0:0:1", ["::1"]),
    ("2001:DB8::1", ["2001:db8::1"]),
    ("none", ["none", Members([("numeric", ["<=", Number("0")])]), "x"]),
    (
        [Members([("a", True)]), Members([("b", True)])],
        Members([("$or", [Members([("a", [True])]), Members([("c", [True])])]), ("b", [ABSENT])]),
    ),
    (
        Members([("d", [Members([("a", True)]), Members([("b", True)])])]),
        Members(
            [
                ("$or", [Members([("d", Members([("a", [True])]))]), Members([("c", [True])])]),
                ("d", Members([("b", [True])])),
            ]
        ),
    ),
    (Members([("a", Members([("b", True)]))]), Members([("a.b", [True])])),
]


class Pairs:
    """Makes the pairs, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def text(self, value: Any) -> str:
        """Writes JSON, with one escape or another."""
        if isinstance(value, Number):
            return str(value)
        if isinstance(value, Members):
            return "{" + ",".join(f"{self.text(k)}: {self.text(v)}" for k, v in value) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self.text, value)) + "]"
        if isinstance(value, str) and self.chance(0.05):
            units = value.encode("utf-16-be").hex(" ", 2).split()
            return '"' + "".join(f"\\u{unit}" for unit in units) + '"'
        return json.dumps(value, ensure_ascii=self.chance(0.5))

    def number(self) -> Number:
        kind = self.rng.randrange(10)
        if kind < 6:
            if self.chance(0.003):
                return Number(self.rng.choice(RARE_NUMBERS))
            return Number(self.rng.choice(NUMBERS))
        if kind < 8:
            return Number(self.rng.randint(-400, 400))
        if kind == 8:
            return Number(round(self.rng.uniform(-1e6, 1e6), self.rng.randrange(1, 12)))
        return Number(repr(self.rng.uniform(0, 1) * 10 ** self.rng.randint(-30, 30)))

    def string(self) -> str:
        text: str = self.rng.choice(STRINGS)
        return text + self.rng.choice(STRINGS) if self.chance(0.15) else text

    def scalar(self) -> Any:
        kind = self.rng.randrange(10)
        if kind < 4:
            return self.string()
        return self.number() if kind < 8 else self.rng.choice([None, True, False])

    def name(self) -> str:
        if self.chance(0.004):
            return self.rng.choice(["a.b", "a."])
        return self.rng.choice(NAMES[:5] if self.chance(0.8) else NAMES)

    def any_value(self, depth: int) -> Any:
        kind = self.rng.randrange(10)
        if depth == 0 or kind < 5:
            return self.scalar()
        if kind < 8:
            return self.object(depth - 1)
        element = self.object if self.chance(0.5) else self.any_value
        return [element(depth - 1) for _ in range(self.rng.randrange(4))]

    def object(self, depth: int) -> Members:
        names = {self.name(): None for _ in range(self.rng.randrange(5))}
        made = Members((name, self.any_value(depth)) for name in names)
        if made and self.chance(0.004):
            made.append((made[0][0], self.any_value(depth)))
        return made

    # Most rules for a field have to do with its value.

    def like(self, values: list[Any], kind: type, other: Callable[[], Any]) -> Any:
        """One of the values of this kind, or another one."""
        near = [value for value in values if type(value) is kind]
        return self.rng.choice(near) if near and self.chance(0.75) else other()

    def near_number(self, values: list[Any]) -> Number:
        number: Number = self.like(values, Number, self.number)
        if not is_its_double(number) and self.chance(0.95):  # Both would refuse many of these.
            number = Number(self.rng.choice(NUMBERS[:24]))
        if self.chance(0.1) and "e" not in number.lower():
            return Number(number + ("0" if "." in number else ".0"))
        return number

    def rule(self, values: list[Any]) -> Any:
        kind = self.rng.choices(
            [self.exact, self.of_text, self.anything_but, self.numeric, self.exists, self.unusual],
            [30, 25, 14, 20, 12, 1.5],
        )[0]
        return kind(values)

    def exact(self, values: list[Any]) -> Any:
        value = self.rng.choice(values) if values and self.chance(0.7) else self.scalar()
        return self.near_number([value]) if isinstance(value, Number) else value

    def of_text(self, values: list[Any]) -> Members:
        text = self.like(values, str, self.string)
        cut = self.rng.randint(0, len(text))
        name = self.rng.choice(["prefix", "suffix", "equals-ignore-case"])
        if name == "prefix":
            return Members([(name, text[:cut])])
        if name == "suffix":
            return Members([(name, text[cut:])])
        return Members([(name, self.rng.choice([text, text.upper(), text.lower(), text.title()]))])

    def anything_but(self, values: list[Any]) -> Members:
        if self.chance(0.5):
            several = [self.near_number(values) for _ in range(self.rng.randint(1, 3))]
        else:
            several = [self.like(values, str, self.string) for _ in range(self.rng.randint(1, 3))]
        return Members([("anything-but", several[0] if self.chance(0.3) else several)])

    def numeric(self, values: list[Any]) -> Members:
        low, high = self.near_number(values), self.near_number(values)
        if self.chance(0.6):
            terms = [self.rng.choice(OPERATORS), low]
        else:
            low, high = sorted((low, high), key=float)
            terms = [self.rng.choice([">", ">="]), low, self.rng.choice(["<", "<="]), high]
        return Members([("numeric", terms)])

    def exists(self, _values: list[Any]) -> Members:
        return Members([("exists", self.chance(0.5))])

    def unusual(self, values: list[Any]) -> Any:
        """What only EventBridge has, or nobody."""
        text, number = self.like(values, str, self.string), self.near_number(values)
        ignore_case = Members([("equals-ignore-case", text)])
        choices: list[tuple[str, Any]] = [
            *[("wildcard", "a*"), ("cidr", "10.0.0.0/8"), ("exactly", text), ("Prefix", text)],
            *[("prefix", ignore_case), ("suffix", ignore_case), ("anything-but", ignore_case)],
            *[("anything-but", Members([(name, text)])) for name in ("prefix", "wildcard")],
            *[("prefix", number), ("suffix", None), ("equals-ignore-case", [text])],
            *[("anything-but", [text, number]), ("anything-but", []), ("anything-but", [None])],
            *[("anything-but", True), ("exists", "true"), ("numeric", number)],
        ]
        numeric: list[Any] = [
            *[[], ["="], ["=", text], ["!=", number], ["<", number, ">", number]],
            *[["=", number, "<", number], [">", number, "<", number]],
        ]
        choices += [("numeric", terms) for terms in numeric]
        if self.chance(0.1):
            return [text]
        if self.chance(0.1):
            return Members([("prefix", text), ("suffix", text)][: self.rng.choice([0, 2])])
        return Members([self.rng.choice(choices)])

    def rules(self, values: list[Any]) -> list[Any]:
        if self.chance(0.003):
            return []
        return [self.rule(values) for _ in range(self.rng.choice([1, 1, 1, 2, 3]))]

    def field(self, near: list[Members], depth: int, reserved: bool) -> tuple[str, Any]:
        names = [name for members in near for name, _ in members]
        name = self.rng.choice(names) if names and self.chance(0.85) else self.name()
        if reserved and self.chance(0.03):
            name = self.rng.choice(RESERVED)
        values = [value for members in near for value in members.named(name)]
        inner = [member for value in values for member in objects(value)]
        if depth and self.chance(0.85 if inner else 0.08):
            return name, self.fields(inner, depth - 1, reserved)
        if self.chance(0.004):
            return name, self.scalar()
        return name, self.rules([scalar for value in values for scalar in scalars(value)])

    def fields(self, near: list[Members], depth: int, reserved: bool = False) -> Members:
        if self.chance(0.003):
            return Members()
        has_or = self.chance(0.12)
        count = self.rng.choice([0, 1, 1, 2] if has_or else [1, 1, 2, 3])
        made = Members(dict(self.field(near, depth, reserved) for _ in range(count)).items())
        if has_or:
            branches: list[Any] = [
                self.fields(near, depth, True) for _ in range(self.rng.choice([2, 2, 3]))
            ]
            if self.chance(0.02):
                branches = self.rng.choice([branches[:1], [*branches, None], []])
            made.insert(self.rng.randint(0, len(made)), ("$or", branches))
        if made and self.chance(0.003):
            made.append(self.field([Members(made)], 0, reserved))
        return made

    def pair(self) -> Pair:
        if self.chance(0.01):
            value, rules = self.rng.choice(ODD)
            return Pair(Members([("value", rules)]), value)
        if self.chance(0.12):
            text = self.string()
            return Pair(Members([("value", self.rules([text]))]), text)
        value = self.object(3)
        if self.chance(0.1):
            value = [self.any_value(3) for _ in range(self.rng.randrange(4))]
        pattern = Members([("value", self.fields(objects(value), 3))])
        if self.chance(0.005):
            if self.chance(0.3):
                branches = [pattern, Members([("value", self.rules([]))])]
                pattern = Members([("$or", branches)])
            else:
                pattern = Members([*pattern, (self.rng.choice(["key", "topic"]), ["a"])])
        return Pair(pattern, value)
