"""Where the monthly files are published, and what they are called there."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from lsc_analytics.parameters.strict import Strict

Collection = Literal["rtt", "dm01"]


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"this is no regular expression: {error}") from error
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


class Publication(Strict):
    """One collection's pages."""

    index: str = Field(pattern=r"^https?://", description="The page that links to a page a financial year")
    year_page: Pattern = Field(description="What the address of such a page ends with; two groups, as 2025 and 26")
    file: Pattern = Field(description="What the name of a month's file, or the words of its link, begin with")
    source: str = Field(description="Where this was read")
    verified: bool


class Publications(Strict):
    """`publications.yml`: the pages that `lsc fetch` looks at."""

    rtt: Publication
    dm01: Publication
