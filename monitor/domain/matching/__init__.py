"""Matching: from a passage to hits, explainable, across scripts, inflection and typos.

`fold` gives all spellings one key, `compile` turns a catalogue into tables once, `Matcher` reads
passages with them.
"""

from monitor.domain.matching.compiled import MATCHER_VERSION, CompiledCatalogue
from monitor.domain.matching.explanation import Explanation
from monitor.domain.matching.matcher import Matcher

__all__ = ["MATCHER_VERSION", "CompiledCatalogue", "Explanation", "Matcher"]
