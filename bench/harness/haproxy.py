"""HAProxy as the proxy; with `delay`, it holds every request of the other bank that long."""
from .bank import OTHER_LINK
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
  use_backend slow_bank if {{ url_param(link) {other} }}
  default_backend bank
backend bank
  server bank 127.0.0.1:{upstream} {tls}
backend slow_bank
  tcp-request inspect-delay {delay}
  tcp-request content accept if WAIT_END
  server bank 127.0.0.1:{upstream} {tls}
"""
TLS = "ssl verify required ca-file {ca} verifyhost localhost"


def start(bench, scheme: str, delay: str = "200ms"):
    port, folder = free_port(), bench.folder
    config = folder / f"haproxy-{scheme}.cfg"
    config.write_text(CONFIG.format(port=port, upstream=getattr(bench.bank, scheme), delay=delay, other=OTHER_LINK,
                                    combined=bench.certificates.combined,
                                    tls=TLS.format(ca=bench.certificates.ca) if scheme == "https" else ""))
    process = Process(f"haproxy-{scheme}", ["haproxy", "-db", "-f", config], bench.work_core, folder)
    process.port = port
    return process.wait_for(port)
