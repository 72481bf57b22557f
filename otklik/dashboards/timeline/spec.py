"""A line of the timeline as an address says it: `nps`, `nps,place:ekb`, `support,subject:service,point:till-1,colour:3`; pure."""

import re
from dataclasses import dataclass, fields

MOST_LINES = 10
PALETTE = 8
WORD = re.compile(r"[0-9A-Za-zА-Яа-яЁё._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Spec:
    """An indicator with its own question, place, point, employee, each "" for that of the page; colour 0 for its usual one."""

    code: str
    subject: str = ""
    place: str = ""
    point: str = ""
    employee: str = ""
    colour: int = 0

    def __str__(self) -> str:
        said = [f"{name}:{value}" for name in PARTS if (value := getattr(self, name))]
        return ",".join([self.code, *said])


PARTS = tuple(one.name for one in fields(Spec) if one.name != "code")


def parse(text: str) -> Spec:
    """Raises ValueError for what is no line."""
    code, *parts = text.split(",")
    if not WORD.fullmatch(code):
        raise ValueError(text)
    said: dict[str, str] = {}
    for part in parts:
        name, colon, value = part.partition(":")
        if name not in PARTS or name in said or not colon or not WORD.fullmatch(value):
            raise ValueError(text)
        said[name] = value
    colour = said.pop("colour", "0")
    if not colour.isdecimal() or int(colour) > PALETTE:
        raise ValueError(text)
    return Spec(code, **said, colour=int(colour))


def usual_colour(code: str, order: list[str]) -> int:
    """1…8: the colour that an indicator has wherever it is free; neighbours of the catalogue differ."""
    place = order.index(code) if code in order else sum(code.encode())
    return place % PALETTE + 1


def colours(specs: list[Spec], order: list[str]) -> list[int]:
    """A colour for each line: the one said, else the indicator's usual one, else a free one; beyond eight they repeat."""
    taken = {one.colour for one in specs if one.colour}
    found = []
    for one in specs:
        colour = one.colour
        if not colour:
            colour = usual_colour(one.code, order)
            free = [number for number in range(1, PALETTE + 1) if number not in taken]
            if colour in taken and free:
                colour = min(free, key=lambda number: (number - colour) % PALETTE)
        taken.add(colour)
        found.append(colour)
    return found
