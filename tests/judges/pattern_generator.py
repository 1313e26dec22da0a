"""Makes random regular expressions and texts for judge_patterns.py."""

import random
from dataclasses import dataclass

# What the flag u takes. Each is a part of a pattern that may be repeated.
ATOMS = """
a b c k s S K z 1 9 _ - é ſ ß Ω ж 中 😀 / " , . . \\. \\d \\D \\w \\W \\s \\S \\t \\n \\v \\f \\r
\\0 \\x41 \\x0a \\xe9 \\u0041 \\u00e9 \\u2028 \\ud83d\\ude00 \\u{1F600} \\u{61} \\u{0000041} \\cJ \\ca
\\cM \\/ \\[ \\] \\{ \\} \\( \\) \\| \\* \\+ \\? \\^ \\$ \\\\ \\ud83d \\ude00 ab a1 (?:) ()
[abc] [^abc] [a-z] [^a-] [-a] [a-] [] [^] [\\d_] [^\\w] [\\W] [\\S\\d] [^\\S] [\\s\\S] [^\\s\\S]
[é-ü] [^é] [a\\-z] [\\b] [\\]] [^\\]] [\\^a] [a^] [^^] [+--] [.] [+*?] [|] [$] [(a)] [{}] [/]
[\\u0041-\\u005A] [\\ud83d\\ude00-\\ud83d\\ude4f] [😀-😅] [\\u{1F600}] [\\cJ] [\\0-\\x1f] [\\ud800-\\udfff]
[[a] [[:alpha:] [\\u2028-\\u2029] [^\\u0000-\\u{10ffff}] [K-ω] [k-s] [^K] [\\u212a] [\\ufeff] [^s] [^ſ]
\\p{L} \\P{L} \\p{Lu} \\P{Lu} \\p{Letter} \\p{Uppercase_Letter} \\p{gc=Nd} \\p{General_Category=N}
\\p{Script=Greek} \\p{sc=Grek} \\p{Script=Cyrillic} \\p{sc=Han} \\P{Script=Latin} \\p{Any} \\P{Any}
\\p{ASCII} \\P{ASCII} \\p{Assigned} \\p{ASCII_Hex_Digit} \\p{AHex} \\p{White_Space} \\p{space} \\p{LC}
\\p{C} \\p{Cn} \\p{Cs} \\p{Cf} \\p{Zs} \\p{Z} \\p{P} \\p{punct} \\p{S} \\p{Sc} \\p{M} \\p{Emoji}
\\p{Alphabetic} \\p{scx=Greek} \\p{Lowercase}
[\\p{L}\\d] [^\\p{L}] [\\P{L}] [^\\P{Lu}] [\\p{L}\\p{M}*'-] [\\p{Lu}\\p{Nd}_] [^\\p{ASCII}a]
""".split() + [" ", "[ ]", "[\\w ]"]

# What only annex B takes, with what the flag u takes in its stead.
ANNEX_B = {
    "\\-": "-",
    "\\_": "_",
    "\\@": "@",
    '\\"': '"',
    "\\'": "'",
    "\\:": ":",
    "\\ ": " ",
    "\\é": "é",
    "\\😀": "😀",
    "{": "\\{",
    "}": "\\}",
    "]": "\\]",
    "{}": "\\{\\}",
    "{a}": "\\{a\\}",
    "a{b": "a\\{b",
    "[\\_]": "[_]",
    "[\\@\\:]": "[@:]",
    "[\\w-.]": "[\\w\\-.]",
    "[a-\\d]": "[a\\-\\d]",
    "[\\d-x]": "[\\d\\-x]",
    "[\\w-\\s]": "[\\w\\-\\s]",
    "[a-z\\d-_]": "[a-z\\d\\-_]",
    "[^\\s-a]": "[^\\s\\-a]",
    "[\\p{L}-.]": "[\\p{L}\\-.]",
}

