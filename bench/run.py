#!/usr/bin/env python3
"""Measures Vendaval beside nginx and HAProxy: bench/run.py BUILD_FOLDER [SECTION...]. README.md explains."""
import importlib
import signal
import sys
import time
from pathlib import Path

from harness import report
from harness.bench import Bench
from harness.process import Failed

SECTIONS = ["cpu_per_request", "bodies", "handshakes", "armed_faults", "added_latency", "idle_memory",
            "decide_cost", "delay_accuracy", "held_memory", "kill_switch", "history", "detection"]
RESULTS = Path(__file__).parent / "results.md"


def say(text: str):
    print(text, file=sys.stderr, flush=True)


def measure(bench: Bench, names: list[str]) -> list:
    done = []
    for name in names:
        section = importlib.import_module(f"sections.{name}")
        say(f"▸ {section.TITLE}")
        rows = section.run(bench)
        done.append((section.TITLE, section.ABOUT, rows))
        print(report.table(rows), flush=True)
    return done


def main(arguments: list[str]) -> int:
    if not arguments or (unknown := [name for name in arguments[1:] if name not in SECTIONS]):
        say(f"usage: run.py BUILD_FOLDER [SECTION...]; sections: {', '.join(SECTIONS)}")
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does: in order
    began = time.monotonic()
    try:
        with Bench(Path(arguments[0]).resolve()) as bench:
            done = measure(bench, arguments[1:] or SECTIONS)
            if not arguments[1:]:
                RESULTS.write_text(report.document(bench, done, (time.monotonic() - began) / 60))
                say(f"▸ written: {RESULTS}")
    except Failed as why:
        say(f"bench: {why}")
        return 1
    except KeyboardInterrupt:
        say("bench: ended")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
