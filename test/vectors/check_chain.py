"""A second reading of the ledger format, from docs/ledger-format.md alone: checks chain-v1.json and prints `ok`.

Signatures are left to the first implementation: Python's standard library has no Ed25519.
"""
import base64
import hashlib
import json
import sys


def canonical(value):
    """RFC 8785 for the values of the vectors: Python's float repr equals ECMAScript's for them."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(member) for member in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def main(path):
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    previous = "0" * 64
    for sequence, entry in enumerate(vectors["entries"]):
        whole = {"version": 1, "sequence": sequence, "time": entry["time"], "previous": previous, "body": entry["body"]}
        text = canonical(whole)
        assert text == entry["text"], f"canonical text of entry {sequence}"
        previous = sha256(b"\x00" + text.encode())
        assert previous == entry["leafHash"], f"leaf hash of entry {sequence}"
    for sequence, places in vectors["hidden"].items():
        for place, kept in places.items():
            found = vectors["entries"][int(sequence)]["body"]
            for key in place.split("/"):
                found = found[int(key)] if isinstance(found, list) else found[key]
            message = "interlock:commitment:v1\0" + kept["salt"] + "\0" + canonical(kept["value"])
            assert found == {"commitment": sha256(message.encode())}, f"commitment at {place}"
    key = base64.b64decode(vectors["publicKey"])
    origin, size, root, blank, signature = vectors["checkpoint"].rstrip("\n").split("\n")
    assert origin == "interlock-ledger/" + sha256(key)[:16] and blank == ""
    assert int(size) == len(vectors["entries"]) and base64.b64decode(root).hex() == previous
    dash, name, encoded = signature.split(" ")
    hint = hashlib.sha256(name.encode() + b"\n\x01" + key).digest()[:4]
    assert dash == "—" and name == origin and base64.b64decode(encoded)[:4] == hint and len(base64.b64decode(encoded)) == 68
    print("ok")


main(sys.argv[1])
