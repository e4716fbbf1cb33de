"""Whether an injected delay is the one that was asked for."""
from harness import haproxy, vendaval
from harness.bank import OTHER_PATH, PATH
from harness.rows import Row, interleaved, pick

TITLE = "An injected delay of 200 ms"
ABOUT = """What an answer came later than 200 ms after its request (for `earliest`: after it was really sent), the load on the other
core. Steady: 2,500 requests/s on 1,000 TLS connections; burst: 500 connections ask at once. HAProxy delays in its
tarpit, which answers by itself and so has no way to the bank to go."""
ROUNDS = 3
DELAY = 200


def error(figures: dict[str, list[float]]) -> dict[str, list[float]]:
    """Microseconds measured → milliseconds beyond the delay."""
    return {who: [one / 1000 - DELAY for one in rounds] for who, rounds in figures.items()}


def run(bench):
    with vendaval.start(bench, "http") as ours, haproxy.start(bench, "http", delay=f"{DELAY}ms") as peer:
        ours.arm(1, f"{DELAY}ms")
        proxies = {"Vendaval": ours, "HAProxy": peer}
        def load(mode, proxy, *options):
            return bench.load(mode, proxy, "--warm-path", PATH, *options, path=OTHER_PATH, core=bench.load_core)
        steady = interleaved(ROUNDS, {who: lambda p=p: load("open", p, "--rate", 2500, "--connections", 1000, "--seconds", 4)
                                      for who, p in proxies.items()})
        burst = interleaved(ROUNDS, {who: lambda p=p: load("burst", p, "--connections", 500) for who, p in proxies.items()})
    def row(name, measured, *keys, against="HAProxy"):
        return Row(f"ms, {name}", error(pick(measured, *keys)), against, digits=2)
    return [row("steady, earliest", steady, "since_sent_us", "min", against=None).at_least(0),
            row("steady, median", steady, "latency_us", "p50", against=None).at_most(0.3, " ms"),
            row("steady, p99", steady, "latency_us", "p99").at_most_times(1.0),
            row("burst, earliest", burst, "latency_us", "min", against=None).at_least(0),
            row("burst, median", burst, "latency_us", "p50").at_most_times(0.6),
            row("burst, p99", burst, "latency_us", "p99").at_most_times(0.6)]
