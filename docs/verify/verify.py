#!/usr/bin/env python3
"""A second verifier of Interlock's ledger, from docs/ledger-format.md alone: a chain of entries, and checkpoints over it.

It shares no code with Interlock. It needs the Python 3 standard library and, in signed_note.py beside it, the `openssl`
command. Exit code 0: everything holds. 1: something does not, and it says what. verify_proof.py reads proof files.
"""
import argparse, base64, hashlib, json, os, re
from signed_note import ed25519, ends, need, read_file, signatures_of, strict_b64

ZEROS, MAX_DEPTH = "0" * 64, 16
ENTRY = ("body", "previous", "sequence", "time", "version")
HASH = re.compile(r"[0-9a-f]{64}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
CHECKPOINT = re.compile(r"(interlock-(tree|ledger)/([0-9a-f]{16}))\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n")


# Entries: canonical JSON (RFC 8785), SHA-256, and commitments to the values that lie beside them.
def sha256(data):
    return hashlib.sha256(data).hexdigest()


def no_doubles(pairs):
    need(len({key for key, _ in pairs}) == len(pairs), "an object has a repeated key")
    return dict(pairs)


def parse(text):
    return json.loads(text, object_pairs_hook=no_doubles)


def canonical(value, depth=0):
    if isinstance(value, (dict, list)):
        need(depth <= MAX_DEPTH, "it is nested deeper than an entry is")
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key], depth + 1) for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(one, depth + 1) for one in value) + "]"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (int, float)):
        # Python writes fractions as ECMAScript does, but for tiny ones, and no entry holds those. NaN fails here too.
        need(value == 0 or 1e-4 <= abs(value) < 2**53, f"{value} is no number that an entry holds")
    return json.dumps(value, ensure_ascii=False)


def members(value, *names):
    need(isinstance(value, dict) and set(value) == set(names), f"expected an object with exactly {', '.join(names)}")
    return [value[name] for name in names]


def read_entry(text):
    entry = parse(text)
    body, previous, sequence, time, version = members(entry, *ENTRY)
    need(type(version) is int and version == 1, "it is no entry of version 1")
    need(type(sequence) is int and sequence >= 0, "its sequence is none")
    need(isinstance(body, dict) and TIME.fullmatch(time) and HASH.fullmatch(previous), "its body, time or previous is none")
    need(canonical(entry) == text, f"entry {sequence} is not in canonical form")
    return entry


def check_values(entry, values):
    """Each value, with its salt, opens the commitment that stands at its place in the entry."""
    for place, hidden in values.items():
        salt, value = members(hidden, "salt", "value")
        need(re.fullmatch(r"[0-9a-f]{32}", salt), f"the salt of {place} is none")
        found = entry["body"]
        for key in place.split("/"):
            # Members of a list go by their index.
            known = {str(i): one for i, one in enumerate(found)} if isinstance(found, list) else found
            found = known.get(key) if isinstance(known, dict) else None
        made = sha256(f"interlock:commitment:v1\0{salt}\0{canonical(value)}".encode())
        need(found == {"commitment": made}, f"{place} is not the value that was committed to")


# The tree: RFC 6962 section 2.1.
def leaf_hash(text):
    return sha256(b"\x00" + text.encode())


def node_hash(left, right):
    return sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right))


def split_of(size):
    """The largest power of two below it."""
    return 1 << (size - 1).bit_length() - 1


