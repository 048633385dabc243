#!/bin/sh
# Installs the outside clients that the tests speak to the server with: the Python packages
# `websockets` and `schemathesis` into target/outside-venv and the npm package `ws` beside this file. What is there
# already is left alone, so it works offline from the second time on.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=$here/../../../target/outside-venv

need() {
    command -v "$1" >/dev/null || { echo "install.sh: $1 is missing; install $2" >&2; exit 1; }
}
need curl "curl"
need python3 "Python 3.9 or later with venv (python3 and python3-venv on Debian)"
need node "Node.js 20 or later"
need npm "npm (it comes with Node.js)"

# Says whether the packages are there, in the versions wanted.
complete='
import sys
from importlib.metadata import version
for line in open(sys.argv[1]):
    name, wanted = line.strip().split("==")
    assert version(name) == wanted
'
if ! "$venv/bin/python" -c "$complete" "$here/requirements.txt" 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
fi

wanted=$(node -p 'require(process.argv[1]).dependencies.ws' "$here/package.json")
installed=$(node -p 'require(process.argv[1]).version' "$here/node_modules/ws/package.json" 2>/dev/null || true)
if [ "$installed" != "$wanted" ]; then
    npm ci --prefix "$here" --no-audit --no-fund --silent
fi
