"""Print how fast cvgen is, each figure as a ratio to something measured in the same run.

Usage, where cvgen is installed: python tests/bench/speed.py [--runs N] [--rows NAME,...] [--keep FOLDER]

Everything is a whole process, from its start to its end. The two sides of a ratio take turns, the profile's text is
changed before each run, and medians are printed with the spread of the runs: on a noisy machine only ratios mean
anything. cvgen and RenderCV are installed from this checkout and from PyPI, each into an environment of its own, for
the Python that runs this; RenderCV's newest needs 3.12. It takes 20 minutes, and needs XeLaTeX.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MOST = {
    "rendercv": 0.55,
    "unchanged": 0.12,
    "help": 6.0,
    "many": 0.35,
    "watch": 0.5,
    "scale": 1.10,
    "memory": 250.0,
}


@dataclass
class Runs:
    """Seconds of several runs of one thing."""

    seconds: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        return f"{self.median:.3f} s ({min(self.seconds):.3f} to {max(self.seconds):.3f})"


def timed(command, **options) -> float:
    """Run a command and return its seconds."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **options)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return seconds


def in_turn(runs: int, *sides) -> list[Runs]:
    """Call each of `sides` once to warm up, then `runs` times in turn; each returns seconds."""
    for side in sides:
        side()
    measured = [[side() for side in sides] for _ in range(runs)]
    return [Runs(list(column)) for column in zip(*measured, strict=True)]