def root_of(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    split = split_of(len(leaves))
    return node_hash(root_of(leaves[:split]), root_of(leaves[split:]))


# The ledger's keys and checkpoints (c2sp.org/tlog-checkpoint).
class Keys:
    """The keys of a ledger, followed from its first: each one signed the next. The first one's id is the ledger's name."""

    def __init__(self, first):
        self.ledger, self.all = sha256(first)[:16], [(first, 0)]

    def change(self, entry):
        body, at = entry["body"], f"entry {entry['sequence']}"
        old, new = strict_b64(body["previousKey"]), strict_b64(body["publicKey"])
        need(body["type"] == "key" and old == self.all[-1][0], f"{at} is no change of the key in force")
        said = f"interlock:key-change:v1\n{self.ledger}\n{body['previousKey']}\n{body['publicKey']}\n".encode()
        need(ed25519(old, said, strict_b64(body["previousSignature"])), f"{at}: the old key did not sign the new one")
        need(ed25519(new, said, strict_b64(body["signature"])), f"{at}: the new key did not sign the change")
        self.all.append((new, entry["sequence"]))

    def at(self, size):
        """The one that signs a checkpoint of this size: that of the last change before its last entry."""
        return [key for key, since in self.all if since < size or since == 0][-1]

    def has(self, key):
        return any(key == one for one, _ in self.all)


def checkpoint(note, keys):
    """(size, hash, whether that is the tree's root: before the tree it was the last entry's). The key in force signed it."""
    match = CHECKPOINT.match(note)
    need(match, "the checkpoint does not begin with the lines origin, size and hash")
    name, size, key = match[1], int(match[4]), keys.at(int(match[4]))
    need(match[3] == keys.ledger, f"the checkpoint speaks of {name}, not of this ledger")
    text, signatures = signatures_of(note, name, key, b"\x01")
    need(text == match[0], "the checkpoint has more lines than three")
    need(signatures, f"the checkpoint has no signature of the key in force at {size} entries")
    need(all(ed25519(key, text.encode(), one) for one in signatures), "the checkpoint's signature does not hold")
    return size, strict_b64(match[5]).hex(), match[2] == "tree"


def read_line(line):
    """An entry's text and its values: of that text alone, or with a member `values` more, as `ledger export` writes it."""
    whole = parse(line)
    need(isinstance(whole, dict), "it is no entry")
    values = whole.pop("values", {})
    text = canonical(whole)
    ascii_only = re.sub(r"[^ -~]", lambda found: json.dumps(found[0])[1:-1], text)
    # `values` stands between `time` and `version`.
    known = [one for one in (text, ascii_only) if line == one or values and line.startswith(one[: one.rindex(",") + 1])]
    need(known, "it is not in canonical form")
    return text, values


def check_chain(lines, notes, pinned):
    """(entries, values that open their commitments). `notes`: checkpoints by their names, each over entries from the first."""
    previous, leaves, opened, keys = ZEROS, [], 0, None
    for line in lines:
        text, values = read_line(line)
        entry = read_entry(text)
        need(entry["sequence"] == len(leaves), f"entry {len(leaves)} is missing: the next one found is {entry['sequence']}")
        need(entry["previous"] == previous, f"entry {len(leaves)} or the one before was changed")
        check_values(entry, values)
        if entry["body"].get("type") == "key":
            keys = keys or Keys(strict_b64(entry["body"]["previousKey"]))
            keys.change(entry)
        previous, opened = leaf_hash(text), opened + len(values)
        leaves.append(previous)
    keys = keys or Keys(pinned)
    need(keys.has(pinned), "the key that you gave is none of this ledger's")
    for name, note in notes.items():
        size, attested, is_tree = checkpoint(note, keys)
        need(size <= len(leaves), f"entry {len(leaves)} is missing: {name} attests {size} entries")
        made = root_of(leaves[:size]) if is_tree else [ZEROS, *leaves][size]
        need(made == attested, f"the first {size} entries are not those that {name} attests")
    return len(leaves), opened


def key_of(given):
    """A raw key in base64, or a file with that or with PEM."""
    text = read_file(given).strip() if os.path.exists(given) else given
    return base64.b64decode("".join(text.split("\n")[1:-1]))[-32:] if "BEGIN PUBLIC KEY" in text else strict_b64(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("what", choices=["chain", "checkpoint"])
    parser.add_argument("file")
    parser.add_argument("--public-key", required=True, help="base64 of the raw key, or a file with that or PEM")
    parser.add_argument("--checkpoint", action="append", default=[], help="of a chain: a note that its entries must be those of")
    args = parser.parse_args()
    key = key_of(args.public_key)
    if args.what == "checkpoint":
        size, made, is_tree = checkpoint(read_file(args.file), Keys(key))
        print(f"ok: {size} entries, {'root' if is_tree else 'last'} {made}")
        return
    with open(args.file, encoding="utf-8", newline="") as file:
        notes = {path: read_file(path) for path in args.checkpoint}
        entries, opened = check_chain((line.rstrip("\n") for line in file), notes, key)
    print(f"ok: {entries} entries, {opened} hidden values open their commitments")
    if not notes:
        print("without --checkpoint nothing says that these are all entries, nor whose they are")


if __name__ == "__main__":
    ends(main)
