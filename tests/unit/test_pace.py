from monitor.web.pace import MAX_KNOWN, Pace


def _pace(at: list[float]) -> Pace:
    return Pace(per_second=2, burst=3, clock=lambda: at[0])


def test_a_burst_is_answered_and_then_as_many_as_come_in_again() -> None:
    at = [100.0]
    pace = _pace(at)

    assert [pace.take("ana") for _ in range(5)] == [0, 0, 0, 1, 1]
    at[0] += 0.5
    assert [pace.take("ana") for _ in range(2)] == [0, 1]


def test_who_waits_long_has_no_more_than_a_burst() -> None:
    at = [100.0]
    pace = _pace(at)
    pace.take("ana")
    at[0] += 3600

    assert [pace.take("ana") for _ in range(4)] == [0, 0, 0, 1]


def test_nobody_pays_for_another() -> None:
    pace = _pace([100.0])
    for _ in range(9):
        pace.take("ana")

    assert pace.take("boris") == 0


def test_however_many_come_only_so_many_are_remembered() -> None:
    pace = _pace([100.0])
    for number in range(MAX_KNOWN + 50):
        pace.take(f"address {number}")

    assert len(pace._left) == MAX_KNOWN  # noqa: SLF001 - memory is what this is about
