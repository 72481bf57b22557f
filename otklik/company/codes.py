"""Codes made from names, so that nobody has to invent one."""

import re
from collections.abc import Container

LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)


def suggest_code(name: str, taken: Container[str]) -> str:
    """Turn «Невский, 1» into nevskiy-1; a number is added where the code is taken."""
    latin = "".join(LETTERS.get(char, char) for char in name.lower())
    base = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:56].rstrip("-") or "x"
    code, number = base, 2
    while code in taken:
        code, number = f"{base}-{number}", number + 1
    return code
