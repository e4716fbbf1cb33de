"""A PostgreSQL of our own: on loopback, in a temporary folder, gone afterwards."""
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from .process import Failed


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextmanager
def server():
    """Its URL. As root it runs as the user that Debian's package brings: PostgreSQL refuses root."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise Failed("PostgreSQL is not installed: apt-get install postgresql")
    programs = found[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="vpg", dir="/tmp"))
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    as_user = {"user": user.pw_uid, "group": user.pw_gid} if user else {}
    port = _free_port()
    log = open(folder.with_suffix(".log"), "wb")
    process = None
    try:
        subprocess.run([programs / "initdb", "-D", folder / "data", "-U", "vendaval", "--encoding=UTF8", "--locale=C",
                        "--auth=trust"], check=True, stdout=log, stderr=log, cwd="/", **as_user)
        process = subprocess.Popen([programs / "postgres", "-D", folder / "data", "-h", "127.0.0.1", "-p", str(port), "-k", folder,
                                    "-c", "max_wal_size=4GB"], stdout=log, stderr=log, cwd="/", **as_user)
        for _ in range(300):
            if subprocess.run([programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]).returncode == 0:
                break
            time.sleep(0.1)
        else:
            raise Failed(f"PostgreSQL does not start: {folder.with_suffix('.log')}")
        yield f"postgresql://vendaval@127.0.0.1:{port}/postgres"
    finally:
        if process:
            process.send_signal(signal.SIGINT)
            process.wait()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".log").unlink(missing_ok=True)
