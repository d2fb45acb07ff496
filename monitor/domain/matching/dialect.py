"""Ekavian and ijekavian: two spellings of the same Serbian, Bosnian, Croatian, Montenegrin word."""

import re
from typing import Final

# Never at the end of a word: there `ije` is a case ending (Srbije, partije), not the old vowel.
# After l and n `je` is part of the letters lj and nj (otcepljenje), in both dialects.
_REFLEX: Final = re.compile(r"(?<=[a-z])(?:ije|(?<=[bcdfghkmprstvz])je)(?=[b-df-hj-np-tv-z])")


def ekavian(key: str) -> str:
    """Return the ekavian spelling of a folded word (`mlijeko` and `mleko` are `mleko`).

    Only fit for comparing within the family `hbs`; words without the vowel stay.
    """
    return _REFLEX.sub("e", key) if "je" in key else key
