"""Finds where the boxes of a graph go.

A Box becomes a part of a layer: layerings() finds the layers, ordered() the order within each, and
place() the coordinates. An arrow that passes a layer has a narrow box in it, its lane, so that
nothing else comes to stand there. A way is all the boxes of one arrow.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

# Lengths are in units of the view box; at 360 pixels on a phone, one unit is 0.75 pixels.
WIDTH = 480
MARGIN = 16
TITLE_HEIGHT = 56
LAYER_GAP = 44
BOX_GAP = 10
FIRST = "hello"  # Is at the left of its layer, where one begins to read.
LANE_WIDTH = 8  # Of an arrow that passes a layer.
LINE_HEIGHT = 19
LAYERINGS_MAX = 8  # So many of those that are equally good are tried.


@dataclass
class Box:
    """A folder, or the lane of an arrow that passes a layer, which has no text."""

    name: str
    purpose: list[str] = field(default_factory=list)  # Lines of text, as is the list of rooms.
    rooms: list[str] = field(default_factory=list)
    width: float = LANE_WIDTH
    x: float = 0  # Of its centre, which is in the middle of its layer.
    layer_top: float = 0
    layer_bottom: float = 0

    @property
    def is_lane(self) -> bool:
        return not self.purpose

    @property
    def height(self) -> float:
        return 32 + LINE_HEIGHT * (len(self.purpose) + len(self.rooms))

    @property
    def top(self) -> float:
        return (self.layer_top + self.layer_bottom - self.height) / 2

    @property
    def bottom(self) -> float:
        return self.top + self.height


def layerings(boxes: dict[str, Box], uses: dict[str, set[str]]) -> list[dict[str, int]]:
    """Returns each folder's layer, 0 at the bottom, in ways that make the arrows shortest.

    There may be many: the first ones that are found are returned. They fit the picture's width, if
    one does.
    """
    layer: dict[str, int] = {}
    while len(layer) < len(uses):
        for folder in sorted(uses):
            if folder not in layer and uses[folder] <= layer.keys():
                layer[folder] = 1 + max((layer[used] for used in uses[folder]), default=-1)
    numbers = range(max(layer.values()) + 1)
    arrows = [(folder, used) for folder in sorted(uses) for used in sorted(uses[folder])]

    def cost(at: dict[str, int]) -> tuple[float, int]:
        too_wide = 0.0
        for number in numbers:
            widths = [boxes[folder].width for folder in at if at[folder] == number]
            widths += [LANE_WIDTH for folder, used in arrows if at[used] < number < at[folder]]
            too_wide += max(0.0, sum(widths) + BOX_GAP * (len(widths) - 1) - WIDTH + 2 * MARGIN)
        return too_wide, sum(at[folder] - at[used] for folder, used in arrows)

    # From each of the best so far, one folder moves to another layer.
    best, todo = [layer], [layer]
    while todo:
        at = todo.pop()
        for folder in sorted(uses):
            for number in numbers if uses[folder] else ():  # What uses nothing stays at the bottom.
                moved = {**at, folder: number}
                if any(moved[above] <= moved[used] for above, used in arrows) or moved in best:
                    continue
                if cost(moved) < cost(best[0]):
                    best, todo = [moved], [moved]
                elif len(best) < LAYERINGS_MAX and cost(moved) == cost(best[0]):
                    best.append(moved)
                    todo.append(moved)
    return best


Pairs = list[tuple[Box, Box]]  # The parts of arrows, each from a layer to the next one below.


@dataclass
class Layout:
    layers: list[list[Box]]  # From the top, each from the left.
    ways: list[list[Box]]  # From the box that uses to the one that is used.

    @property
    def parts(self) -> Pairs:
        return [part for way in self.ways for part in itertools.pairwise(way)]


def layout_of(boxes: dict[str, Box], uses: dict[str, set[str]]) -> Layout:
    """Returns the layout with the fewest crossings."""
    candidates = [layered(boxes, uses, layer_of) for layer_of in layerings(boxes, uses)]
    best = min(candidates, key=lambda layout: disorder(layout.layers, layout.parts))
    if best.layers[0][0].name != FIRST:
        best.layers = [layer[::-1] for layer in best.layers]
    place(best.layers, best.parts)
    return best


def layered(boxes: dict[str, Box], uses: dict[str, set[str]], layer_of: dict[str, int]) -> Layout:
    """Puts the boxes and the lanes into layers, in a good order."""
    top = max(layer_of.values())
    layout = Layout([[] for _ in range(top + 1)], [])
    for folder, box in boxes.items():
        layout.layers[top - layer_of[folder]].append(box)
    for folder, box in boxes.items():
        for used in sorted(uses[folder]):
            lanes = [Box(folder) for _ in range(layer_of[folder] - layer_of[used] - 1)]
            for index, lane in enumerate(lanes, top - layer_of[folder] + 1):
                layout.layers[index].append(lane)
            layout.ways.append([box, *lanes, boxes[used]])
    layout.layers = ordered(layout.layers, layout.parts)
    return layout


def disorder(layers: list[list[Box]], parts: Pairs) -> tuple[int, float]:
    """Returns how many arrows cross, and how long they are.

    Parts between other layers than these do not count.
    """
    place = {id(box): (i + 0.5) / len(layer) for layer in layers for i, box in enumerate(layer)}
    ends: dict[int, list[tuple[float, float]]] = {}
    number_of = {id(box): number for number, layer in enumerate(layers) for box in layer}
    for upper, lower in parts:
        if id(upper) not in place or id(lower) not in place:
            continue
        ends.setdefault(number_of[id(upper)], []).append((place[id(upper)], place[id(lower)]))
    crossings = sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0
        for between in ends.values()
        for a, b in itertools.combinations(between, 2)
    )
    return crossings, sum(abs(start - end) for between in ends.values() for start, end in between)


def ordered(layers: list[list[Box]], parts: Pairs) -> list[list[Box]]:
    """Orders each layer so that few arrows cross, and these are short."""
    best = layers
    for start in (layers, [layer[::-1] for layer in layers]):
        order, improved = start, True
        while improved:
            improved = False
            for number, layer in enumerate(order):
                # A move within a layer changes what is between it and its neighbours alone.
                first, last = max(number - 1, 0), number + 2
                for box, index in itertools.product(layer, range(len(layer))):
                    rest = [other for other in order[number] if other is not box]
                    moved = [
                        *order[:number],
                        [*rest[:index], box, *rest[index:]],
                        *order[number + 1 :],
                    ]
                    near = disorder(order[first:last], parts)
                    if disorder(moved[first:last], parts) < near:
                        order, improved = moved, True
        best = min(best, order, key=lambda one: disorder(one, parts))
    return best


def spread(layer: list[Box], wanted: list[float]) -> None:
    """Places the boxes of a layer near where they are wanted, in their order and apart."""
    offsets = [0.0]
    for left, right in itertools.pairwise(layer):
        offsets.append(offsets[-1] + (left.width + right.width) / 2 + BOX_GAP)
    low = MARGIN + layer[0].width / 2
    high = WIDTH - MARGIN - layer[-1].width / 2 - offsets[-1]
    # Boxes that would overlap move as one block, to the mean of what they want.
    blocks: list[list[float]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        blocks.append([want - offset])
        while len(blocks) > 1 and mean(blocks[-2]) > mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    places = [mean(block) for block in blocks for _ in block]
    for box, place, offset in zip(layer, places, offsets, strict=True):
        box.x = min(max(place, low), max(low, high)) + offset


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def place(layers: list[list[Box]], parts: Pairs) -> None:
    """Sets the coordinates of all boxes, each near those that it has an arrow to or from."""
    y: float = TITLE_HEIGHT
    for layer in layers:
        height = max(box.height for box in layer)
        for box in layer:
            box.layer_top, box.layer_bottom = y, y + height
        y += height + LAYER_GAP
    for layer in layers:
        spread(layer, [WIDTH / 2] * len(layer))
    for step in range(40):
        for layer in layers if step % 2 else layers[::-1]:
            wanted = []
            for box in layer:
                near = [b.x for a, b in parts if a is box] + [a.x for a, b in parts if b is box]
                wanted.append(mean(near) if near else box.x)
            spread(layer, wanted)
