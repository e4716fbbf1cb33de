"""How soon trouble is seen, and how often there is none."""
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from harness.process import Failed
from harness.rows import Row

TITLE = "Detection"
ABOUT = """The detector (Vendaval), beside the mission's four written rules and two rules that follow the bank, on the same seeded traffic in
virtual time: 30 healthy minutes, then trouble. A bank fails 0.5 % of its calls when it is well and takes 400 ms in the median.
`seen` is the share of 40 seeds in which it was known within five minutes (AC-6); seconds are the median of those in which it
was known within fifteen. The last rows are alarms in a month of one healthy bank, from ten days at 60 calls a minute and ten at 10."""
SEEDS = 40
TROUBLE = [("failing", 60, 5), ("failing", 60, 8), ("failing", 60, 15), ("failing", 60, 100), ("failing", 10, 15),
           ("failing", 10, 50), ("failing", 600, 3), ("slow", 60, 3), ("slow", 60, 20)]
HEALTHY_DAYS = 10


def ask(bench, *arguments) -> dict:
    done = subprocess.run([bench.build / "bench/vendaval_detection_quality", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"detection_quality: {done.stderr}")
    return json.loads(done.stdout)


def named(kind: str, rate: int, amount: int) -> str:
    return f"{amount} % fail of {rate} calls/min" if kind == "failing" else f"{amount} times as slow, {rate} calls/min"


def rows_of(what, seconds: dict) -> list[Row]:
    def seen(who):
        return [100 * sum(s <= 300 for s in seconds[who]) / len(seconds[who])]
    def soon(who):
        known = [s for s in seconds[who] if s < 1e9]
        return [median(known)] if known else []
    who = {"Vendaval": "detector", "written rules": "rules", "follows the bank": "usual"}
    return [Row(f"% seen in 5 min: {named(*what)}", {name: seen(one) for name, one in who.items()}, digits=0),
            Row("… s until known", {name: soon(one) for name, one in who.items()}, digits=0)]


def run(bench):
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(ask, bench, *what, SEEDS) for what in TROUBLE]
        quiet = [(rate, pool.submit(ask, bench, "healthy", rate, HEALTHY_DAYS)) for rate in (60, 10)]
        rows = [row for what, answer in zip(TROUBLE, asked) for row in rows_of(what, answer.result())]
        for rate, answer in quiet:
            month = {who: [count * 30 / HEALTHY_DAYS] for who, count in answer.result().items()}
            rows.append(Row(f"false alarms a month, {rate} calls/min",
                            {"Vendaval": month["detector"], "written rules": month["rules"], "follows the bank": month["usual"]}))
    return rows
