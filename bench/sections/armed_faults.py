"""What it costs to have faults armed that concern somebody else."""
from harness import vendaval
from harness.bench import watch
from harness.rows import Row, interleaved, pick

TITLE = "Armed faults that do not match"
ABOUT = """As "CPU per request", TLS → HTTP, with 100 latency faults armed through the API for another bank than the one that is
asked for."""
ROUNDS = 5
FAULTS = 100


def run(bench):
    with vendaval.start(bench, "http") as none, vendaval.start(bench, "http") as armed:
        armed.arm(FAULTS, "200ms")
        measured = interleaved(ROUNDS, {
            "nothing armed": lambda: bench.load("closed", none, "--seconds", 2, *watch(none)),
            "Vendaval": lambda: bench.load("closed", armed, "--seconds", 2, *watch(armed))})
    cpu = pick(measured, "cpu_us")
    return [Row(f"µs per request, {FAULTS} armed, none matching", {"Vendaval": cpu["Vendaval"]}, "nothing armed",
                other={"nothing armed": cpu["nothing armed"]}).at_most_times(1.10)]
