"""Makes the databases of this directory: what versions of the Globus CLI leave after 'globus login', and after 'globus logout'.

Usage: make.py PYTHON...     (of environments with one version of globus-cli each: python3 -m venv DIR; DIR/bin/pip install globus-cli==3.8.0)

The CLI itself logs in, at a service on 127.0.0.1 that gives it made-up tokens. Each database is written down as its SQL.
"""

import base64
import http.server
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

# The tokens are valid until then.
END = 4_000_000_000
HERE = pathlib.Path(__file__).parent
SUBJECT = "5f1d2a6e-0000-4000-8000-000000000003"
CLIENT = "5f1d2a6e-0000-4000-8000-000000000004"


def number(value):
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


class Auth(http.server.BaseHTTPRequestHandler):
    """Globus Auth, as far as a login and a logout need it."""

    def log_message(self, *_):
        pass

    def reply(self, document):
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        base = f"http://{self.headers['Host']}"
        if self.path.startswith("/.well-known"):
            self.reply({"issuer": "https://auth.globus.org", "jwks_uri": base + "/jwk.json", "id_token_signing_alg_values_supported": ["RS512"]})
        elif self.path.startswith("/jwk.json"):
            numbers = self.server.key.public_key().public_numbers()
            self.reply({"keys": [{"alg": "RS512", "kty": "RSA", "use": "sig", "n": number(numbers.n), "e": number(numbers.e)}]})
        else:
            self.reply({"sub": SUBJECT, "preferred_username": "me@example.org", "identity_set": []})

    def do_DELETE(self):
        self.reply({"client": {"id": CLIENT}})

    def do_POST(self):
        form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path.startswith("/v2/api/clients"):
            secret = {"client": CLIENT, "secret": "made-up-secret"}
            self.reply({"client": {"id": CLIENT}, "included": {"client_credential": secret}})
        elif self.path.endswith("/token") and "authorization_code" in form:
            self.reply(self.tokens())
        else:
            self.reply({"active": False})

    def tokens(self):
        import jwt

        now = int(time.time())
        claims = {"sub": SUBJECT, "aud": CLIENT, "iss": "https://auth.globus.org", "iat": now - 60, "exp": now + 3600}

        def token(server, scope):
            name = server.split(".")[0]
            return {
                "resource_server": server,
                "scope": scope,
                "access_token": f"made-up-access-{name}",
                "refresh_token": f"made-up-refresh-{name}",
                "expires_in": END - now,
                "token_type": "Bearer",
            }

        scopes = self.server.scopes
        first = token("auth.globus.org", "openid profile email urn:globus:auth:scope:auth.globus.org:view_identity_set")
        # The order is not fixed: Transfer is neither the first nor the last.
        first["other_tokens"] = [token(server, scopes[server]) for server in sorted(scopes)]
        first["id_token"] = jwt.encode(claims, self.server.key, algorithm="RS512")
        return first


def serve():
    from cryptography.hazmat.primitives.asymmetric import rsa

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Auth)
    server.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    server.scopes = {
        "transfer.api.globus.org": "urn:globus:auth:scope:transfer.api.globus.org:all",
        "groups.api.globus.org": "urn:globus:auth:scope:groups.api.globus.org:all",
        "search.api.globus.org": "urn:globus:auth:scope:search.api.globus.org:all",
        "flows.globus.org": "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/view_flows",
    }
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def dump(home, name):
    database = sqlite3.connect(f"file:{home}/.globus/cli/storage.db?mode=ro", uri=True)
    (HERE / name).write_text("\n".join(database.iterdump()) + "\n")
    database.close()


def make(environment):
    """Called with the interpreter of an environment: its modules sign the identity token."""
    address = serve()
    globus = os.path.join(environment, "bin", "globus")
    with tempfile.TemporaryDirectory() as home:
        variables = {"HOME": home, "PATH": os.defpath, "GLOBUS_SDK_SERVICE_URL_AUTH": address, "GLOBUS_CLI_INTERACTIVE": "1"}

        def run(*arguments, text=""):
            return subprocess.run(
                [globus, *arguments], env=variables, input=text, text=True, capture_output=True, timeout=60, check=True
            ).stdout

        version = run("version").split()[2]
        run("login", "--no-local-server", text="a-code\n")
        dump(home, f"globus-cli-{version}-login.sql")
        run("logout", "--yes")
        dump(home, f"globus-cli-{version}-logout.sql")
        print(version)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--one":
        make(sys.argv[2])
    else:
        for python in sys.argv[1:]:
            subprocess.run([python, __file__, "--one", str(pathlib.Path(python).parent.parent)], check=True, timeout=180)
