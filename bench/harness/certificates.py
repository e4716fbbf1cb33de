"""A CA made for this run alone, and one ECDSA P-256 certificate that the bank and every proxy present."""
import subprocess
from pathlib import Path

from .process import Failed


class Certificates:
    def __init__(self, vendaval: Path, folder: Path):
        made = subprocess.run([vendaval, "sandbox", "certificates", "--folder", folder / "certificates", "--name", "leaf",
                               "localhost", "127.0.0.1"], capture_output=True, text=True)
        if made.returncode != 0:
            raise Failed(f"no certificates: {made.stderr}")
        self.files = dict(line.split(maxsplit=1) for line in made.stdout.splitlines())  # ca, certificate, key
        self.ca = self.files["ca"]
        self.combined = folder / "leaf-and-key.pem"  # as HAProxy wants it
        self.combined.touch(mode=0o600)
        self.combined.write_text(Path(self.files["certificate"]).read_text() + Path(self.files["key"]).read_text())
