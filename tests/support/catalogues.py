"""Narrative files for tests: a directory that the program reads as a catalogue."""

from pathlib import Path

FILE = """\
id: {name}
title: {name}
summary: A test narrative.
paragraphs: []
rationale: A test.
phrases:
  hbs: [{phrases}]
"""


def write(directory: Path, **narratives: str) -> Path:
    """Write one narrative a keyword: its phrases in Serbian, comma between. Replaces the files."""
    directory.mkdir(exist_ok=True)
    for old in directory.glob("*.yaml"):
        old.unlink()
    (directory / "concepts.yaml").write_text("{}\n")
    for name, phrases in narratives.items():
        (directory / f"{name}.yaml").write_text(FILE.format(name=name, phrases=phrases))
    return directory
