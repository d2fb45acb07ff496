"""Permanent names of what leaves the installation."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.sharing import SPACE, Names


@given(st.text(), st.integers())
def test_a_name_is_the_uuid_of_version_5_that_any_library_makes(
    installation: str, hit_id: int
) -> None:
    names = Names(installation)

    space = uuid5(SPACE, installation)
    assert names.hit(hit_id) == str(uuid5(space, f"hit {hit_id}"))
    assert UUID(names.story(hit_id)).version == 5
    assert names.hit(hit_id) != names.story(hit_id)
