"""Errors as sentences for a BI lead: what is wrong, where, and what to do. It raises nothing itself."""

from __future__ import annotations


class LscError(Exception):
    """Everything the suite refuses, carrying the place so that a program can act on it too.

    Args:
        problem: What is wrong, as a sentence without its place.
        remedy: What the reader can do about it, as a sentence.
        file: File name, as the reader gave it.
        row: Row of that file, counted as a spreadsheet counts (the header is row 1).
        column: Column header of that file.
        parameter: Parameter of a run, a notebook or a YAML file.

    >>> print(LscError("The count is negative.", "Correct it and load the file again.", file="a.csv", row=3))
    a.csv, row 3: The count is negative. Correct it and load the file again.
    """

    def __init__(
        self,
        problem: str,
        remedy: str = "",
        *,
        file: str | None = None,
        row: int | None = None,
        column: str | None = None,
        parameter: str | None = None,
    ) -> None:
        self.problem, self.remedy = problem, remedy
        self.file, self.row, self.column, self.parameter = file, row, column, parameter
        super().__init__(problem, remedy)

    def __reduce__(self) -> tuple:
        """Keep the place when an error crosses a process."""
        return _rebuild, (type(self), self.problem, self.remedy, self.file, self.row, self.column, self.parameter)

    def __str__(self) -> str:
        named = (("", self.file), ("row ", self.row), ("column ", self.column), ("parameter ", self.parameter))
        place = ", ".join(f"{label}{value}" for label, value in named if value is not None)
        sentence = f"{place}: {self.problem}" if place else self.problem
        return f"{sentence} {self.remedy}".strip()


def _rebuild(kind: type, problem: str, remedy: str, file: str, row: int, column: str, parameter: str) -> LscError:
    return kind(problem, remedy, file=file, row=row, column=column, parameter=parameter)


class ParameterError(LscError):
    """A parameter, of a run, a notebook, a YAML file or the command line, is unknown or ill-typed. Exit code 2."""


class RefusedFileError(LscError):
    """A file cannot be taken: damaged, of an unknown layout, or contradicting what is already stored."""


class TableError(LscError):
    """A frame does not have the shape that its table promises: a fault of ours, or of an edited notebook."""


class NoDataError(LscError):
    """What was asked for is not loaded: a report family without data is skipped with this reason."""
