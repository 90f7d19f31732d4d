"""Who is of what: "X of Y", "X, director of Y", "Y's manager X", "X works for Y"; the rule quotes the words between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from evidence.records import Found
from extractors.patterns import NAME_KINDS
from extractors.relations.edge import Edge
from extractors.relations.roles import A_ROLE

_BETWEEN_LIMIT = 80
_THE = r"(?:(?:the|an?|our|their|his|her)\s+)?"
_OF = re.compile(
    rf",?\s+(?:(?:is|was|who\s+is|as)\s+)?{_THE}(?:{A_ROLE}\s*(?:,|\s(?:of|at|for|with|in|la|al))|"
    r"of|on\s+behalf\s+of|representing|(?:who\s+)?work(?:s|ed|ing)\s+(?:for|at)|employed\s+(?:by|at)|din\s+partea)"
    rf"\s+{_THE}",
    re.IGNORECASE,
)
_OWN = re.compile(rf"(?:['’]s?)?,?[^\S\n]+{A_ROLE},?[^\S\n]+(?:mr\.?\s+|mrs\.?\s+|ms\.?\s+)?", re.IGNORECASE)
_SEATED = re.compile(
    r",?\s+(?:of|in|based\s+in|based\s+at|registered\s+in|registered\s+at)\s+(?:the\s+)?", re.IGNORECASE
)


def affiliations(text: str, mentions: Sequence[Found]) -> Iterator[Edge]:
    """Yield which person is said to be of which organisation, and which organisation of which place."""
    names = [one for one in mentions if one.kind in NAME_KINDS]
    for one, other in pairwise(names):
        if not 0 < other.start - one.end <= _BETWEEN_LIMIT:
            continue
        between = text[one.end : other.start]
        rule = f'"{" ".join(between.strip(" ,").split())}"'
        match one.kind, other.kind:
            case "person_name", "organisation" if _OF.fullmatch(between):
                yield Edge(one, other, "stated", rule, one.start, other.end)
            case "organisation", "person_name" if _OWN.fullmatch(between):
                yield Edge(other, one, "stated", rule, one.start, other.end)
            case "organisation", "place" | "organisation" if _SEATED.fullmatch(between):
                yield Edge(one, other, "stated", rule, one.start, other.end)
