"""HAProxy as the proxy. Requests for the other bank it holds for `delay`, and then answers by itself: its own delay, the
tarpit, never forwards."""
from .bank import OTHER_LINK, accounts
from .process import Process, free_port

CONFIG = """
global
  nbthread 1
  maxconn 16384
  no strict-limits
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  mode http
  timeout connect 10s
  timeout client 300s
  timeout server 300s
  timeout http-keep-alive 300s
  http-reuse always
frontend app
  bind 127.0.0.1:{port} backlog 4096 ssl crt {combined} alpn http/1.1
  timeout tarpit {delay}
  http-request tarpit deny_status 200 content-type application/json file {page} if {{ url_param(link) {other} }}
  default_backend bank
backend bank
  server bank 127.0.0.1:{upstream} {tls}
"""
TLS = "ssl verify required ca-file {ca} verifyhost localhost"


def start(bench, scheme: str, delay: str = "200ms"):
    port, folder = free_port(), bench.folder
    page = folder / "accounts.json"
    page.write_text(accounts())
    config = folder / f"haproxy-{scheme}.cfg"
    config.write_text(CONFIG.format(port=port, upstream=getattr(bench.bank, scheme), delay=delay, other=OTHER_LINK, page=page,
                                    combined=bench.certificates.combined,
                                    tls=TLS.format(ca=bench.certificates.ca) if scheme == "https" else ""))
    process = Process(f"haproxy-{scheme}", ["haproxy", "-db", "-f", config], bench.work_core, folder)
    process.port = port
    return process.wait_for(port)
