"""`monitor narratives`."""

import sys
from collections import Counter
from dataclasses import asdict

import click

from monitor.app import App
from monitor.cli.backtest import backtest
from monitor.cli.context import with_app
from monitor.cli.explain import print_explanation
from monitor.cli.output import note, print_json, print_lines, print_table
from monitor.domain.hit import Passage
from monitor.domain.narrative import FAMILIES

BAD_CATALOGUE = 2


@click.group()
def narratives() -> None:
    """Read, check and try the catalogue of narratives.

    Example: monitor narratives check
    """


@narratives.command("check")
@with_app
def check(app: App) -> None:
    """Validate every narrative and run its examples: exit 2 with one line a mistake.

    Example: monitor narratives check --narratives my-narratives/
    """
    catalogue = app.catalogue
    faults = app.unmet_examples()
    for fault in faults:
        note(f"{app.narratives_directory}/{fault}")
    examples = sum(len(narrative.examples) for narrative in catalogue.narratives)
    click.echo(
        f"{len(catalogue.narratives)} narratives (version {catalogue.version}), "
        f"{examples} examples, {len(faults)} of them not met."
    )
    if faults:
        sys.exit(BAD_CATALOGUE)


@narratives.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def list_(app: App, *, as_json: bool) -> None:
    """List the narratives.

    Example: monitor narratives list --json
    """
    catalogue = app.catalogue
    if as_json:
        rows = [
            {
                "id": narrative.id,
                "title": narrative.title,
                "titles": dict(narrative.titles),
                "summary": narrative.summary,
                "paragraphs": list(narrative.paragraphs),
                "rules": len(narrative.rules),
                "phrases": dict(Counter(phrase.lang for phrase in narrative.phrases)),
                "thresholds": {
                    "digest": narrative.digest_threshold,
                    "review": narrative.review_threshold,
                },
            }
            for narrative in catalogue.narratives
        ]
        print_json({"version": catalogue.version, "narratives": rows})
        return
    lines = []
    for narrative in catalogue.narratives:
        count = Counter(phrase.lang for phrase in narrative.phrases)
        phrases = " ".join(f"{family} {count[family]}" for family in FAMILIES if count[family])
        paragraphs = " ".join(f"P{number}" for number in narrative.paragraphs)
        lines.append((narrative.id, paragraphs, len(narrative.rules), phrases, narrative.title))
    print_table(("narrative", "from", "rules", "phrases", "title"), lines)


@narratives.command("export")
@click.option("--format", "form", type=click.Choice(["jsonl"]), default="jsonl", show_default=True)
@with_app
def export(app: App, *, form: str) -> None:
    """Print what is looked for, a line a phrase or concept word.

    Example: monitor narratives export --format jsonl > phrases.jsonl
    """
    del form
    print_lines(asdict(row) for row in app.sought())


@narratives.command("coverage")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def coverage(app: App, *, as_json: bool) -> None:
    """Show each narrative in each language: rules, phrases, examples, hits in the archive.

    Example: monitor narratives coverage
    """
    rows = app.coverage()
    gaps = sum(row.is_gap for row in rows)
    if as_json:
        print_json({"gaps": gaps, "coverage": [asdict(row) for row in rows]})
        return
    print_table(
        ("narrative", "lang", "rules", "phrases", "examples", "hits", ""),
        [(*asdict(row).values(), "GAP" if row.is_gap else "") for row in rows],
    )
    note(f"{gaps} gaps: nothing that could be found, or no example that shows it.")


@narratives.command("test")
@click.argument("text")
@click.option(
    "--lang", default="", metavar="L", help="Language of the text; detected if not given."
)
@click.option("--summary", default="", help="A summary below TEXT as the title.")
@click.option("--country", default="", metavar="CC", help="Country of the outlet.")
@click.option("--all", "everything", is_flag=True, help="Show narratives without points too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def test(  # noqa: PLR0913 - the flags of the public contract
    app: App,
    text: str,
    *,
    lang: str,
    summary: str,
    country: str,
    everything: bool,
    as_json: bool,
) -> None:
    """Explain what the matcher makes of one text.

    Example: monitor narratives test "Otvoreni Balkan nije zamena za EU"
    """
    passage = Passage(text, summary, lang=lang, country=country)
    explanation = app.explain(passage)
    if as_json:
        print_json(asdict(explanation))
    else:
        print_explanation(explanation, everything=everything)


narratives.add_command(backtest)
