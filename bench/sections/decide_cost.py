"""What deciding costs, to the instruction."""
import re
import subprocess

from harness.process import Failed
from harness.rows import Row

TITLE = "decide(), instructions"
ABOUT = """Counted by valgrind's callgrind over 20,000 calls less 10,000 calls, so that starting up does not count: the same on every
machine, every time. The faults concern another bank than the request."""
ROUNDS = (10_000, 20_000)


def instructions(program, rounds: int, armed: int) -> int:
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, str(rounds), str(armed)],
                          capture_output=True, text=True)
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not counted:
        raise Failed(f"valgrind: {done.stderr}")
    return int(counted[1])


def run(bench):
    program = bench.build / "bench/vendaval_decide_cost"
    def per_call(armed):
        few, many = (instructions(program, rounds, armed) for rounds in ROUNDS)
        return [(many - few) / (ROUNDS[1] - ROUNDS[0])]
    return [Row("instructions per request, nothing armed", {"Vendaval": per_call(0)}, digits=0),
            Row("… one fault armed, not matching", {"Vendaval": per_call(1)}, digits=0),
            Row("… 100 faults armed, none matching", {"Vendaval": per_call(100)}, digits=0)]
