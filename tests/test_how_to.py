"""What the how-tos say to write into parameter files is what those files take."""

from __future__ import annotations

import re

import pytest
import yaml

from lsc_analytics.parameters import project_root
from lsc_analytics.parameters.registries import Standard, TreatmentFunction, Trust
from lsc_analytics.parameters.risk import RiskRule

pytestmark = pytest.mark.unit
TOLD = (project_root() / "docs" / "how-to" / "change-what-is-measured.md").read_text(encoding="utf-8")


def block(heading: str) -> dict:
    """The one YAML item that stands under a heading."""
    section = TOLD.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    ((item,),) = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", section, re.S)]
    return item


def test_each_line_to_add_is_one_that_its_file_takes() -> None:
    """A specialty, a standard, a risk rule for that standard and a trust, as the how-to writes them."""
    assert TreatmentFunction(**block("Add a specialty")).code == "C_303"
    standard = Standard(**block("Add a standard"))
    assert RiskRule(**block("Change a risk rule")).standard == standard.id
    assert Trust(**block("Add a trust")).code == "RW6"
