"""How much later an answer comes."""
from harness.rows import Row, interleaved, pick

TITLE = "Added latency"
ABOUT = """4,000 requests/s on 64 TLS connections, whatever the server does, the load on the other core; latency counts from when a
request was due (no coordinated omission). `direct` is the bank's own HTTPS; the others are what they add to it, in the same round."""
ROUNDS = 3
RATE = 4000


def run(bench):
    class Direct:
        name, port = "bank", bench.bank.https

    with bench.lineup("http") as proxies:
        def open_loop(proxy):
            return bench.load("open", proxy, "--rate", RATE, "--seconds", 5, core=bench.load_core)
        measured = interleaved(ROUNDS, {who: lambda p=p: open_loop(p) for who, p in ({"direct": Direct} | proxies).items()})
    rows = []
    for share in ("p50", "p99", "p99.9"):
        latency = pick(measured, "latency_us", share)
        direct = latency.pop("direct")
        added = {who: [one - base for one, base in zip(rounds, direct)] for who, rounds in latency.items()}
        row = Row(f"µs, {share}", added | {"direct": direct}, "nginx", digits=0)
        rows.append(row.at_most_times(1.05) if share == "p50" else row)
    return rows
