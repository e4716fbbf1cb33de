"""Whether an injected delay is the one that was asked for."""
from harness import haproxy, vendaval
from harness.bank import OTHER_PATH, PATH, accounts
from harness.rows import Row, interleaved, pick

TITLE = "An injected delay of 200 ms"
ABOUT = """What an answer came later than 200 ms after its request (for `earliest`: after it was really sent), the load on the other
core. Steady: 2,500 requests/s on 1,000 TLS connections; burst: 500 connections ask at once. HAProxy's own delay, the
tarpit, answers by itself, and so does Vendaval here, with the same page. Its delays can also go on to the bank
(`forwarded`): then the way there and back is in the figure, and a burst opens 500 connections to the bank at once, for
which HAProxy has no like."""
ROUNDS = 3
DELAY = 200


def error(figures: dict[str, list[float]]) -> dict[str, list[float]]:
    """Microseconds measured → milliseconds beyond the delay."""
    return {who: [one / 1000 - DELAY for one in rounds] for who, rounds in figures.items()}


def run(bench):
    delay = f"{DELAY}ms"
    with vendaval.start(bench, "http") as ours, vendaval.start(bench, "http") as far, haproxy.start(bench, "http", delay) as peer:
        ours.arm_answer(delay, accounts())
        far.arm(1, delay)
        proxies = {"Vendaval": ours, "HAProxy": peer, "forwarded": far}
        def load(mode, proxy, *options):
            return bench.load(mode, proxy, "--warm-path", PATH, *options, path=OTHER_PATH, core=bench.load_core)
        steady = interleaved(ROUNDS, {who: lambda p=p: load("open", p, "--rate", 2500, "--connections", 1000, "--seconds", 4)
                                      for who, p in proxies.items()})
        burst = interleaved(ROUNDS, {who: lambda p=p: load("burst", p, "--connections", 500) for who, p in proxies.items()})
    def row(name, measured, *keys, against="HAProxy"):
        both = {who: measured[who] for who in ("Vendaval", "HAProxy")}
        return Row(f"ms, {name}", error(pick(both, *keys)), against, digits=2)
    def forwarded(name, measured, *keys):
        return Row(f"ms, {name}, forwarded", error(pick({"Vendaval": measured["forwarded"]}, *keys)), None, digits=2)
    return [row("steady, earliest", steady, "since_sent_us", "min", against=None).at_least(0),
            row("steady, median", steady, "latency_us", "p50", against=None).at_most(0.3, " ms"),
            row("steady, p99", steady, "latency_us", "p99").at_most_times(1.0),
            row("burst, earliest", burst, "latency_us", "min", against=None).at_least(0),
            row("burst, median", burst, "latency_us", "p50").at_most_times(0.6),
            row("burst, p99", burst, "latency_us", "p99").at_most_times(0.6),
            forwarded("steady, earliest", steady, "since_sent_us", "min").at_least(0),
            forwarded("steady, median", steady, "latency_us", "p50"),
            forwarded("steady, p99", steady, "latency_us", "p99"),
            forwarded("burst, p99", burst, "latency_us", "p99")]
