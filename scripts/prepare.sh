#!/bin/sh
# A virtual environment holding exactly requirements.lock, and this project beside it; with uv where there is one, else pip.
# The lock is complete, so nothing is resolved anew.
set -eu
python=$1
venv=$2
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "almanac needs Python 3.11 or newer; $python is older" >&2; exit 1; }
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
if command -v uv >/dev/null 2>&1; then
    VIRTUAL_ENV=$(cd "$venv" && pwd) uv pip install --quiet --no-deps --require-hashes -r requirements.lock
    VIRTUAL_ENV=$(cd "$venv" && pwd) uv pip install --quiet --no-deps --no-build-isolation -e .
else
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
fi
