"""Hits as they are stored, exported and compared with what was exported before."""

import json
from dataclasses import asdict

import make
from monitor.domain.hit import Source


def test_a_hit_s_row_has_every_field_as_json_has_it() -> None:
    hit = make.hit(source=Source.BOTH, probability=0.25)

    assert json.dumps(hit.as_row()) == json.dumps(asdict(hit))
    assert [one.as_row() for one in hit.evidence] == [asdict(one) for one in hit.evidence]
