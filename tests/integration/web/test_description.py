"""The API keeps to its own description, whatever it is asked."""

from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import Phase, given
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis import Case, GenerationMode

from support.site import RunningSite


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["authorization"] = f"Bearer {self._token}"
        return request


HASTY = hypothesis.settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)
# A query or a cursor may be wrong in ways that no schema describes: 400 says in which.
CONFIG = schemathesis.Config.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "304", "400", "401", "403", "404", "429"]
            }
        }
    }
)
PATIENT = hypothesis.settings(HASTY, max_examples=60, derandomize=False)


@pytest.mark.parametrize("pace", [HASTY, pytest.param(PATIENT, marks=pytest.mark.soak)])
def test_the_api_keeps_to_its_description(site: RunningSite, pace: hypothesis.settings) -> None:
    token = site.app.people.new_token("olga", "a test", "olga")
    described = schemathesis.openapi.from_url(f"{site.url}/api/v1/openapi.json", config=CONFIG)
    described.auth.set_from_requests(_Bearer(token))
    operations: list[Any] = list(described.get_all_operations())

    assert len(operations) > 15
    for found in operations:
        operation = found.ok()
        right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

        @pace
        @given(case=right | wrong)
        def holds(case: Case[Any]) -> None:
            case.call_and_validate()

        holds()