class Bench:
    """The environments, the profile whose text changes, and one method per row of the table."""

    def __init__(self, folder: Path, runs: int) -> None:
        self.folder, self.runs, self.count = folder, runs, 0
        self.environment = {
            **{
                # PYTHONDONTWRITEBYTECODE must not be set: users have bytecode in place.
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("PYTHON", "XDG_", "CVGEN_"))
            },
            "HOME": str(folder / "home"),
            "VIRTUAL_ENV": "",
        }
        (folder / "home").mkdir(exist_ok=True)
        self.profile = folder / "profiles" / "chao_jin.yaml"
        shutil.copytree(ROOT / "profiles", folder / "profiles", dirs_exist_ok=True)
        self.text = self.profile.read_text()
        self.python = self.install_cvgen()
        self.cvgen = self.python.with_name("cvgen")

    def install_cvgen(self) -> Path:
        """Install this checkout as users do, not as an editable one."""
        place = self.folder / "cvgen"
        if not place.exists():
            subprocess.run([sys.executable, "-m", "venv", place], check=True)
            subprocess.run([place / "bin" / "pip", "install", "--quiet", ROOT], check=True)
        return place / "bin" / "python"

    def change(self, profile: Path | None = None) -> None:
        """Give the profile, or a copy of it, a text that it never had."""
        self.count += 1
        new = self.text.replace("Research Intern", f"Research Intern {time.time_ns()} {self.count}", 1)
        (profile or self.profile).write_text(new)

    def run(self, *command, **options) -> float:
        return timed([*map(str, command)], env=self.environment, cwd=self.folder, **options)

    def build(self, *options) -> float:
        self.change()
        return self.run(self.cvgen, "build", self.profile, *options)

    def rendercv(self):
        """Return a function that runs RenderCV on a CV of equal length, whose text it changes first."""
        sys.path.insert(0, str(ROOT / "tests" / "bench"))
        import rendercv

        place = self.folder / "rendercv"
        program = place / "bin" / "rendercv" if place.exists() else rendercv.install(place)
        source = self.folder / "peer.yaml"
        rendercv.write_input(ROOT / "profiles" / "chao_jin.yaml", source)
        text = source.read_text()
        options = ("-nomd", "-nohtml", "-nopng", "--quiet")

        def once() -> float:
            self.count += 1
            source.write_text(text.replace("Research Intern", f"Research Intern {self.count}", 1))
            return self.run(program, "render", source, *options)

        try:
            once()
        except SystemExit:
            rendercv.stub_icons(self.folder / "home")
            once()
        return once

    # --- the rows: each returns the ratio and words about it

    def row_rendercv(self):
        """`cvgen build` ÷ `rendercv render` of a CV of equal length, PDF only"""
        return self.ratio(self.build, self.rendercv())

    def row_unchanged(self):
        """an unchanged profile ÷ `rendercv render`"""
        self.build()
        time.sleep(0.2)
        self.run(self.cvgen, "build", self.profile)
        return self.ratio(lambda: self.run(self.cvgen, "build", self.profile), self.rendercv())

    def row_watch(self):
        """watch: save to PDF ÷ one single build"""
        watched, output = self.folder / "watched", self.folder / "watched.pdf"
        shutil.copytree(self.profile.parent, watched, dirs_exist_ok=True)
        profile = watched / self.profile.name
        output.unlink(missing_ok=True)
        command = [str(self.cvgen), "watch", "-q", str(profile), "-o", str(output)]
        watcher = subprocess.Popen(command, env=self.environment, cwd=self.folder, stdout=subprocess.DEVNULL)
        try:
            while not output.exists():
                time.sleep(0.05)

            def save() -> float:
                time.sleep(1.0)  # people do not save twice in a second
                before = output.stat().st_mtime_ns
                start = time.perf_counter()
                self.change(profile)
                while output.stat().st_mtime_ns == before:
                    time.sleep(0.002)
                seconds = time.perf_counter() - start
                time.sleep(0.5)  # until the next engine waits
                return seconds

            return self.ratio(save, self.build)
        finally:
            watcher.terminate()
            watcher.wait()

    def row_help(self):
        """`cvgen --help` ÷ `python -c pass`"""
        return self.ratio(
            lambda: self.run(self.cvgen, "--help"), lambda: self.run(self.python, "-c", "pass"), runs=3 * self.runs
        )

    def row_many(self):
        """100 different profiles, `-j 2`, seconds per profile ÷ one single build"""
        self.group(100)
        return self.ratio(lambda: self.build_group(100, "--force") / 100, self.build)

    def row_scale(self):
        """1,024 profiles ÷ 16 profiles, seconds per profile"""
        for count in (16, 256, 1024):
            self.group(count)
        rounds = [
            [self.build_group(count, "--force") / count for count in (16, 256, 1024)]
            for _ in range(min(self.runs, 7))  # two minutes each
        ]
        few, some, many = (Runs(list(column)) for column in zip(*rounds, strict=True))
        return many.median / few.median, f"per profile: 16: {few}, 256: {some}, 1,024: {many}"

    def group(self, count: int) -> Path:
        folder = self.folder / f"group-{count}"
        if not folder.exists():
            self.run(sys.executable, ROOT / "tests" / "bench" / "group.py", folder, count)
        return folder

    def build_group(self, count: int, *options) -> float:
        return self.run(self.cvgen, "build", self.group(count), "-q", "-j", 2, "-o", f"out-{count}/", *options)

    def row_memory(self):
        """peak memory of one build, all processes, in MB"""
        peaks = []
        for _ in range(self.runs):
            self.change()
            process = subprocess.Popen(
                [str(self.cvgen), "build", str(self.profile)],
                env=self.environment, cwd=self.folder, stdout=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
            peaks.append(peak_of_session(process))
        return statistics.median(peaks), f"{min(peaks):.0f} to {max(peaks):.0f} MB"

    def ratio(self, ours, theirs, runs=None):
        one, other = in_turn(runs or self.runs, ours, theirs)
        pairs = sorted(a / b for a, b in zip(one.seconds, other.seconds, strict=True))
        return statistics.median(pairs), f"{one} ÷ {other}; pairs {pairs[0]:.2f} to {pairs[-1]:.2f}"


def peak_of_session(process: subprocess.Popen) -> float:
    """Return the most memory, in MB, that all processes of a session had together: shared pages count by shares."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(_share(pid) for pid in _session(process.pid)))
        time.sleep(0.004)
    return peak / 1024


def _session(leader: int) -> list[str]:
    found = []
    for pid in (entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit()):
        try:
            if os.getsid(int(pid)) == leader or _started_by(pid, leader):
                found.append(pid)
        except OSError:
            continue
    return found


def _started_by(pid: str, leader: int) -> bool:
    """Return whether a process descends from `leader`: engines have sessions of their own."""
    for _ in range(8):
        text = Path(f"/proc/{pid}/stat").read_text()
        pid = text.rpartition(")")[2].split()[1]
        if int(pid) == leader:
            return True
        if int(pid) <= 1:
            return False
    return False


def _share(pid: str) -> int:
    """Return a process's proportional share of memory in kB (proc_pid_smaps_rollup(5))."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


def noise() -> str:
    """Return how much the same work differs from run to run on this machine."""

    def spin() -> float:
        start = time.perf_counter()
        sum(range(2_000_000))
        return time.perf_counter() - start

    seconds = [spin() for _ in range(15)]
    middle = statistics.median(seconds)
    return (
        f"{os.cpu_count()} processors; the same loop took {min(seconds) / middle:.2f} to {max(seconds) / middle:.2f}"
    )


def main() -> None:
    rows = [name.removeprefix("row_") for name in vars(Bench) if name.startswith("row_")]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9, help="runs of each side, at least 7 for figures to quote")
    parser.add_argument("--rows", default=",".join(rows), help="which rows, separated by commas")
    parser.add_argument("--keep", type=Path, help="a folder for the environments, to be used again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep.resolve() if given.keep else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, given.runs)
        print(f"Python {sys.version.partition(' ')[0]}, {noise()} of its median\n")
        for name in given.rows.split(","):
            row = getattr(bench, f"row_{name}")
            reached, words = row()
            verdict = "met" if reached <= MOST[name] else "NOT met"
            print(f"{row.__doc__}\n    {reached:.2f}, at most {MOST[name]:g}: {verdict}\n    {words}", flush=True)


if __name__ == "__main__":
    main()