# What only other dialects know, and what is no pattern at all.
FOREIGN = """
\\A \\Z \\z \\Q \\E \\h \\R \\K \\G \\a \\e \\X \\C \\i \\m \\y \\101 \\07 \\1 \\2 \\8 \\x \\x4 \\x{41} \\u \\u12
\\u{} \\u{110000} \\u{61 \\c \\c1 \\pL \\PL \\p \\p{ \\p{} \\p{Foo} \\p{=L} \\p{^L} \\p{lu} \\p{Greek}
\\p{IsGreek} \\p{Alpha} \\p{Script} \\p{sc=Lu} \\p{gc=Greek} \\p{Script=greek} \\k \\k<n> \\k{n}
[[:alpha:]] [^]] [[:digit:]_] []a] [a-z&&[^b]] [\\A] [\\101] [\\1] [\\B] [\\c] [\\c_] [\\x4] [\\u] [z-a]
[\\d-a-z] [a [ [^ [b-a] [\\p{Foo}] (?i) (?m)a (?P<n>a) (?#a) (?>a) (?|a) (?'n'a) (?<n (?<> (?<1>a)
(?<n>a) (?<n>a)(?<n>b) (?<n>a)|(?<n>b) (?<$é_1>a) (?<\\u0061b>a) (?<n>a)\\k<n> (a)\\1 \\1(a) (?=a) (?!a)
(?<=a) (?<!a) (?=a)* (?<=a)* (?x:a) (?ii:a) (?-:a) (?:a ( ) a) *a +a ?a {2}a a** a++ a*+ a{2}{3}
a{2}+ a{2,1} a{,2} a{1-2} a{1 a{1, a{1,2 {1} ^* $+ \\b? (?i:a)* |* (*a) a{99999999999} a{0,99999999999}
""".split() + ["\\"]

ASSERTIONS = ["^", "$", "\\b", "\\B"]
QUANTIFIERS = "* + ? *? +? ?? {2} {0} {0,1} {1,3} {2,} {0,12} {3}? {02} {1,03} {0,0} {1,}?".split()
LONG_QUANTIFIERS = "{1,1001} {0,2048} {1,4096} {1001} {3,}".split()
GROUPS = ["(", "(", "(?:", "(?:", "(?<g{0}>"]
CHARACTERS = (
    "a b c k K s S z A Z 1 9 _ - . / { } ] [ é É ü ſ \u212a ß Ω ω Θ ϴ θ ж Ж ١ 中 😀 😃 \U0010ffff \u2028 \u2029"
    " \ufeff \u00a0 \u0085 \u180e \u200b \u3000 \u2003 @ : \" ' , + * ( | ^ $ \\ \u0345 ι \u1fbe µ μ ǅ ǆ"
    " \u0378 \U0001fae8 \U00011f02 € ́"
).split(" ") + [" ", "\n", "\r", "\t", "\v", "\f", "\b", "\0", "\x1f", "\x7f", "A", "a", "b", "1"]


@dataclass
class Made:
    """A pattern as written, and its twin, which means the same with the flag u."""

    written: str
    twin: str


class Generator:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.groups = 0
        self.faults = 0

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
        quantifiers = QUANTIFIERS
        if kind < 0.27 and depth > 0:
            self.groups += 1
            opening = self.one_of(GROUPS).format(self.groups)
            inner = self.choice(depth - 1)
            part = Made(f"{opening}{inner.written})", f"{opening}{inner.twin})")
        elif kind < 0.37 and self.annex_b:
            written = self.one_of(list(ANNEX_B))
            part = Made(written, ANNEX_B[written])
        elif kind < 0.47 and self.faults:
            written = self.one_of(FOREIGN)
            part = Made(written, written)
        else:
            atom = self.one_of(ATOMS)
            part = Made(atom, atom)
            if self.random.random() < 0.1:
                quantifiers = LONG_QUANTIFIERS
        if self.random.random() < 0.35:
            quantifier = self.one_of(quantifiers)
            # An annex B atom such as a{b is two terms, of which the last is repeated.
            part = Made(part.written + quantifier, part.twin + quantifier)
        return part

    def text(self) -> str:
        size = self.random.choice([0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12])
        # Texts of few different characters match more often.
        characters = CHARACTERS
        if self.random.random() < 0.6:
            characters = self.random.sample(CHARACTERS, self.random.randint(1, 4))
        return "".join(self.random.choices(characters, k=size))
