"""Tells a sentence from a phrase by whether its main clause has a verb.

It is a heuristic that stays silent in doubt. english.txt has the words that it knows.
"""

from __future__ import annotations

import re
from pathlib import Path


def read_words(text: str) -> dict[str, set[str]]:
    """Returns the sections of english.txt."""
    sections: dict[str, set[str]] = {}
    name = ""
    for line in text.splitlines():
        if header := re.fullmatch(r"\[(.+)\]", line):
            name = header[1]
            sections[name] = set()
        elif line and not line.startswith("#"):
            sections[name].update(line.split())
    return sections


def third_person(verb: str) -> str:
    """Returns the form that follows "it"."""
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ies"
    return verb + ("es" if re.search(r"(?:s|x|z|ch|sh|[^aeo]o)$", verb) else "s")


WORDS = read_words(Path(__file__).with_name("english.txt").read_text(encoding="utf-8"))
VERBS, VERBS_OR_NOUNS = WORDS["verbs"], WORDS["verbs-or-nouns"]
VERBS_S = {third_person(verb) for verb in VERBS}
VERBS_OR_NOUNS_S = {third_person(verb) for verb in VERBS_OR_NOUNS}
FINITE = WORDS["finite"]
# A comment may begin with one of these, too: "Cannot fail."
FIRST_VERBS = {"is", "are", "was", "has", "does", "may", "must", "can", "cannot", "will"}
FIRST_VERBS |= {"do", "don't", "be", "have"}
# These words stand for code and quotations.
CODE, QUOTE = "CODE", "QUOTE"
# These verbs look like their participles.
PARTICIPLES = {"let", "put", "shut", "become", "come", "read", "set", "cut", "split"}
AFTER_PARTICIPLES = {"if", "when", "by", "only", "from", "in", "at", "before", "after", "once", ""}
PLURAL = {"are", "do", "have", "were"}
PAST_WITH = {"with", "that", "when", "because"}
QUANTITIES = {",", "first", "last", "one", "other", "some", "many", "more"}


def words_of(text: str) -> list[str]:
    """Returns the words; "," separates clauses, and code and quotations are one word each."""
    text = re.sub(r"`[^`]*`", f" {CODE} ", text)
    text = re.sub(r'"(?:\\.|[^"\\])*"', f" {QUOTE} ", text)
    text = re.sub(r"'(?:\\.|[^'\\]){1,3}'", f" {QUOTE} ", text)
    text = re.sub(r"\b[\w:.]+\([\w, ]*\)", f" {CODE} ", text)
    text = re.sub(r"\([^()]*\)", " ", text)
    words = []
    for token in re.findall(r"[^\s,;:()—]+|[,;:()—]", text):
        word = "," if token in ",;:()—" else token.strip(".?!…\"'")
        if word:
            # An identifier, a path or a number is code.
            is_code = re.search(r"[\d_/<>=*&+.\\{}\[\]|$]|[a-z][A-Z]", word)
            words.append(CODE if is_code else word)
    return words


