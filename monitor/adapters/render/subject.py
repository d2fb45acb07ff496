"""What stands above the narratives: the days, the line that mail readers list, the whole."""

from dataclasses import replace
from datetime import timedelta

from monitor.adapters.render import wording
from monitor.adapters.render.language import Language
from monitor.domain.digest import Day, Digest, Direction, Window


def days(window: Window, lang: Language) -> str:
    """Name the day that a window ends, or the days that a longer one spans."""
    if window.length <= timedelta(hours=25):
        return lang.day(window.last)
    return lang.days(window.since, window.last)


def subject(digest: Digest, lang: Language) -> str:
    """Return the one line that mail readers list: our words, a date, a count."""
    if digest.surge:
        return _alert(digest, lang)
    if digest.day is Day.BLIND:
        what = lang.text("Blind")
    elif digest.items:
        what = lang.plural("{n} item", "{n} items", digest.items)
    else:
        what = lang.text("a quiet day")
    return lang.text("Narratives, {day}: {what}", day=days(digest.window, lang), what=what)


def _alert(digest: Digest, lang: Language) -> str:
    """Name a narrative, whose title is ours; the name of a search is somebody's and stays inside."""
    told = wording.surge_counts(digest, lang)
    if digest.surge is None or digest.surge.watch.search:
        return lang.text("Alert, a saved search surges: {told}", told=told)
    what = wording.title(digest.sections[0], lang)
    return lang.text("Alert, {narrative}: {told}", narrative=what, told=told)


def overall(digest: Digest, lang: Language) -> str:
    """Say how all narratives together moved; empty where nothing can be compared."""
    together = digest.overall
    if together is None or together.usual is None:
        return ""
    return wording.trend_note(replace(together, direction=Direction.STEADY), digest.window, lang)


def chart_note(digest: Digest, lang: Language) -> str:
    """Read the chart out."""
    together = digest.overall
    if together is None or together.usual is None:
        return ""
    return wording.bars_note(together, digest.window, lang)


def chart_key(digest: Digest, lang: Language) -> str:
    """Say what the chart's bars and its line are."""
    if digest.overall is None or digest.overall.usual is None:
        return ""
    ends = lang.time(digest.window.until)
    if wording.period(digest.window) is not wording.Period.DAY:
        return lang.text("Dashed line: the usual.")
    if ends == "00:00":
        return lang.text("A bar is a day; dashed line: the usual.")
    return lang.text("A bar is the 24 hours up to {time}; dashed line: the usual.", time=ends)
