"""What packaging/build makes: the standalone program away from any Python, its package in a clean root, its papers."""

import hashlib
import json
import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from websockets.sync.server import serve

from quotedesk import __version__
from tests.fakes.certificate import self_signed
from tests.fakes.screen import DemoServer, Hand, virtual_screen, wait_until

ROOT = Path(__file__).parents[2]
ID = "io.github.quotedesk.quotedesk"
FOLDER_MB = 164  # at most; the sounds of alerts and all of this program took 4 more
TOOLS = ("Xvfb", "xdotool", "openbox", "dpkg-deb")
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="packaging/build is for Linux so far"),
    pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)}"),
    pytest.mark.display,
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def dist() -> Path:
    """The folder with everything in it."""
    quick = {**os.environ, "QUOTEDESK_QUICK": "1"}
    build = subprocess.run([ROOT / "packaging/build"], capture_output=True, text=True, env=quick)
    assert build.returncode == 0, build.stderr
    lines = build.stdout.splitlines()
    for name in ("the sources", "quotedesk", f"quotedesk-{__version__}"):
        assert any(line.startswith(name) and re.search(r"\d+ \(", line) for line in lines), build.stdout
    return ROOT / "dist"


@pytest.fixture(scope="module")
def program(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("elsewhere") / "quotedesk"
    shutil.copytree(dist / "quotedesk", folder, symlinks=True)
    yield folder / "quotedesk"
    shutil.rmtree(folder)


def one(dist: Path, pattern: str) -> Path:
    """The only file of that name."""
    (found,) = dist.glob(pattern)
    return found


def bare(tmp_path: Path, **more: str) -> dict[str, str]:
    """An environment in which there is no Python."""
    empty = tmp_path / "empty"
    empty.mkdir(exist_ok=True)
    return {"HOME": str(tmp_path), "PATH": str(empty), "LANG": "C.UTF-8", **more}


def says(program: Path, tmp_path: Path, *words: str, **more: str) -> tuple[int, str, str]:
    done = subprocess.run([program, *words], env=bare(tmp_path, **more), capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


# -- the program ------------------------------------------------------------------------------------------------------


def test_it_answers_on_the_command_line(program: Path, tmp_path: Path) -> None:
    assert says(program, tmp_path, "--version") == (0, f"quotedesk {__version__}\n", "")
    code, told, _ = says(program, tmp_path, "where", "--profile", str(tmp_path))
    assert code == 0
    resources = Path(told.splitlines()[-1].split(maxsplit=1)[1])
    assert resources.is_relative_to(program.parent)
    assert (resources / "alltick" / "symbols.csv").is_file()
    assert says(program, tmp_path, "demo-server", "--help")[0] == 0
    assert says(program, tmp_path, "--sort", "x")[0] == 2


def test_its_doctor_finds_all_well(program: Path, tmp_path: Path) -> None:
    code, told, complaints = says(program, tmp_path, "doctor", QT_QPA_PLATFORM="offscreen")
    assert (code, complaints) == (0, ""), told
    assert told.splitlines()[-1] == "All is well."


def test_it_trusts_whom_the_system_trusts_and_not_whom_the_builder_did(program: Path, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    import threading

    with serve(lambda socket: [None for _ in socket], "localhost", 0, ssl=tls) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ask = ["doctor", "--feed", "alltick_action", "--url", f"wss://localhost:{server.socket.getsockname()[1]}"]
        code, told, _ = says(program, tmp_path, *ask, QT_QPA_PLATFORM="offscreen")
        assert "its certificate is not trusted" in told
        trusted = {"SSL_CERT_FILE": str(certificate), "QUOTEDESK_ALLTICK_TOKEN": "x", "QT_QPA_PLATFORM": "offscreen"}
        code, told, _ = says(program, tmp_path, *ask, **trusted)
        assert code == 0, told
        server.shutdown()


def test_the_keyrings_backends_are_in_it(program: Path, tmp_path: Path) -> None:
    # Where none is at work its answer is ours; a backend that is not found would be a traceback or "no recommended".
    code, _, told = says(program, tmp_path, "key", "forget", "alltick")
    assert (code, "Traceback" in told) == (2, False)
    assert "no unlocked keyring" in told
    chosen = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    assert says(program, tmp_path, "key", "forget", "alltick", **chosen)[:2] == (
        *(0, "The token for alltick is not in the keyring.\n"),
    )


def test_it_starts_on_the_demo_feed_draws_and_ends(program: Path, tmp_path: Path) -> None:
    picture, stats, profile = tmp_path / "picture.png", tmp_path / "stats.json", tmp_path / "profile"
    with virtual_screen() as screen:
        hand = Hand(screen)
        environment = bare(tmp_path, DISPLAY=screen["DISPLAY"])
        command = [program, "--profile", profile, "--stats", stats, "--screenshot", picture, "--quit-after", "60"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:

            def states() -> dict[str, str]:
                known: dict[str, str] = json.loads(stats.read_text())["symbols"] if stats.exists() else {}
                return known

            hand.window()
            wait_until(lambda: len(states()) == 10 and set(states().values()) <= {"live", "quiet"})
            hand.type("nvid")  # into the panel of the first start, which then is over
            hand.press("Return")
            wait_until(lambda: states().get("NVDA.US") == "live")
            again = subprocess.run([program, "--profile", profile], env=environment, capture_output=True, timeout=30)
            assert again.returncode == 0, "a second start shows the window"
            hand.window()
            hand.press("ctrl+q")
            output, _ = process.communicate(timeout=20)
            assert (process.returncode, output) == (0, b"")
        finally:
            process.kill()
            process.communicate()
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1000, 640)
    trend = {image.pixel(x, y) for x in range(735, 900) for y in range(100, 400)}
    assert len(trend) > 30, "the lines of the past are drawn"
    log = (profile / "log/quotedesk.log").read_text()
    assert "Traceback" not in log
    assert "could not" not in log.lower()


def test_the_one_file_program_is_the_same(dist: Path, tmp_path: Path) -> None:
    file = tmp_path / "quotedesk"
    shutil.copy(dist / f"quotedesk-{__version__}-linux-{platform.machine()}", file)
    assert says(file, tmp_path, "--version", TMPDIR=str(tmp_path)) == (0, f"quotedesk {__version__}\n", "")
    picture = tmp_path / "picture.png"
    started = ["--profile", str(tmp_path / "p"), "--screenshot", str(picture), "--quit-after", "3"]
    assert says(file, tmp_path, *started, TMPDIR=str(tmp_path), QT_QPA_PLATFORM="offscreen")[0] == 0
    assert not QImage(str(picture)).isNull()
    assert [each.name for each in tmp_path.glob("_MEI*")] == [], "what it unpacked is gone"


def passed(program: Path, *words: str) -> int:
    """How many of the tests that are named here pass on the program; all have to."""
    environment = {**os.environ, "QUOTEDESK_PROGRAM": str(program)}
    for name in [each for each in environment if each.startswith("PYTEST_")]:
        del environment[name]  # of the run that this is a part of
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:]
    told = re.search(r"(\d+) passed", done.stdout)
    assert told, done.stdout
    return int(told[1])


@pytest.mark.timeout(1500)  # as long as all of tests/desktop
def test_what_drives_the_sources_on_a_screen_drives_it_too(program: Path, request: pytest.FixtureRequest) -> None:
    """One test of each file: a build can lack a module, a plugin, a file; what the program then does is the same."""
    not_here = [f"--ignore=tests/desktop/{name}" for name in (Path(__file__).name, "test_wheel.py")]
    part = [] if request.config.getoption("--soak") else ["--first-of-each-file"]
    assert passed(program, "-m", "display", "tests/desktop", *not_here, *part) > 20


def test_watch_prints_what_the_server_sent(program: Path) -> None:
    assert passed(program, "tests/end_to_end/test_watch.py") >= 3


def test_watch_loads_no_qt(program: Path, tmp_path: Path) -> None:
    command = [program, "watch", "GOLD", "--json", "--profile", tmp_path / "p"]
    process = subprocess.Popen(command, env=bare(tmp_path), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert any('"type":"quote"' in line for line in process.stdout), "the demo server of its own gives prices"
        loaded = Path(f"/proc/{process.pid}/maps").read_text()
        assert "libpython3" in loaded
        assert re.findall(r"\S*(?:Qt|PySide|shiboken)\S*", loaded) == []
        process.terminate()
        process.communicate(timeout=20)
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()


# -- what it is handed out as -----------------------------------------------------------------------------------------


def test_the_checksums_are_those_of_all_files(dist: Path) -> None:
    told = dict(reversed(line.split("  ")) for line in (dist / "SHA256SUMS").read_text().splitlines())
    kinds = sorted(re.sub(r"[\d.]+[-_.]|quotedesk[-_]", "", name) for name in told)
    assert len(told) == 7, kinds
    for name, digest in told.items():
        assert hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest, name


def test_the_relays_package_brings_its_server_and_unit_and_the_program_does_not(dist: Path, tmp_path: Path) -> None:
    folder = tmp_path / "relay"
    subprocess.run(["dpkg-deb", "-R", one(dist, "quotedesk-relay_*.deb"), folder], check=True)
    server = folder / "usr/lib/quotedesk-relay/nats-server"
    said = subprocess.run([server, "--version"], capture_output=True, text=True, check=True).stdout
    assert "v2." in said
    unit = (folder / "usr/lib/systemd/system/quotedesk-relay.service").read_text()
    assert "ExecStart=/usr/bin/quotedesk relay --profile /var/lib/quotedesk-relay" in unit
    assert f"Depends: quotedesk (= {__version__})" in (folder / "DEBIAN/control").read_text()
    assert not [*(dist / "quotedesk").rglob("nats-server*")]


@pytest.mark.soak
def test_a_second_build_is_the_same_to_the_byte(dist: Path) -> None:
    before = (dist / "SHA256SUMS").read_text()
    for made in dist.glob("*.made-of"):
        made.unlink()
    shutil.rmtree(ROOT / "build")
    quick = {**os.environ, "QUOTEDESK_QUICK": "1"}
    subprocess.run([ROOT / "packaging/build"], capture_output=True, check=True, env=quick)
    assert (dist / "SHA256SUMS").read_text() == before


def test_the_folder_is_small_and_the_archive_is_it(dist: Path) -> None:
    files = {
        str(path.relative_to(dist / "quotedesk")): path for path in (dist / "quotedesk").rglob("*") if path.is_file()
    }
    assert sum(path.stat().st_size for path in files.values() if not path.is_symlink()) < FOLDER_MB * 1e6
    with tarfile.open(one(dist, "*.tar.xz")) as tar:
        members = tar.getmembers()
    (top,) = {member.name.split("/")[0] for member in members}
    assert top.startswith(f"quotedesk-{__version__}-linux-")
    assert {member.name.partition("/")[2] for member in members if not member.isdir()} == set(files)
    assert {(member.uname, member.mtime) for member in members} == {("root", members[0].mtime)}


def test_the_bill_of_materials_names_all_that_is_in_it(dist: Path) -> None:
    bill = json.loads(one(dist, "*.cdx.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["version"] == __version__
    refs = [each["bom-ref"] for each in bill["components"]]
    assert len(refs) == len(set(refs))
    names = {each["name"].lower() for each in bill["components"]}
    assert {"qt", "cpython", "pyside6-essentials", "numpy", "websockets", "cryptography", "libxcb-cursor0"} <= names
    assert "pytest" not in names
    known = {*refs, bill["metadata"]["component"]["bom-ref"]}
    assert all({each["ref"], *each["dependsOn"]} <= known for each in bill["dependencies"])
    assert all(each["version"] for each in bill["components"])


def test_the_licences_are_in_it(dist: Path) -> None:
    text = one(dist, "quotedesk/_internal/quotedesk/_resources/notices.txt").read_text()
    for words in (
        "GNU LESSER GENERAL PUBLIC LICENSE",
        "to exchange them",
        "MIT",
        "SIL OPEN FONT LICENSE",
        "PYTHON SOFTWARE FOUNDATION",
        "numpy",
    ):
        assert words in text, words


@pytest.fixture(scope="module")
def unpacked(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the package brings, unpacked."""
    folder = tmp_path_factory.mktemp("deb")
    subprocess.run(["dpkg-deb", "-R", one(dist, "quotedesk_*.deb"), folder], check=True)
    return folder


def test_a_desktop_understands_the_package(unpacked: Path) -> None:
    share = unpacked / "usr/share"
    for tool, *words in (
        ("desktop-file-validate", share / f"applications/{ID}.desktop"),
        ("appstreamcli", "validate", "--no-net", share / f"metainfo/{ID}.metainfo.xml"),
    ):
        if shutil.which(tool):
            done = subprocess.run([tool, *words], capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
            assert " W: " not in done.stdout
    for size in (16, 48, 256):
        image = QImage(str(share / f"icons/hicolor/{size}x{size}/apps/{ID}.png"))
        assert (image.width(), image.height()) == (size, size)
        assert image.pixelColor(size // 2, size // 2).alpha() > 0
    assert (share / f"icons/hicolor/scalable/apps/{ID}.svg").is_file()
    assert f'DESKTOP_ID = "{ID}"' in (ROOT / "quotedesk/app/main.py").read_text()
    assert (unpacked / "usr/bin/quotedesk").readlink() == Path("../lib/quotedesk/quotedesk")


@pytest.fixture(scope="module")
def clean_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A minimal system of its own, from the machine's own package sources."""
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        pytest.skip("a clean root needs root and debootstrap")
    release = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE)\t$(RELEASE)"], capture_output=True, text=True
    )
    suite = release.get("VERSION_CODENAME", "")
    mirrors = [line.split("\t")[0] for line in listed.stdout.splitlines() if line.endswith(f"\t{suite}")]
    if not mirrors:
        pytest.skip(f"no package source for {suite or 'this system'}")
    root = tmp_path_factory.mktemp("root")
    made = subprocess.run(["debootstrap", "--variant=minbase", suite, root, mirrors[0]], capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip(f"debootstrap: {made.stdout.splitlines()[-1:]} {made.stderr[-200:]}")
    (root / "etc/apt/sources.list").unlink(missing_ok=True)
    for place in ("etc/apt/sources.list", "etc/apt/sources.list.d", "etc/apt/apt.conf.d", "etc/resolv.conf"):
        source = Path("/") / place
        if source.is_dir():
            shutil.copytree(source, root / place, dirs_exist_ok=True)
        elif source.exists():
            shutil.copy(source, root / place)
    yield root
    shutil.rmtree(root, ignore_errors=True)


def in_root(root: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    usual = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "DEBIAN_FRONTEND": "noninteractive",
    }
    return subprocess.run(
        ["/usr/sbin/chroot", root, *command], env={**usual, **environment}, capture_output=True, text=True, timeout=300
    )


def test_the_package_works_on_a_system_with_nothing_but_what_it_asks_for(
    dist: Path, clean_root: Path, tmp_path: Path
) -> None:
    shutil.copy(one(dist, "quotedesk_*.deb"), clean_root / "root/quotedesk.deb")
    update = in_root(clean_root, "apt-get", "update", "-qq")
    installed = in_root(clean_root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "/root/quotedesk.deb")
    if installed.returncode != 0 and update.stderr:
        pytest.skip(f"no packages to be had: {update.stderr[-300:]}")
    assert installed.returncode == 0, installed.stderr[-2000:]
    assert not (clean_root / "usr/bin/python3").exists()
    stats, lists = clean_root / "root/s.json", clean_root / "root/p/lists.toml"

    def states() -> dict[str, str]:
        known: dict[str, str] = json.loads(stats.read_text())["symbols"] if stats.exists() else {}
        return known

    server = DemoServer(tmp_path / "server.log", "--seed", "7")
    try:
        with virtual_screen() as screen:
            # An X server listens under a name that no root hides.
            where = {
                "DISPLAY": screen["DISPLAY"],
                "HOME": "/root",
                "PATH": "/usr/bin:/bin:/usr/sbin",
                "LANG": "C.UTF-8",
            }
            command = [
                "/usr/sbin/chroot",
                clean_root,
                "quotedesk",
                "--feed",
                "demo",
                "--url",
                server.url,
                "--profile",
                "/root/p",
            ]
            command += ["--stats", "/root/s.json"]
            hand = Hand(screen)

            def start(*more: str) -> subprocess.Popen[str]:
                return subprocess.Popen(
                    [*command, *more], env=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
                )

            process = start("--symbols", "A.US,B.US")
            try:
                hand.window()
                wait_until(lambda: states() == {"A.US": "live", "B.US": "live"})
                hand.type("GOLD")
                hand.press("Return")
                wait_until(lambda: states().get("GOLD") == "live" and "GOLD" in lists.read_text())
            finally:
                process.kill()  # as a power cut would
                process.communicate()
            stats.unlink()
            process = start("--screenshot", "/root/picture.png")
            try:
                hand.window()
                wait_until(lambda: states() == {"A.US": "live", "B.US": "live", "GOLD": "live"})
                hand.press("ctrl+q")
                output, _ = process.communicate(timeout=20)
                assert (process.returncode, output) == (0, "")
            finally:
                process.kill()
                process.communicate()
    finally:
        server.stop()
    assert not QImage(str(clean_root / "root/picture.png")).isNull()
    removed = in_root(clean_root, "apt-get", "remove", "-y", "-qq", "quotedesk")
    assert removed.returncode == 0, removed.stderr
    for place in ("usr/bin/quotedesk", "usr/lib/quotedesk", f"usr/share/applications/{ID}.desktop"):
        assert not os.path.lexists(clean_root / place), place
    assert lists.exists(), "the user's own stays"
