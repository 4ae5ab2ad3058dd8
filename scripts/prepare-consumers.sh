#!/bin/sh
# A virtual environment holding exactly tests/consumers/requirements.lock: the programs that read an edition, and nothing of
# this project. With uv where there is one, else pip; an installer's words are shown where it fails, and nowhere else.
set -eu
python=$1
venv=$2
said=$(mktemp)
trap 'rm -f "$said"' EXIT
quietly() {
    "$@" >"$said" 2>&1 || { status=$?; cat "$said" >&2; exit "$status"; }
}

echo "preparing $venv from tests/consumers/requirements.lock"
[ -x "$venv/bin/python" ] || quietly "$python" -m venv "$venv"
if command -v uv >/dev/null 2>&1; then
    VIRTUAL_ENV=$(cd "$venv" && pwd)
    export VIRTUAL_ENV
    quietly uv pip install --no-deps --require-hashes -r tests/consumers/requirements.lock
else
    quietly "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps --require-hashes -r tests/consumers/requirements.lock
fi
