"""What a new connection costs."""
from harness.bench import watch
from harness.rows import Row, interleaved, pick

TITLE = "New connections"
ABOUT = """TLS 1.3, ECDSA P-256, X25519: connect, shake hands, one request, goodbye; 16 at once, the load on the other core. In the
resumed rows every handshake resumes a session by ticket."""
ROUNDS = 3


def run(bench):
    rows = []
    with bench.lineup("http") as proxies:
        for name, flags in (("full handshake", []), ("resumed handshake", ["--resume"])):
            def connect(proxy):
                return bench.load("connect", proxy, "--seconds", 2, "--connections", 16, *flags, *watch(proxy),
                                  core=bench.load_core)
            measured = interleaved(ROUNDS, {who: lambda p=p: connect(p) for who, p in proxies.items()})
            rows += [Row(f"µs per connection, {name}", pick(measured, "cpu_us"), "nginx", digits=0).at_most_times(1.0),
                     Row(f"connections/s, {name}", pick(measured, "per_second"), "nginx", digits=0)]
    return rows
