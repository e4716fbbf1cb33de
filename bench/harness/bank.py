"""The upstream of everybody: an nginx that answers at once, over HTTP and over HTTPS."""
import getpass
import json

from .process import Process, free_port

LINK = "0d3ffb69-f83b-456e-ad8e-208d0998d71d"        # of the bank that the load asks for
OTHER_LINK = "7c9c5c70-2d7b-4d10-9d3c-5d1f4c6d3f57"  # of the bank that faults are armed for
PATH = f"/api/accounts/?link={LINK}"
OTHER_PATH = f"/api/accounts/?link={OTHER_LINK}"
BODY = 1024
BODIES = {"64k": 64 * 1024, "1m": 1024 * 1024}


def accounts() -> str:
    """One page of accounts as Belvo sends it, exactly BODY bytes."""
    account = {"id": "3a1f6a0e-52a8-4d5e-8c51-2c1f1f0f6d0e", "link": LINK, "currency": "BRL", "category": "CHECKING_ACCOUNT",
               "institution": {"name": "bb_br_retail", "type": "bank"}, "balance": {"current": 5874.13, "available": 5621.12}}
    page = {"count": 1, "next": None, "previous": None, "results": [account | {"name": ""}]}
    account["name"] = "x" * (BODY - len(json.dumps(page)))
    return json.dumps(page | {"results": [account]})


CONFIG = """
daemon off; pid {folder}/bank.pid; error_log stderr error; user {user};
worker_processes 1;
events {{ worker_connections 16384; }}
http {{
  access_log off; sendfile on; tcp_nodelay on; default_type application/json;
  keepalive_requests 1000000000; keepalive_timeout 300s;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols TLSv1.3;
  server {{
    listen 127.0.0.1:{http} backlog=4096; listen 127.0.0.1:{https} ssl backlog=4096;
    location / {{ return 200 '{page}'; }}
    location /api/documents/ {{ alias {folder}/documents/; default_type application/pdf; }}
    location /api/statements/ {{ alias {folder}/documents/; default_type application/json; }}
  }}
}}
"""


class Bank:
    def __init__(self, folder, certificates, core):
        self.http, self.https = free_port(), free_port()
        documents = folder / "documents"
        documents.mkdir(exist_ok=True)
        for name, size in BODIES.items():
            (documents / name).write_text(json.dumps({"results": ["x" * (size - len('{"results": [""]}'))]}))
        config = folder / "bank.conf"
        config.write_text(CONFIG.format(folder=folder, user=getpass.getuser(), page=accounts(), http=self.http,
                                        https=self.https, **certificates.files))
        self.process = Process("bank", ["nginx", "-c", config, "-p", folder, "-e", "stderr"], core, folder)
        self.process.wait_for(self.https)

    def url(self, scheme: str, path: str = PATH) -> str:
        return f"{scheme}://127.0.0.1:{self.http if scheme == 'http' else self.https}{path}"
