# shellcheck shell=bash
# Sourced by packaging/run and packaging/test: `prepare LOCK...` brings the system packages and the .venv they start
# from. All it says goes to standard error; a start that lacks nothing calls neither apt nor pip.

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
venv=$root/.venv
# First line: what .venv was made for; then a checksum for each lock it holds. It is away while pip works, so a
# set-up that was interrupted leaves an environment without stamp, and that one is made anew.
stamp=$venv/quotedesk-ready
unset PYTHONPATH PYTHONHOME # the locked packages, and no others

# What is looked for (a shared library, a file pattern or a command), and the Debian package that brings it.
needs=(
    '/etc/ssl/certs/*.crt:ca-certificates' '/usr/share/fonts/*/*:fonts-dejavu-core'
    libGL.so.1:libgl1 libEGL.so.1:libegl1 libxkbcommon.so.0:libxkbcommon0 libglib-2.0.so.0:libglib2.0-0
    libfontconfig.so.1:libfontconfig1 libdbus-1.so.3:libdbus-1-3 libxkbcommon-x11.so.0:libxkbcommon-x11-0
    libxcb-cursor.so.0:libxcb-cursor0 libxcb-icccm.so.4:libxcb-icccm4 libxcb-keysyms.so.1:libxcb-keysyms1
    libxcb-shape.so.0:libxcb-shape0
)

say() { printf '%s: %s\n' "$0" "$*" >&2; }
die() { say "$@"; exit 1; }

# attempt WHAT COMMAND...: keeps standard error back, for a lost network is to be one line and not a page of retries.
attempt() {
    local what=$1 errors
    shift
    errors=$(mktemp)
    if ! "$@" </dev/null >&2 2>"$errors"; then
        grep -qiE 'connection|connect to|resolv|timed out|unreachable|proxy' "$errors" &&
            die "could not install $what: no answer from the network; start again when it is there (more in $errors)"
        tail -n 15 "$errors" >&2
        die "could not install $what"
    fi
    rm -f "$errors"
}

# The interpreter behind the first Python that fits and has module $1. A name may be a shim that only fails (pyenv), or
# belong to an active environment, perhaps the .venv about to be replaced: so each is run, and asked for its base.
find_python() {
    local name
    for name in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
        "$name" -I -c 'import sys
assert (3, 11) <= sys.version_info < (3, 14)
__import__(sys.argv[1])
print(getattr(sys, "_base_executable", sys.executable))' "$1" 2>/dev/null && return
    done
    return 1
}

made_for() { printf '%s %s\n' "$("$venv/bin/python" -IS -c 'import sys; print(sys.version_info[:2])' 2>/dev/null)" "$root"; }
checksum() { cat "$root/pyproject.toml" "$root/packaging/$1" | sha256sum; }
sound() { [[ -x $venv/bin/python && -s $stamp && $(head -n 1 "$stamp") == "$(made_for)" ]]; }
ready() { sound && grep -qxF "$(checksum "$1")" "$stamp"; }

# The needs that are not met, as lines "thing:package".
missing_system() {
    local need libraries python
    libraries=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null) || libraries=
    for need in "${needs[@]}"; do
        case ${need%:*} in
        lib*) [[ -z $libraries || $libraries == *$'\t'"${need%:*} "* ]] ;; # no ldconfig: no way to know
        /*) compgen -G "${need%:*}" >/dev/null ;;
        *) command -v "${need%:*}" >/dev/null ;;
        esac || echo "$need"
    done
    if sound || find_python ensurepip >/dev/null; then
        return
    elif python=$(find_python sys); then # Debian cuts ensurepip out of its Python, into a package per version
        "$python" -I -c 'import sys; print("the module ensurepip:python{}.{}-venv".format(*sys.version_info))'
    elif [[ ! -e /usr/bin/python3 ]]; then
        printf '%s\n' 'Python 3:python3' 'the module venv:python3-venv'
    fi
}

install_system() { # thing:package...
    local packages=("${@##*:}") as_root=() line
    if ! command -v apt-get >/dev/null; then
        say "this system lacks, as far as can be seen: $(printf '%s; ' "${@%:*}")install them in its own way"
        return
    fi
    if [[ $EUID -ne 0 ]]; then
        as_root=(sudo)
        if ! sudo -n true 2>/dev/null; then
            line="apt-get update && apt-get install -y --no-install-recommends ${packages[*]}"
            command -v sudo >/dev/null && line=${line//apt-get/sudo apt-get}
            say "system packages are missing. Have them installed by this line, run as root, then start again:"
            echo "$line" >&2
            exit 2
        fi
    fi
    say "installing system packages: ${packages[*]}"
    # Stale lists may still do, so the update may fail. 9 is the lock: a daemon that a package starts would keep it.
    # shellcheck disable=SC2016 # "$@" is for the inner shell
    attempt "system packages" "${as_root[@]}" env LC_ALL=C DEBIAN_FRONTEND=noninteractive sh -c '
        exec 9<&-
        apt-get update -qq
        exec apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"' sh "${packages[@]}"
}

install_python() { # LOCK...: pip installs the first, which holds all that the others hold
    local python lock made
    if ! sound; then
        python=$(find_python ensurepip) || die "needs Python 3.11, 3.12 or 3.13 with venv; there is none on the PATH"
        say "making .venv with $python"
        rm -rf "$venv" || die "cannot replace $venv; remove it"
        "$python" -I -m venv "$venv" >&2 || die "cannot make $venv"
    fi
    made=$(made_for)
    rm -f "$stamp" || die "cannot write to $venv; remove it"
    say "installing packaging/$1 into .venv"
    # The machine's pip settings hold, but for two that contradict a .venv and an editable checkout.
    export PIP_USER=0 PIP_REQUIRE_HASHES=0
    attempt "packaging/$1" "$venv/bin/python" -I -m pip install --no-input --require-hashes -r "packaging/$1"
    attempt "the checkout" "$venv/bin/python" -I -m pip install --no-input --no-deps --no-build-isolation -e .
    { echo "$made" && for lock; do checksum "$lock"; done; } >"$stamp.new"
    mv "$stamp.new" "$stamp"
}

prepare() { # LOCK...
    local missing
    missing=$(missing_system)
    if [[ -z $missing ]] && ready "$1"; then return; fi
    ( # one set-up at a time: a second start waits, and then finds nothing to do
        cd "$root" || exit
        flock -n 9 || { say "another start is setting up; waiting for it" && flock 9; } || say "no locks here (NFS?); going on"
        mapfile -t missing < <(missing_system)
        [[ ${#missing[@]} -eq 0 ]] || install_system "${missing[@]}"
        ready "$1" || install_python "$@"
    ) 9<"$root/packaging"
}
