"""packaging/run, packaging/test and .ci/run from outside, on a machine of fakes.

The machine is a PATH that holds a few real tools and recorders in the place of apt-get, sudo, ldconfig and Python; the
Python's "venv" makes an environment of recorders too. Nothing is installed and no network is asked.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
TOOLS = [
    "basename",
    "bash",
    "cat",
    "cp",
    "dirname",
    "env",
    "flock",
    "grep",
    "head",
    "mkdir",
    "mktemp",
    "mv",
    "readlink",
]
TOOLS += ["rm", "sh", "sha256sum", "sleep", "tail"]
IS_ROOT = os.geteuid() == 0
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

FAKES = {
    "ldconfig": r"""while read -r library; do printf '\t%s (libc6) => /lib\n' "$library"; done <"$HERE/libraries" """,
    "apt-get": """
        echo "apt-get $*" >>"$HERE/log"
        [ "$1" != install ] || cp "$HERE/all-libraries" "$HERE/libraries" """,
    "sudo": """
        [ -e "$HERE/sudo-allowed" ] || exit 1
        [ "$1" != -n ] || exit 0
        echo sudo >>"$HERE/log"
        exec "$@" """,
    "python3": """
        [ "$2" != -c ] || { echo "$0"; exit; }
        echo "venv by $(basename "$0")" >>"$HERE/log"
        mkdir -p "$4/bin"
        cp "$HERE/venv-python" "$4/bin/python"
        for tool in ruff mypy lint-imports; do cp "$HERE/check" "$4/bin/$tool"; done """,
    "Xvfb": "",
    "xdotool": "",
    "openbox": "",
    "import": "",
    "objdump": "",
    "xz": "",
    "weston": "",
    "desktop-file-validate": "",
    "appstreamcli": "",
    "dbus-daemon": "",
}
VENV_PYTHON = """
    case "$*" in
    "-IS -c "*) echo "(3, 11)" ;;
    "-I -m pip "*)
        echo "$*" >>"$HERE/log"
        [ ! -e "$HERE/pip-is-slow" ] || sleep 0.3
        [ ! -e "$HERE/pip-error" ] || { cat "$HERE/pip-error" >&2; exit 1; } ;;
    "-P -m quotedesk"*)
        shift 3
        printf '%s|' "$@" "$QUOTEDESK_COMMAND" "${PYTHONPATH-none}" "$PWD" ;;
    "-m pytest"*)
        shift 2
        printf '%s|' "$QT_QPA_PLATFORM" "$@" >>"$HERE/log"
        echo "== 3 passed =="
        exit "$(cat "$HERE/pytest-exit")" ;;
    *) exit 99 ;;
    esac """
CHECK = """
    echo "$(basename "$0") $*" >>"$HERE/log"
    [ ! -e "$HERE/$(basename "$0")-fails" ] """


class Machine:
    """A folder with a checkout, a PATH of fakes, and switches that are files.

    Attributes:
        here: the folder.
        checkout: the fresh clone in it; its name has a blank.
    """

    def __init__(self, here: Path) -> None:
        self.here = here
        self.checkout = here / "check out"
        (here / "bin").mkdir()
        for tool in TOOLS:
            (here / "bin" / tool).symlink_to(shutil.which(tool) or tool)
        for name, body in FAKES.items():
            self.add_script(here / "bin" / name, body)
        self.add_script(here / "venv-python", VENV_PYTHON)
        self.add_script(here / "check", CHECK)
        for command in ("packaging/run", "packaging/test", "packaging/prepare.sh", ".ci/run"):
            (self.checkout / command).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / command, self.checkout / command)
        for text in ("pyproject.toml", "packaging/requirements.txt", "packaging/requirements-dev.txt"):
            (self.checkout / text).write_text(f"{text}\n")
        libraries = re.findall(r"\b(lib\S+\.so\.\d+):", (CHECKOUT / "packaging/prepare.sh").read_text())
        self.set("all-libraries", "".join(f"{library}\n" for library in libraries))
        self.set("libraries", "".join(f"{library}\n" for library in libraries))
        self.set("log", "")
        self.set("pytest-exit", "0")

    @staticmethod
    def add_script(path: Path, body: str) -> None:
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def set(self, switch: str, text: str = "") -> None:
        (self.here / switch).write_text(text)

    def lose(self, *libraries: str) -> None:
        kept = [name for name in (self.here / "libraries").read_text().split() if name not in libraries]
        self.set("libraries", "".join(f"{library}\n" for library in kept))

    def take_log(self) -> str:
        """What was called since the last time."""
        log = (self.here / "log").read_text()
        self.set("log", "")
        return log

    def environment(self, **more: str) -> dict[str, str]:
        return {"PATH": str(self.here / "bin"), "HERE": str(self.here), "TMPDIR": str(self.here), **more}

    def start(
        self, *command: str, as_nobody: bool = False, cwd: Path | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Starts one of the scripts; a relative name is typed in the checkout.

        Args:
            as_nobody: without root's rights; where the tests run without them, that is so anyway.
            more: variables of the environment.
        """
        if as_nobody and IS_ROOT:
            for path in (self.here, *self.here.rglob("*")):
                os.chown(path, 65534, 65534, follow_symlinks=False)
            command = (shutil.which(NOBODY[0]) or NOBODY[0], *NOBODY[1:], *command)
        return subprocess.run(
            command,
            cwd=cwd or self.checkout,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine() -> Iterator[Machine]:
    # Not tmp_path: it lies in a folder that nobody but its owner may enter.
    with tempfile.TemporaryDirectory(prefix="quotedesk commands ") as folder:
        Path(folder).chmod(0o755)
        yield Machine(Path(folder))


def test_arguments_reach_the_program_as_they_were_typed_from_any_folder(machine: Machine) -> None:
    command = str(machine.checkout / "packaging/run")
    done = machine.start(command, "--name", "two  words", "", "*", cwd=machine.here, PYTHONPATH="/elsewhere")
    # Standard output is the program's own; the set-up speaks on standard error.
    assert done.stdout == f"--name|two  words||*|{command}|none|{machine.here}|"
    assert done.returncode == 0


def test_the_program_learns_the_command_as_typed(machine: Machine) -> None:
    assert machine.start("packaging/run").stdout.split("|")[0] == "packaging/run"


def test_a_link_to_the_command_finds_the_checkout(machine: Machine) -> None:
    (machine.here / "quotes").symlink_to(machine.checkout / "packaging/run")
    done = machine.start("./quotes", cwd=machine.here)
    assert done.stdout.startswith("./quotes|")
    assert (machine.checkout / ".venv/bin/python").exists()


def test_the_first_start_makes_the_environment_from_the_lock_and_the_second_calls_nothing(machine: Machine) -> None:
    machine.start("packaging/run")
    assert machine.take_log().splitlines() == [
        "venv by python3",
        "-I -m pip install --no-input --require-hashes -r packaging/requirements.txt",
        "-I -m pip install --no-input --no-deps --no-build-isolation -e .",
    ]
    done = machine.start("packaging/run")
    assert (machine.take_log(), done.stderr, done.returncode) == ("", "", 0)


def test_a_test_run_prepares_the_program_too_but_not_the_other_way_round(machine: Machine) -> None:
    machine.start("packaging/run")
    machine.take_log()
    machine.start("packaging/test")
    assert "requirements-dev.txt" in machine.take_log()
    machine.start("packaging/run")
    assert machine.take_log() == ""


def test_the_lock_for_tests_holds_all_of_the_lock_for_the_program() -> None:
    program, tests = (
        {
            re.sub(r" ;[^\n]*(?= \\\n)", "", each)  # on which systems is another question
            for each in re.split(r"\n(?=\S)", (CHECKOUT / "packaging" / name).read_text().strip())[1:]
        }
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert program
    assert program <= tests


def test_a_changed_lock_is_installed_into_the_environment_at_hand(machine: Machine) -> None:
    machine.start("packaging/run")
    machine.take_log()
    (machine.checkout / "packaging/requirements.txt").write_text("newer\n")
    machine.start("packaging/run")
    log = machine.take_log()
    assert "requirements.txt" in log
    assert "venv" not in log


@pytest.mark.parametrize("before", ["nothing", "an older lock"])
def test_an_interrupted_set_up_is_made_anew_by_the_next_start(machine: Machine, before: str) -> None:
    if before == "an older lock":
        machine.start("packaging/run")
        (machine.checkout / "packaging/requirements.txt").write_text("newer\n")
    machine.set("pip-error", "ERROR: the disk is full")
    done = machine.start("packaging/run")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the disk is full" in done.stderr
    (machine.here / "pip-error").unlink()
    machine.take_log()
    assert machine.start("packaging/run").returncode == 0
    assert "venv" in machine.take_log()


def test_a_moved_checkout_gets_a_new_environment(machine: Machine) -> None:
    machine.start("packaging/run")
    machine.take_log()
    machine.checkout = machine.checkout.rename(machine.here / "elsewhere")
    assert machine.start("packaging/run").returncode == 0
    assert "venv" in machine.take_log()


def test_an_environment_without_its_python_is_replaced(machine: Machine) -> None:
    machine.start("packaging/run")
    machine.take_log()
    (machine.checkout / ".venv/bin/python").unlink()
    (machine.checkout / ".venv/bin/python").symlink_to("/nowhere/python3")
    assert machine.start("packaging/run").returncode == 0
    assert "venv" in machine.take_log()


def test_a_python_that_does_not_run_is_passed_over(machine: Machine) -> None:
    (machine.here / "bin/python3").rename(machine.here / "bin/python3.12")
    machine.add_script(machine.here / "bin/python3", "exit 127")
    assert machine.start("packaging/run").returncode == 0
    assert "venv by python3.12" in machine.take_log()


def test_two_starts_at_once_set_up_once(machine: Machine) -> None:
    machine.set("pip-is-slow")
    starts = [
        subprocess.Popen(
            "packaging/run",
            cwd=machine.checkout,
            env=machine.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for start in starts:
        start.communicate()
    assert [start.returncode for start in starts] == [0, 0]
    assert machine.take_log().count("venv") == 1


def test_no_network_is_one_line(machine: Machine) -> None:
    machine.set("pip-error", "WARNING: Retrying: Failed to establish a new connection\n" * 5 + "ERROR: none found\n")
    done = machine.start("packaging/run")
    assert done.returncode == 1
    assert "no answer from the network" in done.stderr.splitlines()[-1]
    assert "WARNING" not in done.stderr


def test_who_may_not_install_gets_the_one_line_to_run(machine: Machine) -> None:
    machine.lose("libEGL.so.1", "libxcb-cursor.so.0")
    done = machine.start("packaging/run", as_nobody=True)
    assert done.returncode == 2
    assert done.stderr.splitlines()[1:] == [
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1 libxcb-cursor0"
    ]
    assert machine.take_log() == ""
    assert not (machine.checkout / ".venv").exists()


def test_who_may_use_sudo_has_only_the_missing_packages_installed(machine: Machine) -> None:
    machine.lose("libEGL.so.1")
    machine.set("sudo-allowed")
    (machine.here / "bin/openbox").unlink()
    done = machine.start("packaging/test", as_nobody=True)
    log = machine.take_log().splitlines()
    assert log[:2] == ["sudo", "apt-get update -qq"]
    assert re.fullmatch(r"apt-get install .*=600 libegl1 openbox", log[2])
    assert "libegl1 openbox" in done.stderr
    assert done.returncode == 0


@pytest.mark.skipif(not IS_ROOT, reason="only root installs without sudo")
def test_root_installs_without_sudo(machine: Machine) -> None:
    machine.lose("libEGL.so.1")
    assert machine.start("packaging/run").returncode == 0
    log = machine.take_log()
    assert "libegl1" in log
    assert "sudo" not in log


def test_a_system_without_apt_names_what_it_lacks_and_goes_on(machine: Machine) -> None:
    machine.lose("libEGL.so.1")
    (machine.here / "bin/apt-get").unlink()
    done = machine.start("packaging/run")
    assert done.returncode == 0
    assert "lacks, as far as can be seen: libEGL.so.1;" in done.stderr


def test_the_door_runs_every_part_and_pytest_has_the_last_word(machine: Machine) -> None:
    machine.start("packaging/test")
    machine.take_log()
    done = machine.start("packaging/test", "-k", "two words")
    assert machine.take_log().splitlines() == [
        "ruff format --check",
        "ruff check",
        "mypy ",
        "lint-imports ",
        "offscreen|-n|4|--dist|loadfile|--no-loadscope-reorder|--max-worker-restart|0|-k|two words|",
    ]
    assert done.stdout.splitlines()[-1] == "== 3 passed =="
    assert done.returncode == 0


def test_a_platform_chosen_by_the_developer_stays(machine: Machine) -> None:
    machine.start("packaging/test", QT_QPA_PLATFORM="xcb")
    assert "xcb|" in machine.take_log()


@pytest.mark.parametrize("part", ["ruff", "mypy", "lint-imports"])
def test_a_failed_check_fails_the_door_though_all_tests_passed(machine: Machine, part: str) -> None:
    machine.set(f"{part}-fails")
    done = machine.start("packaging/test")
    assert done.returncode == 1
    assert "offscreen|" in machine.take_log()
    assert re.search(rf"failed so far: .*{part}", done.stderr)


def test_ci_fails_when_no_test_ran(machine: Machine) -> None:
    machine.set("pytest-exit", "5")
    assert machine.start("bash", str(machine.checkout / ".ci/run"), cwd=machine.here, CI="true").returncode == 5
