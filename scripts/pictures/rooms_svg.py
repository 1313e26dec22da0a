"""Makes the picture of the rooms: boxes with their purposes and rooms, and curves between them."""

from __future__ import annotations

import itertools
import textwrap

from pictures.layout import FIRST, LINE_HEIGHT, MARGIN, WIDTH, Box, layout_of
from pictures.link_graph import Graph

FOOT_HEIGHT = 92
CHARACTER_WIDTH = 8.5  # Of a wide system font at 15 units.
CHARACTERS_MIN = 12  # Of a line, before it is broken.
BOX_WIDTH_MIN = 84
PORT_GAP = 18
HEAD = 8  # Length of an arrow's head.

# The picture says of each folder what it is for.
PURPOSES = {
    "asio": "sockets and timers",
    "async": "coroutines",
    "auth": "who calls, and may",
    "aws": "signatures",
    "base": "results, settings, times",
    "contract": "OpenAPI and schemas",
    "dynamodb": "tables and their items",
    "events": "events and their reports",
    "hello": "your service",
    "http": "API, mock",
    "http/server": "connections, requests",
    "idempotency": "the first answer again",
    "jose": "tokens and their keys",
    "json": "reading and writing",
    "kafka": "the producer",
    "lambda": "the function's loop",
    "local": "AWS on one machine",
    "log": "JSON lines, never waits",
    "metrics": "series for Prometheus",
    "net": "HTTP client, TLS",
    "postgres": "a pool of connections",
    "rates": "how often",
    "processes": "starts and ends programs",
    "resources": "what handlers share",
    "typed": "generated structs",
    "upstream": "asks other servers",
}


def wrapped(words: list[str], characters: int) -> list[str]:
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > characters:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines


def box_of(folder: str, rooms: list[str]) -> Box:
    """Returns the narrowest box whose purpose has two lines, and whose list of rooms has four."""
    if folder not in PURPOSES:
        raise SystemExit(f"{folder}: PURPOSES in {__file__} does not say what it is for")
    listed = [room + "," for room in rooms[:-1]] + rooms[-1:]
    purpose = PURPOSES[folder].split()
    characters = max(CHARACTERS_MIN, *map(len, purpose + listed))
    while len(wrapped(purpose, characters)) > 2 or len(wrapped(listed, characters)) > 4:
        characters += 1
    lines = wrapped(purpose, characters), wrapped(listed, characters) if rooms else []
    longest = max(len(line) for line in itertools.chain(*lines))
    width = max(longest * CHARACTER_WIDTH, (len(folder) + bool(rooms)) * 10) + 18
    return Box(folder, *lines, max(BOX_WIDTH_MIN, round(width)))


def picture(graph: Graph) -> str:
    """Returns the text of the SVG."""
    boxes = {folder: box_of(folder, rooms) for folder, rooms in sorted(graph.rooms.items())}
    layout = layout_of(boxes, graph.uses)
    layers, ways = layout.layers, layout.ways
    height = round(layers[-1][0].layer_bottom + FOOT_HEIGHT)
    body = [
        f'  <path class="arrow" d="{d}"/>\n  <path class="head" d="{head}"/>'
        for d, head in curves(ways)
    ]
    for layer in layers:
        for box in layer:
            if box.is_lane:
                continue
            left, box_top = box.x - box.width / 2, box.top
            kind = "box yours" if box.name == FIRST else "box"
            body.append(
                f'  <rect class="{kind}" x="{left:.0f}" y="{box_top:.0f}" width="{box.width:.0f}"'
                f' height="{box.height:.0f}" rx="6"/>'
            )
            texts = [("name", box.name + ("/" if box.rooms else ""))]
            texts += [("quiet", line) for line in box.purpose] + [
                ("room", line) for line in box.rooms
            ]
            for number, (kind, line) in enumerate(texts):
                line_y = box_top + 23 + LINE_HEIGHT * number
                body.append(
                    f'  <text class="{kind}" x="{box.x:.0f}" y="{line_y:.0f}">{line}</text>'
                )
    uses = "; ".join(
        f"{way[0].name} uses {', '.join(other[-1].name for other in ways if other[0] is way[0])}"
        for index, way in enumerate(ways)
        if index == 0 or ways[index - 1][0] is not way[0]
    )
    foot = height - FOOT_HEIGHT + 32
    return TEMPLATE.format(
        width=WIDTH,
        height=height,
        uses=textwrap.fill(f"{uses}.", 94, initial_indent="    ", subsequent_indent="    "),
        body="\n".join(body),
        left=MARGIN,
        foot=foot,
        foot2=foot + 20,
        foot3=foot + 40,
    )


