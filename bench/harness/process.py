"""Programs under measurement: started on one core, watched, and ended by their own ids."""
import os
import signal
import socket
import subprocess
import time
from pathlib import Path


class Failed(Exception):
    """The bench cannot go on; the message is for people."""


def free_port() -> int:
    """A port that nobody has now, from the kernel."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def answers(port: int) -> bool:
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex(("127.0.0.1", port)) == 0


def until(what: str, condition, seconds: float = 20, every: float = 0.02):
    """The first truthy value of `condition()`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(every)
    raise Failed(f"waited {seconds:.0f} s in vain: {what}")


def on_core(core: int, command: list[str]) -> list[str]:
    """Pinned, and ended by the kernel should the harness itself be killed."""
    return ["setpriv", "--pdeathsig", "TERM", "taskset", "-c", str(core), *map(str, command)]


class Process:
    """One program and its children."""

    def __init__(self, name: str, command: list[str], core: int, folder: Path, environment: dict | None = None):
        self.name = name
        self._log = folder / f"{name}.log"
        with self._log.open("ab") as log:
            # A session of its own: Ctrl-C reaches the harness alone, which then ends everything in order.
            self._popen = subprocess.Popen(on_core(core, command), cwd=folder, stdin=subprocess.DEVNULL, stdout=log,
                                           stderr=log, start_new_session=True,
                                           env={**os.environ, **(environment or {})})

    @property
    def pid(self) -> int:
        return self._popen.pid

    def pids(self) -> list[int]:
        """Itself and its descendants."""
        found = [self.pid]
        for parent in found:
            for task in Path(f"/proc/{parent}/task").glob("*/children"):
                found += [int(pid) for pid in task.read_text().split()]
        return found

    def wait_for(self, port: int):
        def ready():
            if self._popen.poll() is not None:
                raise Failed(f"{self.name} ended at once:\n{self._log.read_text()[-2000:]}")
            return answers(port)
        try:
            until(f"{self.name} listens on {port}; see {self._log}", ready)
        except BaseException:
            self.stop()
            raise
        return self

    def rss(self) -> int:
        """Bytes of memory in use, its children's included."""
        total = 0
        for pid in self.pids():
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    total += int(line.split()[1]) * 1024
        return total

    def stop(self):
        everyone = self.pids() if self._popen.poll() is None else []
        self._popen.terminate()
        try:
            self._popen.wait(5)
        except subprocess.TimeoutExpired:
            for pid in everyone:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self._popen.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
