"""How soon everything is over once somebody says stop."""
import time

from harness import vendaval
from harness.bank import OTHER_PATH, PATH
from harness.rows import Row

TITLE = "Kill switch"
ABOUT = """Requests on TLS connections of their own that a fault holds for a minute, when `POST /v1/stop` comes: until the last one has
its answer from the bank. None may be lost."""
ROUNDS = 3
DELAY = "60s"


def release(bench, count: int) -> float:
    """Milliseconds."""
    with vendaval.start(bench, "http") as proxy:
        proxy.arm(1, DELAY)
        with bench.loading("burst", proxy, "--connections", count, "--warm-path", PATH, path=OTHER_PATH,
                           core=bench.load_core) as load:
            load.next()
            time.sleep(1)  # all of them are held
            asked = time.monotonic()
            proxy.kill_switch()
            return (load.result()["last"] - asked) * 1000


def run(bench):
    def row(count, limit):
        return Row(f"ms until {count:,} are released", {"Vendaval": [release(bench, count) for _ in range(ROUNDS)]},
                   digits=0).at_most(limit, " ms")
    return [row(200, 100), row(1000, 250)]
