"""What a request costs when nothing is broken."""
from harness.bench import watch
from harness.bank import PATH
from harness.rows import Row, interleaved, pick
from harness import vendaval

TITLE = "CPU per request"
ABOUT = """Closed loop, 64 TLS connections, 1 KiB of JSON; proxy, bank and load share one core. CPU is user and system time of all
the proxy's processes and threads. Vendaval reads every answer (dialect `belvo`); with the dialect `plain` it only passes it
on, as the others do."""
ROUNDS = 5


def run(bench):
    rows = []
    for scheme, upstream in (("http", "HTTP"), ("https", "verified HTTPS")):
        with bench.lineup(scheme) as proxies, vendaval.start(bench, scheme, dialect="plain") as plain:
            def closed(proxy):
                return bench.load("closed", proxy, "--seconds", 2, *watch(proxy))
            measured = interleaved(ROUNDS, {name: lambda p=p: closed(p) for name, p in (proxies | {"plain": plain}).items()})
        cpu, speed = pick(measured, "cpu_us"), pick(measured, "per_second")
        plain_cpu, plain_speed = cpu.pop("plain"), speed.pop("plain")
        rows += [
            Row(f"µs per request, TLS → {upstream}", cpu, "nginx").at_most_times(1.0),
            Row(f"… dialect `plain`", cpu | {"Vendaval": plain_cpu}, "nginx").at_most_times(1.0),
            Row(f"requests/s, TLS → {upstream}, all on one core", speed, "nginx", digits=0),
            Row(f"… dialect `plain`", speed | {"Vendaval": plain_speed}, "nginx", digits=0),
        ]
    return rows
