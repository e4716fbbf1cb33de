"""Vendaval as the proxy: `vendaval up` with one data thread, its monitor, storage and API at work as ever."""
import json
import urllib.request

from .bank import LINK, OTHER_LINK, OTHER_PATH
from .process import Process, free_port, until

CONFIG = """
[environment]
name = "staging"
[proxy]
listen = "127.0.0.1:{port}"
certificate = "{certificate}"
key = "{key}"
threads = 1
[limits]
connections = 16384
idle = "5m"
[upstream]
url = "{scheme}://127.0.0.1:{upstream}"
allow = ["127.0.0.1"]
ca = "{ca}"
dialect = "{dialect}"
{banks}
[api]
listen = "127.0.0.1:{api}"
[storage]
url = "sqlite:{folder}/vendaval.db"
[faults]
max_armed_faults = 256
[game_day]
directory = "{folder}/runs"
"""

BANKS = {  # how each dialect tells the banks apart
    "belvo": f'[links]\n"{LINK}" = "bb"\n"{OTHER_LINK}" = "itau"',
    "plain": 'header = "X-Bank"',
}

SCENARIO = """
[scenario]
name = "bench"
type = "latency"
target = "itau"
[[phase]]
name = "baseline"
for = "1s"
[[phase]]
name = "armed"
for = "30m"
{faults}
[[assert]]
measure = "notifications_opened"
at_most = 1000
"""
FAULT = """
[[phase.fault]]
kind = "latency"
delay = "{delay}"
"""
ANSWER = """
[[phase.fault]]
kind = "answer"
content_type = "application/json"
body = '{page}'
"""


class Vendaval(Process):
    def __init__(self, bench, scheme: str, dialect: str):
        self.port, self.api_port, self._bench = free_port(), free_port(), bench
        folder = bench.folder / f"vendaval-{self.port}"
        folder.mkdir()
        config = folder / "vendaval.toml"
        config.write_text(CONFIG.format(port=self.port, api=self.api_port, folder=folder, scheme=scheme, dialect=dialect,
                                        banks=BANKS[dialect], upstream=getattr(bench.bank, scheme),
                                        **bench.certificates.files))
        super().__init__("vendaval", [bench.vendaval, "up", "--config", config, "--log-level", "warn"], bench.work_core,
                         folder)
        self.wait_for(self.port)
        self.wait_for(self.api_port)

    def _call(self, path: str, body: dict | None = None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.api_port}{path}", headers={"Content-Type": "application/json"},
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def arm(self, count: int, delay: str):
        """`count` latency faults for a bank that is not the one the load asks for; returns once they are in force."""
        self._arm(FAULT.format(delay=delay) * count, count)

    def arm_answer(self, delay: str, page: str):
        """Holds the requests for that bank and then answers in its place."""
        self._arm(FAULT.format(delay=delay) + ANSWER.format(page=page), 2)

    def _arm(self, faults: str, count: int):
        self._call("/v1/runs", {"scenario": SCENARIO.format(faults=faults)})
        # A game day begins once it has seen calls about its target.
        self._bench.load("open", self, "--rate", 100, "--seconds", 0.2, "--warm-up", 0, "--connections", 1, path=OTHER_PATH)
        until(f"{count} faults are armed", lambda: len(self._call("/v1/faults")["faults"]) == count)

    def kill_switch(self):
        self._call("/v1/stop", {"reason": "bench"})


def start(bench, scheme: str, dialect: str = "belvo"):
    return Vendaval(bench, scheme, dialect)
