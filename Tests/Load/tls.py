"""What strangers find at the relay's TLS: `make tls` (R14).

    python3 Tests/Load/tls.py [--write]

testssl.sh (Debian) and sslyze (PyPI, Mozilla's "modern" profile) look at a sealed relay under a name that
is no development machine's, with a certificate of an authority that was made for this. Then both look
at `openssl s_server` with TLS 1.2 and old ciphers, and must find what is wrong: the control.

Exit 1 on any finding that is not explained below, or if the control passes.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import bench_peers
import figures as page

NAME = "clinic.example"
YEAR = 31_536_000
SSLYZE = page.ROOT / ".venv/bin/sslyze"
# Nothing that the relay could do about.
EXPECTED = {
    "cert_revocation": "the authority made for this names no place for revocations",
    "DNS_CAArecord": "the name is in no DNS",
    "cert_trust_wildcard": "not a wildcard",
}
TESTSSL = ["--quiet", "--color", "0", "--warnings", "off", "--ip", "127.0.0.1", "-p", "-s", "-f", "-P", "-S", "-h", "-U"]


def openssl(*arguments, **options):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, **options)


def certificates(directory):
    """An authority, and the certificate of `NAME` under it, for ninety days."""
    ca, ca_key, leaf, key = (directory / name for name in ("ca.pem", "ca.key", "leaf.pem", "leaf.key"))
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *curve, "-keyout", ca_key, "-out", ca, "-days", 3650, "-subj", "/CN=An authority",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    (directory / "extensions").write_text(
        f"subjectAltName=DNS:{NAME}\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n"
        "keyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
    openssl("req", *curve, "-keyout", key, "-out", directory / "leaf.csr", "-subj", f"/CN={NAME}")
    openssl("x509", "-req", "-in", directory / "leaf.csr", "-CA", ca, "-CAkey", ca_key, "-CAcreateserial",
            "-days", 90, "-extfile", directory / "extensions", "-out", leaf)
    key.chmod(0o600)
    return ca, leaf, key


def by_testssl(port, ca, directory):
    """All findings, by name: (severity, what was found)."""
    # It adds to a file that is there.
    file = directory / f"testssl-{time.monotonic_ns()}.json"
    run = subprocess.run(["testssl", *TESTSSL, "--add-ca", ca, "--jsonfile", file, f"{NAME}:{port}/"],
                         capture_output=True, text=True, timeout=900)
    if not file.exists():
        raise SystemExit(f"testssl did not answer: {run.stdout}{run.stderr}")
    return {found["id"]: (found["severity"], found["finding"]) for found in json.loads(file.read_text())}


def by_sslyze(port, ca, directory):
    file = directory / f"sslyze-{time.monotonic_ns()}.json"
    run = subprocess.run(
        [SSLYZE, "--mozilla_config", "modern", "--early_data", "--http_headers", "--certinfo_ca_file", ca,
         "--json_out", file, f"{NAME}:{port}{{127.0.0.1}}"], capture_output=True, text=True, timeout=300)
    found = json.loads(file.read_text())["server_scan_results"][0]["scan_result"]
    headers = (found["http_headers"] or {}).get("result") or {}
    hsts = headers.get("strict_transport_security_header") or {}
    return {"modern": "OK - Compliant" in run.stdout,
            "early data": (found["tls_1_3_early_data"]["result"] or {}).get("supports_early_data"),
            "max-age": hsts.get("max_age") or 0}


def judge(testssl, sslyze):
    """What is wrong, in words."""
    wrong = [f"testssl {name}: {severity}, {finding}" for name, (severity, finding) in testssl.items()
             if severity not in ("OK", "INFO") and name not in EXPECTED]
    for name in ("SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2"):
        if "not offered" not in testssl.get(name, ("", "not looked at"))[1]:
            wrong.append(f"testssl {name}: {testssl.get(name)}")
    if not testssl.get("TLS1_3", ("", "not looked at"))[1].startswith("offered"):
        wrong.append("testssl: no TLS 1.3")
    if not sslyze["modern"]:
        wrong.append("sslyze: not as Mozilla's modern profile")
    if sslyze["early data"] is not False:
        wrong.append("sslyze: 0-RTT is taken")
    if sslyze["max-age"] < YEAR:
        wrong.append(f"sslyze: HSTS for {sslyze['max-age']} s")
    return wrong


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    begun, on = page.now(), page.machine()
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        ca, leaf, key = certificates(directory)
        relay = page.relay(binary="lethe", limits={"new-connections-per-second": 1_000, "connections-per-address": 1_000})
        try:
            for source in (leaf, key):
                (relay.directory / f"certs/{source.name}").write_bytes(source.read_bytes())
                (relay.directory / f"certs/{source.name}").chmod(0o600)
            relay.settings |= {"certificate": "certs/leaf.pem", "private-key": "certs/leaf.key", "hosts": [NAME],
                               "origins": [f"https://{NAME}:{relay.port}"],
                               # One that only listens on loopback sends no HSTS.
                               "listen": [f"0.0.0.0:{relay.port}"]}
            relay.write_configuration()
            relay.start()
            seal, port = relay.settings["seal"], relay.port
            testssl, sslyze = by_testssl(port, ca, directory), by_sslyze(port, ca, directory)
        finally:
            relay.__exit__()
        wrong = judge(testssl, sslyze)
        expected = {n: found for n, found in testssl.items() if n in EXPECTED and found[0] not in ("OK", "INFO")}
        weak = subprocess.Popen(
            ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", leaf, "-key", key, "-www", "-quiet",
             "-cipher", "ALL:@SECLEVEL=0", "-min_protocol", "TLSv1.2"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 10
            while not bench_peers.listens(port) and time.monotonic() < deadline:
                time.sleep(0.1)
            noticed = judge(by_testssl(port, ca, directory), by_sslyze(port, ca, directory))
        finally:
            weak.kill()
            weak.wait()
    needed = ("testssl TLS1_2", "sslyze: not as Mozilla", "sslyze: HSTS")
    unseen = [words for words in needed if not any(one.startswith(words) for one in noticed)]
    if unseen:
        wrong.append(f"the control passed: {unseen} were not noticed")
    versions = [subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "testssl.sh"], capture_output=True, text=True).stdout,
                subprocess.run([SSLYZE.with_name("pip"), "show", "sslyze"], capture_output=True, text=True).stdout.split()[3]]
    text = "\n".join([
        f"testssl.sh {versions[0]}, {len(testssl)} findings, and sslyze {versions[1]}; seal {seal}.", "",
        "| | | must |", "|---|---|---|",
        f"| versions offered | {', '.join(n for n in ('SSLv2', 'SSLv3', 'TLS1', 'TLS1_1', 'TLS1_2', 'TLS1_3') if testssl[n][1].startswith('offered'))} | TLS1_3 |",
        f"| findings of testssl.sh above INFO, not explained | {sum(w.startswith('testssl') for w in wrong)} | 0 |",
        *(f"| explained: `{n}`, {found[0]} | {EXPECTED[n]} | – |" for n, found in expected.items()),
        f"| Mozilla's modern profile | {'compliant' if sslyze['modern'] else 'NOT COMPLIANT'} | compliant |",
        f"| 0-RTT | {'taken' if sslyze['early data'] else 'refused'} | refused |",
        f"| HSTS, seconds | {sslyze['max-age']:,} | ≥ {YEAR:,} |",
        f"| findings at the control, TLS 1.2 with old ciphers | {len(noticed)} | > 0 |",
        "", f"Verdict: {'; '.join(wrong) or 'clean'}."])
    print(text)
    print("\nThe control:", *noticed, sep="\n  ")
    if given.write:
        (page.ROOT / "docs/figures/tls.json").write_text(json.dumps(
            {"date": begun, "machine": on, "seal": seal, "wrong": wrong, "testssl": testssl, "sslyze": sslyze,
             "control": noticed}, indent=1, ensure_ascii=False) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
