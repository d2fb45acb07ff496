import pytest

from monitor.adapters.parse.storms import (
    MAX_AMPERSANDS,
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    MAX_STRAYS,
    MAX_TAGS,
    WORTH_A_LOOK,
    refuse_storms,
)
from monitor.domain.errors import ParseError
from support.feed_documents import SERBIAN, many, rss

PADDING = "<b/>" * WORTH_A_LOOK
ATTRIBUTES = " ".join(f"a{number}='1'" for number in range(MAX_ATTRIBUTES + 1))


@pytest.mark.parametrize(
    ("storm", "what"),
    [
        (PADDING + "<a>" * (MAX_DEPTH + 1), "inside one another"),
        (PADDING + "</a>" * (MAX_DEPTH + 1), "inside one another"),
        (PADDING + "<a " * (MAX_STRAYS + 1), "open nothing"),
        (PADDING + "<!--" * (MAX_STRAYS + 1), "open nothing"),
        (PADDING + "<![CDATA[" * (MAX_STRAYS + 1), "open nothing"),
        (PADDING + f"<item {ATTRIBUTES}>", "attributes"),
        ("<b/>" * (MAX_TAGS + 1), "tags"),
        ("&" * (MAX_AMPERSANDS + 1), "ampersands"),
    ],
)
def test_a_storm_is_named_before_anything_is_parsed(storm: str, what: str) -> None:
    with pytest.raises(ParseError, match=what) as caught:
        refuse_storms(rss([], head=storm))

    assert caught.value.reason == "too_complex"


@pytest.mark.parametrize(
    "extra",
    [
        "<description><![CDATA[" + "<p><br>" * 20 + "]]></description>",
        "<description>" + "&lt;p&gt;" * 50 + "</description>",
        "<description><!-- " + "< " * 50 + " --></description>",
        "<br>" * 4,
        "<category a='1' b='2'/>" * 40,
    ],
)
def test_a_full_feed_of_a_thousand_entries_is_no_storm(extra: str) -> None:
    refuse_storms(rss(many(SERBIAN, 1_000), extra=extra))
