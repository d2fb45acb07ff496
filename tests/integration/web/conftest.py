from collections.abc import Iterator

import pytest

from monitor.domain.people import Role
from support.site import RunningSite, running


@pytest.fixture(scope="package")
def open_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """A site without people: whoever is on this machine may do everything."""
    with running(tmp_path_factory.mktemp("open")) as site:
        yield site


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """A site with one person a role."""
    people = (("vera", Role.VIEWER), ("rade", Role.REVIEWER), ("olga", Role.OPERATOR))
    with running(tmp_path_factory.mktemp("site"), *people) as site:
        yield site
