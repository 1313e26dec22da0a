"""Checks that a comment on a line of its own is made of whole sentences.

It also finds a comment behind code that runs on over the next line, and a declaration that a
comment breaks in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import sentences

# "//" may also stand in a string, and in a comment of the other kind.
TOKENS = re.compile(
    r"""(?P<comment>//[^\n]*)|/\*.*?\*/|R"(?P<mark>[^()\\\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"
    |(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'""",
    re.DOTALL | re.VERBOSE,
)
NOT_PROSE = re.compile(r"NOLINT|clang-format (on|off)|Copyright|SPDX")
WRITTEN_SMALL = sentences.WORDS["written-small"]
# A type stands alone on a line, and what is declared on the next one.
TYPE_ALONE = re.compile(
    r"\s*(?:(?:static|const|constexpr|mutable|inline|unsigned) )*"
    r"(?!(?:return|else|do|public|private|case)\b)[A-Za-z_][\w:]*(?:<[^;(){}]*>)?[ *&]*"
)
NAME_ALONE = re.compile(r"[A-Za-z_]\w*(?:\s*(?:=[^;]*|\{[^;]*\}))?[;,]")


class Comment(NamedTuple):
    """One "//", up to the end of its line."""

    line: int
    column: int
    text: str
    alone: bool


class Block(NamedTuple):
    """The comments of successive lines without code, and the code after them."""

    line: int
    lines: list[str]
    next_code: str


def comments_of(text: str) -> Iterator[Comment]:
    for match in TOKENS.finditer(text):
        if match["comment"] is not None:
            begin = text.rfind("\n", 0, match.start()) + 1
            before = text[begin : match.start()]
            line = text.count("\n", 0, begin) + 1
            yield Comment(line, len(before), match.group(), not before.strip())


def blocks_of(text: str) -> list[Block]:
    """Returns the blocks, without the lines that continue a comment behind code."""
    lines = text.split("\n")
    blocks: list[Block] = []
    last: Comment | None = None
    behind_code = False
    for comment in comments_of(text):
        follows = (
            last is not None and last.line + 1 == comment.line and last.column == comment.column
        )
        behind_code = not comment.alone or (follows and behind_code)
        if not behind_code:
            content = comment.text[2:].removeprefix("/").removeprefix(" ")
            if follows and blocks:
                blocks[-1].lines.append(content)
            else:
                blocks.append(Block(comment.line, [content], ""))
        last = comment
    return [block._replace(next_code=code_after(lines, block)) for block in blocks]


def code_after(lines: list[str], block: Block) -> str:
    start = block.line - 1 + len(block.lines)
    return "\n".join(lines[start : start + 4])


def paragraphs_of(lines: list[str]) -> list[tuple[int, str]]:
    """Returns the index of each paragraph's first line, and its text; no examples, no lists."""
    paragraphs: list[tuple[int, str]] = []
    in_list = in_paragraph = False
    for number, line in enumerate(lines):
        if re.match(r"\s*([-*•]|\d+\.)\s", line):
            in_list, in_paragraph = True, False
        elif not line.strip():
            in_list = in_paragraph = False
        elif line.startswith("  ") or in_list or re.search(r"\S {3,}\S", line):
            # An example stands here, an item that goes on, or a row of a table.
            in_paragraph = False
        elif in_paragraph:
            first, begun = paragraphs[-1]
            paragraphs[-1] = first, f"{begun} {line.strip()}"
        else:
            paragraphs.append((number, line.strip()))
            in_paragraph = True
    return paragraphs


def starts_well(text: str, next_code: str) -> bool:
    """Whether the paragraph begins with a capital, with code, or with a name of the code below."""
    match = re.match(r"[a-z][a-z'-]*(?=[\s,;:]|\.?$|\.\s)", text)
    if not match:
        return True
    name = match.group().removesuffix("'s")
    return name in WRITTEN_SMALL or bool(re.search(rf"\b{re.escape(name)}\b", next_code))


def quoted(text: str) -> str:
    return f'"{text if len(text) <= 60 else text[:57] + "…"}"'


def faults_of_block(block: Block) -> Iterator[tuple[int, str]]:
    if NOT_PROSE.match(block.lines[0]):
        return
    for number, paragraph in paragraphs_of(block.lines):
        line = block.line + number
        text = without_usage(paragraph, block.next_code)
        if not text:
            continue
        if not starts_well(text, block.next_code):
            yield line, f"{quoted(text)} begins small: begin with a capital, or a name of the code"
        if not re.search(r"[.:?!…][\")'`\]]*$|https?://\S+$", text):
            yield line, f"{quoted(text)} has no full stop: end each sentence"
        for sentence in sentences.sentences_of(text):
            if not sentences.is_sentence(sentence):
                yield (
                    line,
                    f"{quoted(sentence)} has no verb of its own: write a sentence "
                    '("Returns …", "The … is …"), or put the phrase behind the code',
                )


def broken_by_comment(text: str) -> Iterator[tuple[int, str]]:
    lines = text.split("\n")
    last: Comment | None = None
    for comment in comments_of(text):
        follows = last is not None and comment.line == last.line + 1
        if follows and comment.alone and not last.alone and comment.column == last.column:
            yield comment.line, "a comment behind code runs on: move it above, as a sentence"
        code = lines[comment.line - 1][: comment.column].strip()
        if (
            not comment.alone
            and comment.line > 1
            and NAME_ALONE.fullmatch(code)
            and TYPE_ALONE.fullmatch(lines[comment.line - 2])
        ):
            yield comment.line, "a comment breaks this declaration in two: move it above"
        last = comment


# A tool reads these comments.
DIRECTIVE = re.compile(r"shellcheck|noqa|pylint|type:|checkov:|trivy:|tflint-ignore|syntax=")
# "<<<" begins no document, and in 1 << 60 a number follows.
HERE_DOCUMENT = re.compile(r"(?<!<)<<[-~]?\s*(?:'([A-Za-z_][^']*)'|\"?([A-Za-z_]\w*))")
# "name ARGUMENT…" or "name(ARGUMENT …)" stands in front of what a function does.
USAGE = re.compile(
    r"(?P<name>\w+)(?:\([^()]*\)|(?: (?:[\[\]A-Z0-9_|.…=]+|\w+(?:\|\w+)+))*)(?:: |$)"
)


def without_usage(text: str, next_code: str) -> str:
    """Removes the usage of the function that follows; then the verb may begin small."""
    match = USAGE.match(text)
    if not match or not re.search(rf"\b{re.escape(match['name'])}\b", next_code):
        return text
    rest = text[match.end() :]
    return rest[:1].upper() + rest[1:]


def hash_blocks_of(text: str, has_documents: bool) -> list[Block]:
    """Returns the comments of Bash, Python, CMake or Terraform that stand on lines of their own.

    Bash and Terraform have here-documents, in which nothing is a comment.
    """
    lines = text.split("\n")
    blocks: list[Block] = []
    end: str | None = None
    last: tuple[int, str] | None = None
    for number, line in enumerate(lines, 1):
        if end is not None:
            end = None if line.strip() == end else end
            continue
        match = re.match(r"(\s*)#(?!!) ?(.*)", line)
        if not match:
            if has_documents and (here := HERE_DOCUMENT.search(line)):
                end = here[1] or here[2]
        elif not DIRECTIVE.match(match[2]):
            if last == (number - 1, match[1]):
                blocks[-1].lines.append(match[2])
            else:
                blocks.append(Block(number, [match[2]], ""))
            last = number, match[1]
    return [block._replace(next_code=code_after(lines, block)) for block in blocks]


def faults_of_hash_comments(text: str) -> list[tuple[int, str]]:
    """Returns the faulty lines of a text whose comments begin with "#"."""
    return [fault for block in hash_blocks_of(text, False) for fault in faults_of_block(block)]


def faults_beside_documents(text: str) -> list[tuple[int, str]]:
    """Returns the same, for a language that has here-documents."""
    return [fault for block in hash_blocks_of(text, True) for fault in faults_of_block(block)]


def faults_of(text: str) -> list[tuple[int, str]]:
    """Returns the faulty lines of a C++ text, and what to do about each."""
    faults = [fault for block in blocks_of(text) for fault in faults_of_block(block)]
    faults += broken_by_comment(text)
    return sorted(faults)