class Clause:
    """The words of one sentence."""

    def __init__(self, text: str) -> None:
        self.words = words_of(text)
        while self.words and self.words[0] == ",":
            self.words.pop(0)

    def low(self, place: int) -> str:
        """Returns the word in small letters; beyond the ends, nothing."""
        return self.words[place].lower() if 0 <= place < len(self.words) else ""

    def starts_object(self, place: int) -> bool:
        return self.low(place) in WORDS["objects"] or self.low(place) == CODE.lower()

    def follows_verb(self, place: int) -> bool:
        word = self.low(place)
        return word in WORDS["after-verbs"] or word in {CODE.lower(), QUOTE.lower(), "", ","}

    def is_verb(self, place: int) -> bool:
        """Whether the word may be a finite verb, whose subject stands before it."""
        word, before, after = self.low(place), self.low(place - 1), self.low(place + 1)
        if word in FINITE or word in VERBS_S or word.endswith("n't"):
            return True
        if word == "need" and after == "not":
            return True
        if before == CODE.lower() and word in VERBS | VERBS_OR_NOUNS_S:
            return True
        if before == CODE.lower() and word in VERBS_OR_NOUNS and self.starts_object(place + 1):
            return True
        if before in {"to", "not"} and word not in VERBS_OR_NOUNS_S:
            return False
        if before in WORDS["pronouns"]:
            return word in VERBS | VERBS_OR_NOUNS | VERBS_OR_NOUNS_S or word.endswith("ed")
        possessive = before.endswith(("'s", "s'"))
        subject = before not in WORDS["before-nouns"] and before != "," and not possessive
        if word in VERBS:
            # "may go": the verb is "may".
            adverb = before in {"not", "never", "also", "only"} or before.endswith("ly")
            if before in FINITE or (adverb and self.low(place - 2) in FINITE):
                return False
            object_follows = subject and after != "" and self.follows_verb(place + 1)
            return before.endswith("s") or before in {"who", "that", "which"} or object_follows
        if word in VERBS_OR_NOUNS_S:
            follows = self.follows_verb(place + 1) or not self.words[place + 1].islower()
            return (subject or before in QUANTITIES) and follows
        if word in VERBS_OR_NOUNS:
            # "The functions measure parameters" has a verb, "the functions measure of …" has none.
            followed = after not in WORDS["after-nouns"] or self.follows_verb(place + 1)
            follows = before.endswith("s") and not before.endswith("ss") and followed
            return subject and (after == "as" or follows or self.starts_object(place + 1))
        past = word.endswith("ed") and (self.starts_object(place + 1) or after in PAST_WITH)
        return subject and past

    def begins_with_verb(self) -> bool:
        """Whether the sentence is an order, or of the form "Returns …"."""
        place = 0
        adverbs = {"never", "always", "not", "also", "then", "only"}
        while place + 1 < len(self.words) and (
            self.low(place) in adverbs or self.low(place).endswith("ly")
        ):
            place += 1
        word, after = self.low(place), self.low(place + 1)
        if word in FIRST_VERBS or word in VERBS_S:
            return True
        if word in VERBS:
            # "Set if …" has a participle.
            return not (word in PARTICIPLES and after in AFTER_PARTICIPLES)
        if word in VERBS_OR_NOUNS_S:
            noun = after in WORDS["after-nouns"] or after in {"", ","}
            return not noun or (after == "that" and word in WORDS["verbs-before-that"])
        return word in VERBS_OR_NOUNS and self.starts_object(place + 1)

    def opens_clause(self, place: int) -> bool:
        """Whether a subordinate clause begins here, which has a verb of its own."""
        word, before, after = self.low(place), self.low(place - 1), self.low(place + 1)
        if word not in WORDS["subordinate"]:
            return False
        if word in WORDS["prepositions-too"]:
            if place == 0 or word == "than" or after in {"a", "an"}:
                return False
            if after in {"it", "this", "that"} and self.low(place + 2) in PLURAL:
                return False
            subjects = WORDS["before-nouns"] | WORDS["pronouns"] | {CODE.lower()}
            return after in subjects or after.endswith("s")
        # "That …" at the start is a subject, and so in "Since Boost 1.83 that is …".
        adverbial = self.low(0) in WORDS["prepositions-too"] and after in FINITE
        if word == "that" and (place == 0 or adverbial):
            return False
        return not (word in WORDS["question-words"] and before in WORDS["subordinate"])

    def is_auxiliary(self, place: int) -> bool:
        """Whether the word goes on with the verb before it: "may be", "has never been"."""
        before = self.low(place - 1)
        adverb = before in {"not", "never", "also", "only"} or before.endswith("ly")
        return self.low(place) in {"be", "have"} and (before in FINITE or adverb)

    def is_subordinate_verb(self, place: int) -> bool:
        word, before = self.low(place), self.low(place - 1)
        if before in WORDS["before-nouns"]:
            return False
        unknown = word.endswith("s") and self.words[place].islower()
        if before in {"what", "which", "who", "that"} and unknown and self.follows_verb(place + 1):
            return True
        if word in VERBS_OR_NOUNS:
            return before in {"that", "which", "who"} or before in WORDS["pronouns"]
        return word in VERBS_OR_NOUNS_S or word in VERBS or word.endswith("ed")

    def continues(self, place: int, pending: bool, of_subordinate: bool) -> bool:
        """Whether the word is no verb, or only goes on with one."""
        low, before = self.low(place), self.low(place - 1)
        if low in WORDS["subordinate"] - WORDS["prepositions-too"]:
            return True
        if not (self.is_verb(place) or (pending and self.is_subordinate_verb(place))):
            return True
        if before in {"and", "or", "but", "nor"} and of_subordinate:
            return True
        return self.is_auxiliary(place)

    def has_main_verb(self) -> bool:
        """Whether a verb is left when each subordinate clause has taken one."""
        pending, of_subordinate = 0, False
        for place in range(len(self.words)):
            before = self.low(place - 1)
            if self.words[place] == ",":
                # A clause that has not shown its verb ends here: "As a client, it …".
                if before not in {"and", "or"}:
                    pending = 0
            elif self.low(place) in WORDS["subordinate"] and self.opens_clause(place):
                pending += 1
            elif self.continues(place, pending > 0, of_subordinate):
                pass
            elif pending:
                pending, of_subordinate = pending - 1, True
            elif place > 0:
                return True
        return False

    def has_verb_behind_comma(self) -> bool:
        """Whether it is like "In doubt, read …"."""
        return any(
            self.words[place - 1] == "," and self.low(place) in (VERBS | VERBS_S) - PARTICIPLES
            for place in range(1, len(self.words))
        )


def sentences_of(text: str) -> list[str]:
    """Splits a paragraph."""
    parts = re.split(r"(?<=[.?!])[\")]?\s+(?=[A-Z`\"'(0-9])", text)
    return [part for part in parts if part.strip()]


def is_sentence(text: str) -> bool:
    clause = Clause(text)
    return (
        not clause.words
        or clause.begins_with_verb()
        or clause.has_main_verb()
        or clause.has_verb_behind_comma()
    )
