from itertools import product

import pytest

from monitor.domain.imprint import gist_of
from monitor.domain.story import Gist, likeness
from monitor.domain.varieties import read_alike

# One report each, as an outlet has it, and as one of another variety edits it.
REPORTS = [
    (
        (
            "Vlada Srbije izdvojiće tokom januara milion evra za obnovu lokalnih puteva, saopštio je juče "
            "ministar finansija, i dodao da će radovi sa opštinama početi posle prve nedelje februara."
        ),
        (
            "Vlada Srbije izdvojiće tijekom siječnja milijun eura za obnovu lokalnih puteva, priopćio je "
            "jučer ministar financija, i dodao da će radovi s općinama početi poslije prvog tjedna veljače."
        ),
    ),
    (
        (
            "Полиција је у сарадњи са тужилаштвом ухапсила пет особа које се сумњиче да су током јула "
            "пребациле више од хиљаду миграната преко границе, саопштило је министарство."
        ),
        (
            "Policija je u suradnji s tužiteljstvom uhitila pet osoba koje se sumnjiče da su tijekom srpnja "
            "prebacile više od tisuću migranata preko granice, priopćilo je ministarstvo."
        ),
    ),
    (
        (
            "Više hiljada građana okupilo se juče na trgu, a organizatori su saopštili da će se sledeći protest "
            "održati u nedelju, takođe ispred opštine, bez obzira na vremenske uslove."
        ),
        (
            "Više tisuća građana okupilo se jučer na trgu, a organizatori su priopćili da će se sljedeći prosvjed "
            "održati u nedjelju, također ispred općine, bez obzira na vremenske uvjete."
        ),
    ),
    (
        (
            "Sednica o stanju bezbednosti održaće se u ponedeljak, saopšteno je posle sastanka, a na njoj će takođe "
            "učestvovati predstavnici opština sa severa, njih oko hiljadu."
        ),
        (
            "Sjednica o stanju sigurnosti održaće se u ponedjeljak, saopćeno je poslije sastanka, a na njoj će također "
            "učestvovati predstavnici općina sa sjevera, njih oko hiljadu."
        ),
    ),
    (
        (
            "Opozicija je zatražila vanredne izbore i poručila da poslanici neće učestvovati u radu parlamenta dok se ne "
            "ispune uslovi koje su naučnici i univerzitet predložili u oktobru."
        ),
        (
            "Oporba je zatražila izvanredne izbore i poručila da zastupnici neće sudjelovati u radu parlamenta dok se ne "
            "ispune uvjeti koje su znanstvenici i sveučilište predložili u listopadu."
        ),
    ),
]
# What happened is not the same, though the words around it are.
OTHERS = [
    (
        (
            "U saobraćajnoj nesreći kod Niša sinoć je poginuo vozač automobila, a dve osobe su lakše povređene, "
            "saopštila je policija."
        ),
        (
            "U prometnoj nesreći kod Zadra sinoć je poginula vozačica kamiona, a tri osobe su teško ozlijeđene, "
            "priopćila je policija."
        ),
    ),
    (
        "Policija je u Novom Sadu uhapsila tri osobe i zaplenila deset kilograma kokaina, saopštilo je juče tužilaštvo.",
        (
            "Policija je u Splitu uhitila šest osoba i zaplijenila sto kilograma marihuane, priopćilo je jučer "
            "tužiteljstvo."
        ),
    ),
    (
        "Sutra će u Srbiji biti pretežno oblačno sa maglom, a tokom dana sa kišom, najviša temperatura do 12 stepeni.",
        (
            "Sutra će u Hrvatskoj biti pretežno sunčano s mrazom, a tijekom dana s vjetrom, najviša temperatura do 19 "
            "stupnjeva."
        ),
    ),
]


def of(text: str) -> Gist:
    return gist_of("", text, "")


@pytest.mark.parametrize(("one", "other"), REPORTS)
def test_a_report_edited_for_another_variety_is_the_same_story(one: str, other: str) -> None:
    assert likeness(of(one), of(other)) > 0.8


def test_other_reports_are_other_stories_in_whatever_variety() -> None:
    reports = [*REPORTS, *OTHERS]
    apart = [
        (one, other)
        for (at, (one, _)), (there, (_, other)) in product(enumerate(reports), enumerate(reports))
        if at != there
    ]

    assert [pair for pair in [*apart, *OTHERS] if likeness(*map(of, pair))] == []


def test_cases_are_read_as_those_of_the_other_word() -> None:
    words = "tisućama tijekom siječnja vlakova vlakna hiljadama".replace("ć", "c").replace("č", "c")

    read = read_alike(words.split())

    assert read == ["hiljadama", "tokom", "januara", "vozova", "vlakna", "hiljadama"]
