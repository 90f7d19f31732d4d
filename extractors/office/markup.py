"""XML of office files, parsed without trust: no entities, nothing fetched, bounded in size and depth."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from lxml import etree

from evidence.errors import Unreadable

_MARKUP_CHARACTERS: Final = 200_000


def parse(data: bytes, *, name: str) -> Any:
    """Return the root element of a part; raises Unreadable for what is no XML, nests too deeply or declares entities."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"{name} is damaged: {why(error)}") from error
    if root is None:
        raise Unreadable(f"{name} is empty")
    refuse_entities(root, name=name)
    return root


def refuse_entities(root: Any, *, name: str) -> None:
    """Raise Unreadable where the part declares entities of its own: no office program does."""
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:
        raise Unreadable(f"{name} declares entities, which no office program writes: not read")


def why(error: BaseException) -> str:
    """Return what the XML parser said, in one short line."""
    return " ".join(str(error).split())[:150]


def local(element: Any) -> str:
    """Return an element's name without its namespace; strict and transitional files differ only in that."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """Return the attribute called `name`, whatever its namespace; empty where there is none."""
    plain = element.get(name)
    if plain is not None:
        return str(plain)
    ending = "}" + name
    return next((str(value) for key, value in element.attrib.items() if key.endswith(ending)), "")


def relation(element: Any, name: str = "id") -> str:
    """Return the id of the package relationship that an element names (`r:id`, `r:embed`)."""
    ending = f"/relationships}}{name}"
    return next((str(value) for key, value in element.attrib.items() if key.endswith(ending)), "")


def children(element: Any, *names: str) -> Iterator[Any]:
    """Yield the child elements with one of these local names."""
    return (child for child in element if local(child) in names)


def child(element: Any, *path: str) -> Any | None:
    """Return the first element down a path of local names, or None."""
    here = element
    for name in path:
        here = next(children(here, name), None)
        if here is None:
            return None
    return here


def descendants(element: Any, *names: str) -> Iterator[Any]:
    """Yield the elements below, in document order, with one of these local names."""
    return element.iter(*(f"{{*}}{name}" for name in names))  # type: ignore[no-any-return]


def written(element: Any | None) -> str:
    """Return all text below an element."""
    return "" if element is None else "".join(element.itertext())


class Numbering:
    """Names elements of one part by counting: `word/document.xml#p12` is its twelfth element called `p`."""

    def __init__(self, part: str, root: Any, *names: str) -> None:
        self.part = part
        self._numbers: dict[Any, int] = {}
        counts = dict.fromkeys(names, 0)
        for element in descendants(root, *names):
            name = local(element)
            counts[name] += 1
            self._numbers[element] = counts[name]

    def key(self, element: Any) -> str:
        """Return the element's name within the package."""
        return f"{self.part}#{local(element)}{self._numbers.get(element, 0)}"

    def key_of_rows(self, first: Any, last: Any) -> str:
        """Return the name of the elements from one to another of the same name: `word/document.xml#tr3-9`."""
        start, end = self._numbers.get(first, 0), self._numbers.get(last, 0)
        return f"{self.part}#{local(first)}{start}" + (f"-{end}" if end > start else "")


def numbered(root: Any, name: str, first: int, last: int) -> list[Any]:
    """Return the elements called `name` from the `first` to the `last`, counted from 1 in document order."""
    return list(islice(descendants(root, name), max(0, first - 1), last))


def shown(element: Any) -> str:
    """Return an element's markup as text, up to 200,000 characters."""
    return str(etree.tostring(element, encoding="unicode", with_tail=False))[:_MARKUP_CHARACTERS]
