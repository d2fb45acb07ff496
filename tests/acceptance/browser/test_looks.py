"""Every page, at two widths, light and dark, in several languages: accessible and in its frame."""

import pytest

from support.browser import Browsers

PAGES = (
    "/",
    "/search?q=balkan&country=RS",
    "/search?items=true",
    "/items/EDITED",
    "/stories/EDITED",
    "/narratives",
    "/narratives/open-balkan",
    "/review",
    "/quality",
    "/feeds",
    "/feeds/drini-lajme",
    "/digests",
    "/catalogue?narrative=open-balkan",
    "/catalogue/candidate",
    "/settings",
    "/settings/subscribers",
    "/method",
)


@pytest.mark.parametrize(
    ("width", "dark", "ui"),
    [
        (1280, False, "en"),
        (390, True, "sr-Cyrl"),
        pytest.param(390, False, "sq", marks=pytest.mark.soak),
        pytest.param(1280, True, "mk", marks=pytest.mark.soak),
    ],
)
def test_pages_are_accessible_and_fit(
    browsers: Browsers,
    width: int,
    *,
    dark: bool,
    ui: str,
) -> None:
    reader = browsers.reader(width, dark=dark)
    reader.sign_in("olga")
    reader.go(f"/method?ui={ui}")
    found = []
    for address in PAGES:
        reader.go(address.replace("EDITED", str(reader.site.edited)))
        found += [f"{address} {one}" for one in reader.violations()]
        if reader.overflows():
            found.append(f"{address} is wider than {width}")

    assert found == []


def test_the_way_in_is_accessible(browsers: Browsers) -> None:
    reader = browsers.reader(390)
    reader.go("/sign-in")

    assert reader.violations() == []
