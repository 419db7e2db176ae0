# Sourced by run and test: makes .venv from requirements.lock (hashes checked) where it is missing or out of date.
# Needs nothing but Python 3.11 or newer; uses uv where it is installed. Sets $venv_python.
# PYTHON names another Python, VENV another folder.

venv=${VENV:-.venv}
venv_python=$venv/bin/python

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

fail() {
    echo "backchannel: $1" >&2
    exit 1
}

install_locked() {
    if command -v uv >/dev/null 2>&1; then
        uv venv --quiet --clear --python "$python" "$venv" &&
            uv pip sync --quiet --require-hashes --python "$venv_python" requirements.lock
        return
    fi
    "$python" -m venv --clear "$venv" >.venv.log 2>&1 || {
        rm -rf "$venv"
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        fail "Python $version has no working venv module. Install it, on Debian and Ubuntu with: apt install python$version-venv (details: .venv.log)"
    }
    rm -f .venv.log
    "$venv_python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
}

make_venv() {
    cmp -s requirements.lock "$venv/installed.lock" && [ -x "$venv_python" ] && return 0
    # Making it anew would empty the folder that the link leads to, which others use.
    [ ! -L "$venv" ] || fail "$venv is a link, and what it leads to is not of this requirements.lock: set VENV to another folder"
    python=$(find_python) || fail "Python 3.11 or newer is needed and was not found on the PATH. Install it, or name it: PYTHON=/path/to/python3 $0"
    echo "backchannel: installing what it needs into $venv (once; a minute or two) ..." >&2
    install_locked || fail "the installation did not finish; the reason stands above. Run the same command again once it is mended."
    cp requirements.lock "$venv/installed.lock"
}
