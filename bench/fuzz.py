"""``python -m bench.fuzz``: a coverage-guided fuzzer (Atheris) over the readers, for as long as it is told to run.

Atheris is no dependency: it is installed into a virtual environment of its own, beside this project's packages. Where
it does not install, that is said in one sentence and nothing is run. What the fuzzer finds is a crash (anything but the
`ValueError` a reader promises) or an input that takes longer than `--timeout`; the input is kept in `--keep`.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REFUSALS = (ValueError, RecursionError)
"""What a reader may raise; `Source.read` makes a refusal of it."""


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    arguments.add_argument("--seconds", type=int, default=60, help="how long to run")
    arguments.add_argument("--timeout", type=int, default=5, help="seconds that one input may take")
    arguments.add_argument("--longest", type=int, default=8192, help="bytes of the longest input")
    arguments.add_argument("--venv", type=Path, default=ROOT / ".venv-fuzz", help="where Atheris is installed")
    arguments.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "almanac-fuzz")
    given = arguments.parse_args()
    python = _python_with_atheris(given.venv)
    if not python:
        print("Atheris does not install here, so the coverage-guided fuzzer is not run.")
        return 0
    corpus = given.keep / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, body in enumerate(_seeds(given.longest)):
        (corpus / f"seed-{number}").write_bytes(body)
    packages = importlib.util.find_spec("bs4")
    assert packages
    assert packages.origin
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(packages.origin).parents[1])])}
    return subprocess.run(  # noqa: S603  this very module, under the other interpreter
        [
            str(python),
            "-c",
            "from bench import fuzz; fuzz.run()",
            f"-max_total_time={given.seconds}",
            f"-timeout={given.timeout}",
            f"-max_len={given.longest}",
            f"-artifact_prefix={given.keep}{os.sep}",
            "-print_final_stats=1",
            "-rss_limit_mb=2048",
            str(corpus),
        ],
        env=environment,
        cwd=ROOT,
        check=False,
    ).returncode


def _python_with_atheris(venv: Path) -> Path | None:
    """The interpreter of an environment with Atheris, made where there is none; None where it does not install."""
    python = venv / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)  # noqa: S603
        if subprocess.run([str(python), "-c", "import atheris"], capture_output=True, check=False).returncode:  # noqa: S603
            install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "atheris"]
            subprocess.run(install, check=True, capture_output=True)  # noqa: S603
            subprocess.run([str(python), "-c", "import atheris"], check=True, capture_output=True)  # noqa: S603
    except (subprocess.CalledProcessError, OSError):
        return None
    return python


def _seeds(longest: int) -> list[bytes]:
    """The small written documents, each once for every reader: the first byte of an input chooses the reader."""
    files = sorted(path for path in (ROOT / "tests" / "fixtures").rglob("*") if path.is_file())
    return [
        bytes([reader]) + path.read_bytes()
        for path in files
        if path.stat().st_size < longest
        for reader in _READERS_OF.get(path.suffix, ())
    ]


_READERS_OF = {
    ".html": (0, 1),
    ".md": (2, 3),
    ".mdx": (2, 3),
    ".json": (4,),
    ".yaml": (5,),
    ".yml": (5,),
    ".csv": (6, 7, 8, 9, 10, 11, 12, 13),
}
"""File name's ending → the readers, by their place in `readers`, that are begun with such a file."""


def readers() -> list[Callable[[str], object]]:
    """What is fuzzed; an input's first byte says which."""
    from sources.readers import documents, sentences, structured, values

    def html_sections(text: str) -> object:
        return [section.prices for section in documents.html_sections(documents.soup(text))]

    def table_rows(text: str) -> object:
        return [list(table.rows()) for table in documents.markdown_tables(text)]

    def exact_json(text: str) -> object:
        node = structured.exact_json(text)
        values_of = node.values() if isinstance(node, dict) else node if isinstance(node, list) else [node]
        words = [structured.json_words(each) for each in values_of if not isinstance(each, (dict, list))]
        return structured.money_keys(node), words

    def numbers(text: str) -> object:
        return values.without_float_noise(values.decimal(text))

    def modalities(text: str) -> object:
        return values.modalities(text.split(","))

    return [
        html_sections,
        lambda text: documents.words(documents.soup(text)),
        table_rows,
        structured.front_matter,
        exact_json,
        structured.exact_yaml,
        documents.csv_table,
        values.money,
        values.tokens,
        values.parameters,
        values.day,
        numbers,
        modalities,
        lambda text: list(sentences.sizes(text)),
    ]


def run() -> None:
    """The fuzzer itself, under the interpreter that has Atheris."""
    import atheris

    with atheris.instrument_imports(include=["sources"]):
        choices = readers()

    def one_input(data: bytes) -> None:
        if not data:
            return
        read = choices[data[0] % len(choices)]
        try:
            read(data[1:].decode("utf-8", "replace"))
        except REFUSALS:
            return

    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
