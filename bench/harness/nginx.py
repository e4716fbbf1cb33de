"""nginx as the proxy, tuned as its documentation advises for keep-alive upstreams."""
import getpass

from .process import Process, free_port

CONFIG = """
daemon off; pid {folder}/nginx.pid; error_log stderr error; user {user};
worker_processes 1;
events {{ worker_connections 16384; }}
http {{
  access_log off; tcp_nodelay on;
  keepalive_requests 1000000000; keepalive_timeout 300s;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  ssl_certificate {certificate}; ssl_certificate_key {key};
  ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets on;
  upstream bank {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000000; keepalive_timeout 300s; }}
  server {{
    listen 127.0.0.1:{port} ssl backlog=4096;
    location / {{
      proxy_pass {scheme}://bank; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_max_temp_file_size 0;
      {tls}
    }}
  }}
}}
"""
TLS = """proxy_ssl_verify on; proxy_ssl_trusted_certificate {ca}; proxy_ssl_name localhost; proxy_ssl_server_name on;
      proxy_ssl_protocols TLSv1.3;"""


def start(bench, scheme: str):
    port, folder = free_port(), bench.folder
    files = bench.certificates.files
    config = folder / f"nginx-{scheme}.conf"
    config.write_text(CONFIG.format(folder=folder, user=getpass.getuser(), scheme=scheme, port=port,
                                    upstream=getattr(bench.bank, scheme), tls=TLS.format(**files) if scheme == "https" else "",
                                    **files))
    process = Process(f"nginx-{scheme}", ["nginx", "-c", config, "-p", folder, "-e", "stderr"], bench.work_core, folder)
    process.port = port
    return process.wait_for(port)
