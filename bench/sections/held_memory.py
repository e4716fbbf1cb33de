"""What a request weighs while a fault holds it."""
import time

from harness import haproxy, vendaval
from harness.bank import OTHER_PATH, PATH
from harness.rows import Row

TITLE = "Held requests"
ABOUT = """A fresh process; 5,000 TLS connections, each with one request that an injected delay of 20 s holds at the same time. Resident
memory above what the process had before the first connection; in the end every request is answered."""
COUNT = 5000
DELAY = "20s"


def per_request(bench, proxy, base: int) -> float:
    with bench.loading("burst", proxy, "--connections", COUNT, "--sources", 16, "--warm-path", PATH, path=OTHER_PATH,
                       core=bench.load_core) as load:
        load.next()
        time.sleep(2)  # the last of them has arrived
        held = (proxy.rss() - base) / COUNT
        load.result()
    return held / 1000


def run(bench):
    with haproxy.start(bench, "http", delay=DELAY) as peer:
        theirs = per_request(bench, peer, peer.rss())
    with vendaval.start(bench, "http") as ours:
        base = ours.rss()
        ours.arm(1, DELAY)
        held = per_request(bench, ours, base)
    return [Row(f"kB per held request, {COUNT:,}", {"Vendaval": [held], "HAProxy": [theirs]}, "HAProxy").at_most_times(1.0)]
