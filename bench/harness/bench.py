"""What every section works with: a folder, certificates, a bank, two cores, the proxies and the load."""
import json
import os
import resource
import shutil
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

from . import haproxy, nginx, vendaval
from .bank import BODY, PATH, Bank
from .certificates import Certificates
from .process import Failed, on_core

FILES = 65536


class Bench:
    def __init__(self, build: Path):
        raise_file_limit()
        cores = sorted(os.sched_getaffinity(0))
        self.work_core, self.load_core = cores[-1], cores[0]  # proxies and bank on one; the load may use the other
        self.vendaval, self.load_program = build / "controller/vendaval", build / "bench/vendaval_load"
        self.build = build
        for program in (self.vendaval, self.load_program):
            if not program.exists():
                raise Failed(f"{program} is not there: run ./dev bench, which builds it")
        self.folder = Path(tempfile.mkdtemp(prefix="vendaval-bench-"))
        self.folder.chmod(0o755)
        self._open = ExitStack()
        self._open.callback(shutil.rmtree, self.folder, ignore_errors=True)
        try:
            self.certificates = Certificates(self.vendaval, self.folder)
            self.bank = Bank(self.folder, self.certificates, self.work_core)
            self._open.callback(self.bank.process.stop)
        except BaseException:
            self._open.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._open.close()

    @contextmanager
    def lineup(self, scheme: str, *names: str):
        """The proxies of these names (all when none is given) in front of the bank's http or https side, by name."""
        starters = {"Vendaval": vendaval.start, "nginx": nginx.start, "HAProxy": haproxy.start}
        with ExitStack() as open_:
            yield {name: open_.enter_context(starters[name](self, scheme)) for name in names or starters}

    def load(self, mode: str, proxy, *options, path: str = PATH, body: int | None = BODY, core: int | None = None) -> dict:
        """Runs the load against a proxy to its end, and returns what it measured."""
        with self.loading(mode, proxy, *options, path=path, body=body, core=core) as load:
            return load.result()

    def loading(self, mode: str, proxy, *options, path: str = PATH, body: int | None = BODY, core: int | None = None):
        expected = [] if body is None else ["--body", body]
        return Load([self.load_program, mode, f"https://127.0.0.1:{proxy.port}{path}", "--ca", self.certificates.ca, *expected,
                     *options], self.work_core if core is None else core, proxy.name)


class Load:
    """A load generator at work: one JSON object a line."""

    def __init__(self, command: list, core: int, target: str):
        self._target = target
        self._popen = subprocess.Popen(on_core(core, command), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True, start_new_session=True)

    def next(self) -> dict:
        line = self._popen.stdout.readline()
        if not line:
            self._fail()
        return json.loads(line)

    def go_on(self):
        self._popen.stdin.write("\n")
        self._popen.stdin.flush()

    def result(self) -> dict:
        last = self.next()
        for line in self._popen.stdout:
            last = json.loads(line)
        if self._popen.wait() != 0:
            self._fail()
        return last

    def _fail(self):
        raise Failed(f"load on {self._target} ended with {self._popen.wait()}: {self._popen.stderr.read().strip()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._popen.poll() is None:
            self._popen.kill()
        self._popen.wait()


def watch(proxy) -> list[str]:
    return ["--watch", ",".join(map(str, proxy.pids()))]


def raise_file_limit():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, max(FILES, hard)))
    except (ValueError, PermissionError):  # without privilege: as far as it goes
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
