#!/bin/sh
# Makes .venv from a Python of version 3.11 or later, or says in one sentence what is missing.
# PYTHON names a particular one. An existing .venv stays unless it is broken or was moved with its folder.
set -eu

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

if .venv/bin/python -c "$new_enough" 2>/dev/null && grep -qF "$(pwd -P)/.venv/bin/python" .venv/bin/pip 2>/dev/null; then
    exit 0
fi

found=
seen=
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
    version=$("$candidate" -c 'import platform; print(platform.python_version())' 2>/dev/null) || continue
    if "$candidate" -c "$new_enough"; then
        found=$candidate
        break
    fi
    seen=$version
done

if [ -z "$found" ]; then
    if [ -n "$seen" ]; then
        echo "Zeren needs Python 3.11 or later, and the newest found here is $seen: install a newer one, or name it with make PYTHON=/path/to/python3." >&2
    else
        echo "Zeren needs Python 3.11 or later, and none was found: install it (Debian, Ubuntu: apt install python3 python3-venv), or name it with make PYTHON=/path/to/python3." >&2
    fi
    exit 1
fi

if ! "$found" -c 'import venv, ensurepip' 2>/dev/null; then
    echo "Python $version lacks its venv module: install it (Debian, Ubuntu: apt install python3-venv) and repeat." >&2
    exit 1
fi

rm -rf .venv
"$found" -m venv .venv
