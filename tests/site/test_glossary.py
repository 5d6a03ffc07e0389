"""Words on a page: which are marked, where, and what is said of them."""

from __future__ import annotations

import re

from lsc_analytics.site.glossary import Marker, glossary


def links(html: str) -> int:
    """How many words were marked."""
    return html.count('<a class="term')


def test_a_word_is_marked_where_it_is_first_used():
    """Once a page, in whichever form it is written there; abbreviations only as they are written."""
    marker = Marker("rtt")
    assert links(marker.mark("<p>A clock stop. <em>Clock stops</em> end it.</p>")) == 1
    assert links(marker.mark("<p>Clock stops again.</p>")) == 0
    assert links(marker.mark("<p>rtt and Rtt are not RTTs</p>")) == 1
    assert [word.title for word in marker.used] == ["Clock stop", "Referral to treatment, RTT"]


def test_headings_links_tables_and_code_are_left_alone():
    """A marked word is a link, and a link inside one of those would be wrong."""
    for tag in ("h2", "a", "caption", "code", "summary", "table"):
        html = f"<{tag}>pathway</{tag}>"
        assert Marker("rtt").mark(html) == html
    assert links(Marker("rtt").mark("<table><tr><td>pathway</td></tr></table><p>pathway</p>")) == 1


def test_everyday_words_are_not_marked():
    """Leave, worse, band and run mean what they always mean."""
    assert links(Marker("rtt").mark("<p>They leave, feel worse, in one band of a run at home.</p>")) == 0


def test_a_word_of_one_family_is_not_marked_in_another():
    """Planned is a kind of test in DM01 and an everyday word on a waiting list."""
    assert links(Marker("dm01").mark("<p>planned</p>")) == 1
    assert links(Marker("rtt").mark("<p>planned</p>")) == 0


def test_a_figure_says_why_it_may_differ():
    """Figures lead to what their family says of published ones; months, limits and a family without do not."""
    marker = Marker("chatbot")
    html = marker.mark_figures("<p><strong>1,710</strong> of 45.5% by July 2026, over 65 weeks, 2022/23</p><td>5</td>")
    assert re.findall(r">([^<]+)</a>", html) == ["1,710", "45.5%", "5"]
    assert "nearest 5" in marker.used[0].meaning
    assert marker.mark_figures("<table><tr><td>5</td></tr></table>") == "<table><tr><td>5</td></tr></table>"
    assert links(Marker("any").mark_figures("<p>1,710</p>")) == 0


def test_anchors_are_all_different():
    """No two entries share the id that links lead to."""
    anchors = [word.anchor for word in glossary()]
    assert len(anchors) > 30
    assert len(set(anchors)) == len(anchors)


def test_markup_in_a_name_stays_text():
    """What was escaped before is escaped after."""
    assert Marker("rtt").mark("<p>&lt;script&gt; pathway</p>").startswith("<p>&lt;script&gt; <a")
