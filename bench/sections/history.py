"""What the monitor's windows take, and how soon a full database answers for 90 days."""
import json
import subprocess
from statistics import median

from harness import postgres
from harness.process import Failed, on_core
from harness.rows import Row

TITLE = "Windows, history and SLA of 50 institutions"
ABOUT = """In one process on one core. Exchanges of 40 clients pass through the monitor's windows, its watch over writes and the minutes
of history; ticks (every rule at every bank, four times a second) are timed apart. The database holds 48 h of minutes and 90
days of hours and days of 50 institutions × 5 operations, 1.3 million rows, each with a sketch of 400 latencies and 8 or 16 clients;
it makes them itself and is then vacuumed, as one is that fills up over months. The answer is the whole report with both
numbers, budgets and burn rates, median of 30."""
CALLS = 2_000_000


def ask(bench, *arguments) -> dict:
    command = on_core(bench.work_core, [bench.build / "bench/vendaval_history_cost", *map(str, arguments)])
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"history_cost: {done.stderr}")
    return json.loads(done.stdout)


def sla(bench, url: str) -> float:
    ask(bench, "fill", url)
    return median(ask(bench, "sla", url)["ms"])


def run(bench):
    passed = [ask(bench, "windows", CALLS) for _ in range(3)]
    weight = ask(bench, "memory", 500)["bytes"] / (1 << 20)
    rows = [Row("exchanges per second through the windows", {"Vendaval": [p["exchanges_per_s"] for p in passed]},
                digits=0).at_least(500_000),
            Row("ms per tick", {"Vendaval": [p["tick_ms"] for p in passed]}, digits=2),
            Row("MiB of memory for 50 institutions, after 16 minutes of 500 calls/s", {"Vendaval": [weight]}),
            Row("ms, 90-day SLA, SQLite", {"Vendaval": [sla(bench, f"sqlite:{bench.folder}/full.db")]}).at_most(100, " ms")]
    with postgres.server() as url:
        rows.append(Row("ms, 90-day SLA, PostgreSQL", {"Vendaval": [sla(bench, url)]}).at_most(100, " ms"))
    return rows
