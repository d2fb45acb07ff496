import pytest

from monitor.domain.word_forms import Forms


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("balkan", "balkanom"),
        ("balkanu", "balkana"),
        ("kosovo", "kosova"),
        ("vojnik", "vojnici"),
        ("vojnici", "vojnika"),
        ("ministar", "ministri"),
        ("ministra", "ministar"),
        ("srbije", "srbiji"),
        ("mleko", "mlijeka"),
        ("mlijeko", "mleka"),
        ("vesti", "vijesti"),
        ("izbori", "izborite"),
        ("qeveria", "qeverise"),
        ("voda", "vode"),
        ("gradani", "gradjanima"),
        ("gradjanin", "gradanima"),
        ("dordevic", "djordjevicem"),
        ("djordjevicu", "dordevic"),
        ("dakovica", "djakovici"),
        ("ministar", "ministara"),
        ("sredstvo", "sredstava"),
        ("zemlja", "zemalja"),
        ("ugalj", "uglja"),
        ("ugljem", "ugalj"),
        ("sabac", "sapcu"),
        ("sapca", "sabac"),
        ("posao", "poslovi"),
        ("posla", "posao"),
        ("vrijeme", "vremenu"),
        ("vremenom", "vreme"),
        ("sljedeceg", "sledeci"),
        ("njemacka", "nemackoj"),
        ("nemacka", "njemackoj"),
        ("bezbednost", "bezbednoscu"),
        ("sigurnoscu", "sigurnosti"),
        ("ljubav", "ljubavlju"),
        ("krvlju", "krvi"),
        ("rekom", "reke"),
        ("nogama", "noga"),
        ("evrima", "evro"),
        ("kucata", "kuci"),
        ("djubrivoto", "djubriva"),
        ("djubriva", "djubrivoto"),
        ("ministerot", "ministri"),
        ("kufi", "kufirin"),
        ("kufirit", "kufi"),
        ("kufijte", "kufiri"),
        ("kurti", "kurtijem"),
        ("kurtijem", "kurti"),
    ],
)
def test_a_word_is_found_in_another_case_or_dialect(asked: str, written: str) -> None:
    forms = Forms.of(asked)

    assert forms.among([written]) == [written]
    assert any(written.startswith(begin) for begin in forms.beginnings())


@pytest.mark.parametrize(
    ("asked", "other"),
    [
        ("vlada", "vladimir"),
        ("srbija", "srpski"),
        ("rat", "ratar"),
        ("eu", "eum"),
        ("dala", "djali"),
        ("posao", "posle"),
        ("prvi", "prava"),
        ("putin", "putem"),
        ("planeta", "plan"),
        ("raketa", "rak"),
        ("kosova", "kosa"),
        ("mesto", "mesa"),
    ],
)
def test_another_word_is_none_of_its_forms(asked: str, other: str) -> None:
    assert Forms.of(asked).among([other]) == []
