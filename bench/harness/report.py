"""The table, as Markdown: on the screen while it grows, and in results.md with the machine and the versions."""
import platform
import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from statistics import median

NAMES = ["Vendaval", "nginx", "HAProxy", "direct", "written rules", "follows the bank"]
COLUMNS = ["figure", *NAMES, "ratio", "of", "must", "met"]


def cell(figures: list[float] | None, digits: int) -> str:
    """Median and, when there are several rounds, their range."""
    if not figures:
        return ""
    def text(value):
        return f"{value:,.{digits}f}"
    if len(figures) == 1:
        return text(figures[0])
    return f"{text(median(figures))} ({text(min(figures))}–{text(max(figures))})"


def line(row) -> list[str]:
    ratio = row.ratio()
    against = row.against or ""
    if row.other.get(against):
        against += f": {cell(row.other[against], row.digits)}"
    met = {None: "", True: "yes", False: "**no**"}[row.holds]
    return [row.figure, *(cell(row.rounds.get(name), row.digits) for name in NAMES),
            "" if ratio is None else f"{ratio:.2f}", against, row.must, met]


def table(rows) -> str:
    """Columns that no row fills are left out."""
    columns = [(name, *cells) for name, *cells in zip(COLUMNS, *map(line, rows)) if any(cells)]
    rule = ["---:" if name in (*NAMES, "ratio") else "---" for name, *_ in columns]
    head, *body = zip(*columns)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *body)) + "\n"


def first_line(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout or done.stderr).splitlines()[0].strip()


def machine() -> str:
    cpuinfo = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", cpuinfo)
    cores = len(re.findall(r"^processor", cpuinfo, re.M))
    memory = int(re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())[1]) / 1024**2
    return f"{model[1] if model else platform.machine()}, {cores} cores, {memory:.0f} GiB, Linux {platform.release()}"


def versions(bench) -> str:
    commit = first_line("git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty")
    return "; ".join([f"{first_line(str(bench.vendaval), '--version')} at {commit}",
                      first_line("nginx", "-v").removeprefix("nginx version: "), first_line("haproxy", "-v").split(" 20")[0],
                      first_line("openssl", "version").split(" (")[0]])


def document(bench, sections: list, minutes: float) -> str:
    """`sections`: (title, about, rows)."""
    now = datetime.now(timezone.utc)
    parts = ["# Results\n",
             f"`./dev bench` wrote this on {now:%Y-%m-%d at %H:%M} UTC in {minutes:.1f} minutes; [README.md](README.md) says how "
             "to read it.\n",
             f"- machine: {machine()}\n- versions: {versions(bench)}\n"]
    for title, about, rows in sections:
        parts += [f"## {title}\n", about + "\n", table(rows)]
    return "\n".join(parts)
