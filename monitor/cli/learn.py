"""`monitor learn`."""

from pathlib import Path
from typing import Final

import click

from monitor.app import App
from monitor.app.learning import REVIEWS, Learned
from monitor.app.learning import learn as train
from monitor.cli.context import with_app
from monitor.cli.output import counting, note, print_json, print_table
from monitor.domain.lessons import Figures

_HEADINGS: Final = ("narrative", "labels", "carry it", "precision", "recall", "F1")


@click.command()
@click.option(
    "--labels",
    multiple=True,
    required=True,
    metavar="FILE",
    help=f"Labelled items as JSON Lines, or `{REVIEWS}` for this installation's. Repeatable.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="MODEL",
    help="Where to write the model.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.argument("more", nargs=-1, metavar="")
@with_app
def learn(
    app: App, *, labels: tuple[str, ...], more: tuple[str, ...], out: Path, as_json: bool
) -> None:
    """Train the second opinion on labelled items, for `monitor match --model MODEL`.

    Further files may follow those of --labels. Needs the extra `semantic`.

    Example: monitor learn --labels reviews --out model.zip
    """
    with counting("reading by meaning") as seen:
        made = train(app, [*labels, *more], out, seen)
    if as_json:
        print_json(_object(made, out))
        return
    rows = [_row(one) for one in made.model.figures]
    print_table(_HEADINGS, rows)
    for one in made.model.figures:
        if one.refusal:
            note(f"{one.narrative} is not served: {one.refusal}.")
    if not made.weights_from:
        note(
            "No text is marked as unseen by the rules' writers: how far to trust the rules is a guess."
        )
    note(f"Wrote {out}, version {made.version}, from {made.labels} labelled items.")


def _row(one: Figures) -> tuple[object, ...]:
    if not one.is_served:
        return one.narrative, one.labels, one.carried, "not served", "", ""
    shown = [f"{value:.2f}" for value in (one.precision, one.recall, one.f1)]
    return one.narrative, one.labels, one.carried, *shown


def _object(made: Learned, out: Path) -> dict[str, object]:
    return {
        "model": str(out),
        "version": made.version,
        "embedder": made.model.embedder,
        "catalogue_version": made.model.catalogue_version,
        "data_hash": made.data_hash,
        "labels": made.labels,
        "unseen": made.weights_from,
        "narratives": [
            {
                "narrative": one.narrative,
                "labels": one.labels,
                "carried": one.carried,
                "served": one.is_served,
                "why_not": one.refusal or None,
                "precision": round(one.precision, 4) if one.is_served else None,
                "recall": round(one.recall, 4) if one.is_served else None,
                "f1": round(one.f1, 4) if one.is_served else None,
            }
            for one in made.model.figures
        ],
    }
