"""Words that editors change when they take a text over into another variety of one language.

Serbian, Montenegrin, Bosnian and Croatian, in folded letters. Only fit for telling whether two
texts are the same: the words of a line mean the same, but not everywhere, and search and matching
know nothing of this.
"""

import re
from collections.abc import Iterable
from typing import Final

from monitor.domain.matching.endings import ENDINGS

# After l and n as well, where `dialect.ekavian` must leave the letters lj and nj alone.
_OLD_VOWEL: Final = re.compile("(?<=[a-z])i?je(?=[b-df-hj-np-tv-z])")
_ENDINGS: Final = (
    "",
    *ENDINGS["hbs"],
    "ao",
    "ala",
    "alo",
    "ali",
    "ati",
    "at",
    "io",
    "ila",
    "ilo",
    "ili",
    "iti",
    "it",
)

#: What stands before the same endings; the first word of a line is what the others are read as.
_STEMS: Final = """
avion zrakoplov
bezbedn sigurn
bezbednosn sigurnosn
bezbednost sigurnost
brisel bruxelles
demokratij demokracij
evr eur
evrop europ
evropljan europljan
evropsk europsk
fabrik fabric tvornic
finansij financij
finansijsk financijsk
finansir financir
fudbal nogomet
fudbaler nogometas
fudbalsk nogometn
gas plin
hapsenj uhicenj
hemij kemij
hemijsk kemijsk
hiljad tisuc
hirurg kirurg
hleb kruh
informis informir
inostranstv inozemstv
istorijsk povijesn
jevrej zidov
jevrejsk zidovsk
kritikov kritizir
lekar lijecnik lijecnic
milion milijun
muzik muzic glazb
naucnik naucnic znanstvenik znanstvenic
odbran obran
opozicij oporb
opozicion oporben
opst opc
opstin opcin
opstinsk opcinsk
organizov organizir
ostrv otok otoc
penzij mirovin
penzioner umirovljenik umirovljenic
plat plac
poslanik poslanic zastupnik zastupnic
posmatrac promatrac
pozorist kazalist
preduzec poduzec
privredn gospodarsk
procent postotk
protest prosvjed
reagov reagir
saobracaj promet
saobracajn prometn
saopst priopc saopc
saopsten priopcen saopcen
saopstenj priopcenj saopcenj
saradnik saradnic suradnik suradnic
saradnj suradnj
spoljn vanjsk
talas val
tuzilastv tuziteljstv
ucesnik ucesnic sudionik sudionic
ucestvov sudjelov
uhaps uhit
uhapsen uhicen
unutrasnj unutarnj
uslov uvjet
uticaj utjecaj
vanredn izvanredn
vasington washington
vazduh zrak
voz vlak
zvanicn sluzben
zvanicnik zvanicnic duznosnik duznosnic
"""

#: Whole words, the same way; several lines of one word are its cases.
_WORDS: Final = """
aprila travnja
aprilu travnju
avgusta augusta kolovoza
avgustu augustu kolovozu
casova sati
decembra prosinca
decembru prosincu
deo dio
dole dolje
doneo donio
dve dvije
februara veljace
februaru veljaci
gde gdje
hteo htio
izneo iznio
januara sijecnja
januaru sijecnju
juce jucer
jula srpnja
julu srpnju
juna lipnja
junu lipnju
k ka
ko tko
maja svibnja
maju svibnju
marta ozujka
martu ozujku
nedelja sedmica tjedan
nedelje sedmice tjedna
nedelji sedmici tjednu
nedelju sedmicu
neko netko
nigde nigdje
niko nitko
novembra studenog studenoga
novembru studenom studenome
obe obje
odsto posto procenata postotaka
oktobra listopada
oktobru listopadu
ovde ovdje
podneo podnio
posle poslije
pre prije
preneo prenio
privrede gospodarstva
privredi gospodarstvu
s sa
savet vijece
saveta vijeca
savetu vijecu
septembra rujna
septembru rujnu
stepeni stupnjeva
sta sto
svako svatko
takodje takodjer takoder
tokom tijekom
tuzilac tuzitelj
tuzioca tuzitelja
tuzioci tuzitelji
univerzitet sveuciliste
univerziteta sveucilista
univerzitetu sveucilistu
uopste uopce
uspeo uspio
video vidio
zeleo zelio
ziveo zivio
"""


def _readings() -> dict[str, str]:
    read: dict[str, str] = {}
    for line in _STEMS.split("\n"):
        first, *others = line.split() or [""]
        for ending in _ENDINGS:
            read |= {f"{stem}{ending}": f"{first}{ending}" for stem in others}
    for line in _WORDS.split("\n"):
        first, *others = line.split() or [""]
        read |= dict.fromkeys(others, first)
    return {_short(word): _short(first) for word, first in read.items()}


def _short(word: str) -> str:
    return _OLD_VOWEL.sub("e", word)


_READ: Final = _readings()


def read_alike(words: Iterable[str]) -> list[str]:
    """Return folded words as one variety has them: `tisucu` is `hiljadu`, `mlijeko` `mleko`."""
    short = [_short(word) if "je" in word else word for word in words]
    return list(map(_READ.get, short, short))
