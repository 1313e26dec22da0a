"""Makes random regular expressions and texts for judge_patterns.py.

pattern_parts.json has what they are made of. "atoms" are for the flag u. "annex_b" has what only
annex B takes, with what the flag u takes in its stead. "foreign" has what only other dialects know,
what is not enforced, and what is no pattern at all.
"""

import json
import random
from dataclasses import dataclass
from pathlib import Path

PARTS = json.loads((Path(__file__).parent / "pattern_parts.json").read_text())
ANNEX_B: dict[str, str] = PARTS["annex_b"]
CHARACTERS: list[str] = PARTS["characters"]
ASSERTIONS = ["^", "$", "\\b", "\\B"]
GROUPS = ["(", "(", "(?:", "(?:", "(?<g{0}>"]


@dataclass
class Made:
    """A pattern as written, and its twin, which means the same with the flag u."""

    written: str
    twin: str


class Generator:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.groups = 0
        self.faults = False
        self.annex_b = False

    def one_of(self, options: list[str]) -> str:
        return self.random.choice(options)

    def pattern(self) -> Made:
        self.groups = 0
        # Few patterns have what no reader takes, and few what only annex B does.
        self.faults = self.random.random() < 0.2
        self.annex_b = self.random.random() < 0.25
        return self.choice(2)

    def choice(self, depth: int) -> Made:
        made = self.sequence(depth)
        while self.random.random() < 0.15:
            other = self.sequence(depth)
            made = Made(f"{made.written}|{other.written}", f"{made.twin}|{other.twin}")
        return made

    def sequence(self, depth: int) -> Made:
        written, twin = "", ""
        for _ in range(self.random.choice([0, 1, 1, 1, 2, 2, 2, 3, 3, 4])):
            part = self.term(depth)
            written += part.written
            twin += part.twin
        return Made(written, twin)

    def term(self, depth: int) -> Made:
        kind = self.random.random()
        if kind < 0.12:
            one = self.one_of(ASSERTIONS)
            return Made(one, one)
        quantifiers = PARTS["quantifiers"]
        if kind < 0.27 and depth > 0:
            self.groups += 1
            opening = self.one_of(GROUPS).format(self.groups)
            inner = self.choice(depth - 1)
            part = Made(f"{opening}{inner.written})", f"{opening}{inner.twin})")
        elif kind < 0.37 and self.annex_b:
            written = self.one_of(list(ANNEX_B))
            part = Made(written, ANNEX_B[written])
        elif kind < 0.47 and self.faults:
            written = self.one_of(PARTS["foreign"])
            part = Made(written, written)
        else:
            atom = self.one_of(PARTS["atoms"])
            part = Made(atom, atom)
            if self.random.random() < 0.1:
                quantifiers = PARTS["long_quantifiers"]
        if self.random.random() < 0.35:
            quantifier = self.one_of(quantifiers)
            part = Made(part.written + quantifier, part.twin + quantifier)
        return part

    def text(self) -> str:
        size = self.random.choice([0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12])
        # Texts of few different characters match more often.
        characters = CHARACTERS
        if self.random.random() < 0.6:
            characters = self.random.sample(CHARACTERS, self.random.randint(1, 4))
        return "".join(self.random.choices(characters, k=size))
