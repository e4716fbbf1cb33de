"""What a connection weighs that nobody uses."""
import time

from harness import haproxy, nginx, vendaval
from harness.rows import Row

TITLE = "Memory"
ABOUT = """A fresh process; every TLS connection made one request and idles. Resident memory above what the process had before the
first one, per connection; in the end every connection must still answer."""
STEPS = (1000, 10000)


def measure(bench, proxy) -> list[float]:
    """Bytes before the first connection, then bytes per connection after each step."""
    base = proxy.rss()
    result = [base]
    with bench.loading("hold", proxy, "--idle", ",".join(map(str, STEPS)), "--pause", "--connections", 0, "--sources", 16,
                       core=bench.load_core) as load:
        for count in STEPS:
            load.next()
            time.sleep(1)  # what is let go while idle has been let go
            result.append((proxy.rss() - base) / count)
            load.go_on()
        load.result()
    return result


def run(bench):
    figures = {}
    for name, start in (("nginx", nginx.start), ("HAProxy", haproxy.start), ("Vendaval", vendaval.start)):
        with start(bench, "http") as proxy:
            figures[name] = measure(bench, proxy)
    def of(index, unit):
        return {name: [all_[index] / unit] for name, all_ in figures.items()}
    return [Row("MiB, nothing connected", of(0, 1 << 20)).at_most(20, " MiB"),
            Row(f"kB per idle connection, {STEPS[0]:,}", of(1, 1000), "nginx"),
            Row(f"kB per idle connection, {STEPS[1]:,}", of(2, 1000), "nginx").at_most_times(1.3)]
