import pytest

from monitor.adapters.catalogue import PACKAGED, load
from monitor.domain.hit import Passage, Stance
from monitor.domain.stance import StanceHints


@pytest.fixture(scope="module")
def hints() -> StanceHints:
    return StanceHints(load(PACKAGED).stance_cues)


@pytest.mark.parametrize(
    ("lang", "title", "summary", "stance"),
    [
        ("sr", "Министарство демантовало гласине о новој брани", "", Stance.REBUTS),
        ("sr", "Nije tačno da se gradi nova brana, kažu u opštini", "", Stance.REBUTS),
        ("bs", "Lažna vijest o brani kruži mrežama", "", Stance.REBUTS),
        ("hr", "Priča o brani je izmišljotina, poručuju iz Zagreba", "", Stance.REBUTS),
        ("cnr", "Nema nikakve brane na rijeci", "", Stance.REBUTS),
        ("sq", "Ministria përgënjeshtron lajmin për digën", "", Stance.REBUTS),
        ("mk", "Владата ги отфрли тврдењата за браната", "", Stance.REBUTS),
        ("ru", "В мэрии опровергли слухи о плотине", "", Stance.REBUTS),
        ("en", "Mayor denies plans for a new dam", "", Stance.REBUTS),
        ("bs", "Zašto nova brana mora stati", "Autor kolumne vidi opasnost.", Stance.ASSERTS),
        ("sr", "Нова брана опасна по цео крај", "Аутор текста то доказује.", Stance.ASSERTS),
        ("sq", "Pse diga duhet ndalur", "Opinion nga lexuesi.", Stance.ASSERTS),
        ("mk", "Браната мора да се запре", "Колумна за реката.", Stance.ASSERTS),
        ("ru", "Плотина угрожает всем", "Колонка нашего читателя.", Stance.ASSERTS),
        ("en", "The dam must be stopped", "An opinion piece.", Stance.ASSERTS),
        ("sr", "Полиција истражује градњу бране", "", Stance.REPORTS),
        ("bs", "Načelnik: Brana će biti gotova do jeseni", "Izjavio je jutros.", Stance.REPORTS),
        ("sq", "Gjykata nis hetimin për digën", "", Stance.REPORTS),
        ("mk", "Судот ја продолжи истрагата за браната", "", Stance.REPORTS),
        ("ru", "Суд продлил расследование о плотине", "", Stance.REPORTS),
        ("en", "Court extends probe into the dam", "", Stance.REPORTS),
    ],
)
def test_plain_cases_are_told_in_every_language(
    hints: StanceHints, lang: str, title: str, summary: str, stance: Stance
) -> None:
    assert hints(Passage(title=title, summary=summary, lang=lang), ()) is stance
