#!/bin/sh
# A virtual environment holding exactly requirements.lock, and this project beside it; with uv where there is one, else pip.
# The lock is complete, so nothing is resolved anew. An installer's words are shown where it fails, whole, and nowhere else.
set -eu
python=$1
venv=$2
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "almanac needs Python 3.11 or newer; $python is older" >&2; exit 1; }

said=$(mktemp)
trap 'rm -f "$said"' EXIT
quietly() {
    "$@" >"$said" 2>&1 || { status=$?; cat "$said" >&2; exit "$status"; }
}

echo "preparing $venv from requirements.lock"
[ -x "$venv/bin/python" ] || quietly "$python" -m venv "$venv"
if command -v uv >/dev/null 2>&1; then
    VIRTUAL_ENV=$(cd "$venv" && pwd)
    export VIRTUAL_ENV
    quietly uv pip install --no-deps --require-hashes -r requirements.lock
    quietly uv pip install --no-deps --no-build-isolation -e .
else
    quietly "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
    quietly "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
fi
