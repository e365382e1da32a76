"""Python's own clients: urllib (reads the proxy variables) and http.client (set_tunnel). Says status and body as JSON."""

import base64
import http.client
import json
import os
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request

how, url = sys.argv[1], sys.argv[2]
body = sys.argv[3].encode() if len(sys.argv) > 3 else None


def with_urllib():
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def with_http_client():
    proxy = urllib.parse.urlsplit(os.environ["HTTPS_PROXY"])
    login = f"{urllib.parse.unquote(proxy.username)}:{urllib.parse.unquote(proxy.password)}"
    target = urllib.parse.urlsplit(url)
    context = ssl.create_default_context()
    context.verify_flags |= getattr(ssl, "VERIFY_X509_STRICT", 0)
    connection = http.client.HTTPSConnection(proxy.hostname, proxy.port, context=context, timeout=20)
    basic = base64.b64encode(login.encode()).decode()
    connection.set_tunnel(target.hostname, 443, {"Proxy-Authorization": f"Basic {basic}"})
    statuses = []
    for _ in range(2):  # the second one over the same connection
        connection.request("POST" if body else "GET", target.path or "/", body=body)
        answer = connection.getresponse()
        text = answer.read().decode()
        statuses.append(answer.status)
    return statuses[-1], text


status, text = with_urllib() if how == "urllib" else with_http_client()
print(json.dumps({"status": status, "text": text}))
