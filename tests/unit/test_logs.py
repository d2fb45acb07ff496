from monitor.logs import Redactor


def test_names_and_passwords_of_addresses_are_masked() -> None:
    redact = Redactor()

    assert (
        redact.text("GET https://user:hunter2@feeds.example/x") == "GET https://***@feeds.example/x"
    )
    assert "hunter2" not in redact.text("smtp: password=hunter2 refused")
    assert redact.text("feed a-1 failed: timeout") == "feed a-1 failed: timeout"


def test_known_secrets_are_masked_wherever_they_stand() -> None:
    event = Redactor(["canary-secret"])(None, "", {"event": "x canary-secret y", "count": 3})

    assert event == {"event": "x *** y", "count": 3}
