"""Stand in for a TeX engine and misbehave as the first line of the document asks: `% fake: <act> [argument]`.

Started as `python fake_engine.py … <jobname>.tex` in the work folder, as an engine is. An act that needs a witness
outside of the work folder writes to the path in its argument.
"""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

PDF = b"%PDF-1.5\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def forever() -> None:
    while True:
        time.sleep(3600)


def grow(path: Path) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it, no TeX does
    with path.open("wb") as file:
        while True:
            file.write(bytes(1 << 20))


def succeed(job: str, *, log: bytes = b"This is a fake engine.\n", written: str = "") -> None:
    Path(f"{job}.log").write_bytes(log)
    Path(f"{job}.fls").write_text(f"PWD {Path.cwd()}\nINPUT {job}.tex\n{written}", encoding="utf-8")
    Path(f"{job}.pdf").write_bytes(PDF)


def rerun(job: str, times: int) -> None:
    """Write a file that settles after `times` passes; its first pass cannot read it, as with TeX."""
    state = Path(f"{job}.aux")
    seen = f"INPUT ./{job}.aux\n" if state.exists() else ""
    count = int(state.read_text(encoding="ascii")) if state.exists() else 0
    state.write_text(str(min(count + 1, times)), encoding="ascii")
    succeed(job, written=f"OUTPUT {job}.aux\n{seen}")


def spawn(witness: str) -> None:
    """Leave a child in the same session, and its process id in `witness`."""
    child = os.fork()
    if child == 0:
        forever()
    Path(witness).write_text(str(child), encoding="ascii")


def act(name: str, argument: str, job: str) -> None:
    match name:
        case "hang":
            forever()
        case "hang-with-child":
            spawn(argument)
            forever()
        case "leave-child":
            spawn(argument)
            succeed(job)
        case "witness":
            Path(argument).write_text(str(os.getpid()), encoding="ascii")
            forever()
        case "prepare" | "prepare-and-hang":
            # As LuaLaTeX does with fonts that it meets for the first time.
            for number in range(int(argument)):
                time.sleep(0.5)
                Path(os.environ["TEXMFVAR"], f"font-{number}").touch()
            forever() if name == "prepare-and-hang" else succeed(job)
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exit":
            succeed(job)
            sys.exit(int(argument))
        case "no-pdf":
            succeed(job)
            Path(f"{job}.pdf").unlink()
        case "empty-pdf":
            succeed(job)
            Path(f"{job}.pdf").write_bytes(b"")
        case "half-pdf":
            succeed(job)
            Path(f"{job}.pdf").write_bytes(PDF[:20])
        case "link-pdf":
            succeed(job)
            Path(f"{job}.pdf").unlink()
            Path(f"{job}.pdf").symlink_to(argument)
        case "pipe-pdf":
            succeed(job)
            Path(f"{job}.pdf").unlink()
            os.mkfifo(f"{job}.pdf")
        case "error-in-log":
            succeed(job, log=b"! Undefined control sequence.\nl.2 \\nosuch\n")
        case "garbage-log":
            succeed(job, log=bytes(range(256)) * 4096)
        case "huge-log":
            succeed(job, log=b"first line\n" + b"x" * 79 + b"\n" * (8 << 20) + b"last line\n")
        case "talk":
            for _ in range(1024):
                os.write(1, bytes(1 << 20))
                os.write(2, b"x" * 1024)
            succeed(job)
        case "grow":
            grow(Path(f"{job}.pdf"))
        case "environment":
            succeed(job, log="\n".join(f"{key}={value}" for key, value in sorted(os.environ.items())).encode())
        case "read-input":
            succeed(job, log=b"%d bytes" % len(sys.stdin.buffer.read()))
        case "list":
            found = sorted((path.name, path.read_text("ascii").partition("\n")[0]) for path in Path().iterdir())
            succeed(job, log="\n".join(" ".join(one) for one in found).encode())
        case "rerun":
            rerun(job, int(argument))
        case "stale-pdf":
            # The second pass writes none: the first one's must not be taken for it.
            if Path(f"{job}.aux").exists():
                Path(f"{job}.log").write_bytes(b"")
            else:
                rerun(job, 2)
        case _:
            succeed(job)


def main() -> None:
    job = sys.argv[-1].removesuffix(".tex")
    if "--version" in sys.argv:
        print("Fake 1.0\nsecond line")
        return
    first = Path(f"{job}.tex").read_text(encoding="utf-8").partition("\n")[0]
    words = first.removeprefix("% fake: ").split(" ", 1)
    with contextlib.suppress(BrokenPipeError):
        act(words[0], words[1] if len(words) > 1 else "", job)


if __name__ == "__main__":
    main()
