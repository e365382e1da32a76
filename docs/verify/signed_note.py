#!/usr/bin/env python3
"""Signed notes (c2sp.org/signed-note) and what a witness says in one (c2sp.org/tlog-cosignature). Knows nothing of ledgers.

It needs the `openssl` command (3.0 or newer) for Ed25519, and asks nobody anything. Run, it tells when a witness signed a
note; what the note says is worth as much as its other signature: check that with verify.py. Exit code 0: it signed.
"""
import argparse, base64, datetime, hashlib, os, re, subprocess, sys, tempfile

MAX_NOTE = 65_536
# No control characters (Unicode's Cc) but line feeds.
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
BROKEN = (KeyError, TypeError, AttributeError, ValueError, RecursionError, OSError)


class Bad(Exception):
    """Something does not hold."""


def need(holds, why):
    if not holds:
        raise Bad(why)


def read_file(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def ends(main):
    """Runs a command: what does not hold, or can't be read, ends it with 1."""
    try:
        main()
    except Bad as bad:
        sys.exit(f"does NOT hold: {bad}")
    except BROKEN as error:
        sys.exit(f"does NOT hold: not of the documented form ({type(error).__name__}: {error})")


def strict_b64(text):
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text, "base64 is not in canonical form")
    return raw


def ed25519(key, message, signature):
    need(len(key) == 32, "it is no Ed25519 public key")
    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, name) for name in ("key", "message", "signature")]
        for name, data in zip(names, (bytes.fromhex("302a300506032b6570032100") + key, message, signature)):
            with open(name, "wb") as file:
                file.write(data)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-rawin"]
        command += ["-inkey", names[0], "-in", names[1], "-sigfile", names[2]]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def signatures_of(note, name, key, kind):
    """The note's text, and what this key is said to have signed under this name, without the key hint."""
    need(len(note) <= MAX_NOTE and not CONTROL.search(note), "the note is too long or holds control characters")
    text, blank, lines = note.rpartition("\n\n")
    need(text and blank and lines.endswith("\n") and lines.count("\n") <= 16, "no signature lines stand behind a text")
    hint, found = hashlib.sha256(name.encode() + b"\n" + kind + key).digest()[:4], []
    for line in lines[:-1].split("\n"):
        match = SIGNATURE.fullmatch(line)
        raw = strict_b64(match[2]) if match else b""
        need(len(raw) > 4, "a signature line is broken")
        if match[1] == name and raw[:4] == hint:
            found.append(raw[4:])
    return text + "\n", found


def witness_key(text):
    """Name and raw key of a verifier key, `<name>+<hint>+<base64 of type and key>`."""
    name, hint, encoded = text.split("+", 2)
    raw = strict_b64(encoded)
    made = hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8]
    need(len(raw) == 33 and raw[0] == 4 and made == hint, "it is no verifier key of a witness")
    return name, raw[1:]


def cosigned_at(note, witness):
    """Seconds since 1970, of its first line that holds."""
    name, key = witness_key(witness)
    text, signatures = signatures_of(note, name, key, b"\x04")
    for raw in signatures:
        time = int.from_bytes(raw[:8], "big")
        if len(raw) == 72 and time < 2**53 and ed25519(key, f"cosignature/v1\ntime {time}\n{text}".encode(), raw[8:]):
            return time
    need(False, f"no cosignature of {name} holds")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("file", help="a signed note")
    parser.add_argument("--witness", required=True, help="its verifier key")
    args = parser.parse_args()
    time = cosigned_at(read_file(args.file), args.witness)
    print(f"ok: cosigned at {datetime.datetime.fromtimestamp(time, datetime.timezone.utc).isoformat()}")


if __name__ == "__main__":
    ends(main)
