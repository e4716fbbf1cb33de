"""What large answers cost."""
from harness.bank import BODIES
from harness.bench import watch
from harness.rows import Row, interleaved, pick

TITLE = "Large answers"
ABOUT = """Closed loop, 16 TLS connections, bank over HTTP; proxy, bank and load share one core. PDF is passed on; JSON up to 1 MiB
is read by Vendaval and by nobody else."""
ROUNDS = 3
CASES = (("64 KiB PDF", "/api/documents/64k", "64k", 1.0), ("1 MiB PDF", "/api/documents/1m", "1m", 1.1),
         ("64 KiB JSON", "/api/statements/64k", "64k", None))


def run(bench):
    rows = []
    with bench.lineup("http") as proxies:
        for name, path, size, must in CASES:
            def closed(proxy):
                return bench.load("closed", proxy, "--seconds", 2, "--connections", 16, *watch(proxy), path=path,
                                  body=BODIES[size])
            measured = interleaved(ROUNDS, {who: lambda p=p: closed(p) for who, p in proxies.items()})
            row = Row(f"µs per answer, {name}", pick(measured, "cpu_us"), "nginx")
            speed = {who: [one * BODIES[size] / 1e6 for one in rounds] for who, rounds in pick(measured, "per_second").items()}
            rows += [row.at_most_times(must) if must else row,
                     Row(f"MB/s, {name}, all on one core", speed, "nginx", digits=0)]
    return rows
