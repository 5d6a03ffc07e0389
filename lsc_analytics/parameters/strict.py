"""What every parameter file's definition rests on: unknown keys refused, and the forms of a code and a month."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(pattern=r"^[A-Z0-9_]{1,8}$")]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Course = Annotated[dict[Month, float], Field(min_length=1, description="A value at some months, straight between them")]


class Strict(BaseModel):
    """Unknown keys are refused: a misspelt parameter must not pass for a default."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