def curves(ways: list[list[Box]]) -> list[tuple[str, str]]:
    """Returns for each way the path of its line and that of its head. Lines bend between layers."""

    def port(box: Box, mine: Box, others: list[Box]) -> float:
        others = sorted(others, key=lambda other: other.x)
        index = next(i for i, other in enumerate(others) if other is mine)
        gap = min(PORT_GAP, (box.width - 24) / max(1, len(others) - 1))
        return box.x + (index - (len(others) - 1) / 2) * gap

    found = []
    for way in ways:
        first, last = way[0], way[-1]
        start = port(first, way[1], [other[1] for other in ways if other[0] is first])
        end = port(last, way[-2], [other[-2] for other in ways if other[-1] is last])
        lines = [f"M{start:.0f},{first.bottom:.0f}"]
        for upper, lower in itertools.pairwise(way):
            x = start if upper is first else upper.x
            to_x = end if lower is last else lower.x
            at, to = upper.layer_bottom, lower.layer_top - (HEAD if lower is last else 0)
            middle = (at + to) / 2
            curve = f"C{x:.0f},{middle:.0f} {to_x:.0f},{middle:.0f} {to_x:.0f},{to:.0f}"
            lines.append(f"V{at:.0f} {curve}")
        found.append(
            (
                "\n    ".join([*lines, f"V{last.top - HEAD:.0f}"]),
                f"M{end:.0f},{last.top:.0f} l-5,-{HEAD + 1} h10 z",
            )
        )
    return found


TEMPLATE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" \
viewBox="0 0 {width} {height}"
  role="img" aria-labelledby="title desc">
  <!-- Written by scripts/draw_rooms.py from the link graph; a change here is lost. -->
  <title id="title">The rooms of the code, and which uses which</title>
  <desc id="desc">
{uses}
  </desc>
  <style>
    text {{ font: 15px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
      sans-serif; fill: #1f2328; }}
    .paper {{ fill: #ffffff; }}
    .title {{ font-size: 18px; font-weight: 600; }}
    .name {{ font-size: 16px; font-weight: 600; text-anchor: middle; }}
    .quiet {{ fill: #59636e; text-anchor: middle; }}
    .room {{ text-anchor: middle; }}
    .note {{ fill: #59636e; }}
    .box {{ fill: #f6f8fa; stroke: #818b98; }}
    .yours {{ fill: #ddf4ff; stroke: #0969da; }}
    .arrow {{ fill: none; stroke: #818b98; stroke-width: 1.5; }}
    .head {{ fill: #818b98; }}
    @media (prefers-color-scheme: dark) {{
      text {{ fill: #f0f6fc; }}
      .paper {{ fill: #0d1117; }}
      .quiet, .note {{ fill: #9198a1; }}
      .box {{ fill: #151b23; stroke: #656c76; }}
      .yours {{ fill: #121d2f; stroke: #4493f8; }}
      .arrow {{ stroke: #656c76; }}
      .head {{ fill: #656c76; }}
    }}
  </style>
  <rect class="paper" width="{width}" height="{height}" rx="8"/>
  <text class="title" x="{left}" y="34">Which room uses which</text>
{body}
  <text class="note" x="{left}" y="{foot}">An arrow points to what a room is linked with.</text>
  <text class="note" x="{left}" y="{foot2}">What follows from other arrows is left out.</text>
  <text class="note" x="{left}" y="{foot3}">A name with / has the rooms in its list, too.</text>
</svg>
"""
