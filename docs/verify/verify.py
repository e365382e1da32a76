#!/usr/bin/env python3
"""A second verifier of Interlock's ledger, from docs/ledger-format.md and docs/ledger-proofs.md alone. It shares no code with Interlock.

It needs the Python 3 standard library and the `openssl` command (3.0 or newer, for Ed25519), and asks nobody anything.
Exit code 0: everything holds. 1: something does not, and it says what. See README.md beside it.
"""
import argparse, base64, hashlib, json, os, re, subprocess, sys, tempfile

ZEROS = "0" * 64
HASH = re.compile(r"[0-9a-f]{64}")
ENTRY = {"body", "previous", "sequence", "time", "version"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)


class Bad(Exception):
    """Something does not hold."""


def need(holds, why):
    if not holds:
        raise Bad(why)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def no_doubles(pairs):
    need(len({key for key, _ in pairs}) == len(pairs), "an object has a repeated key")
    return dict(pairs)


def parse(text):
    def constant(name):
        raise Bad(f"{name} is no JSON")
    try:
        return json.loads(text, object_pairs_hook=no_doubles, parse_constant=constant)
    except (ValueError, RecursionError) as error:
        raise Bad(f"no JSON: {error}") from error


def canonical(value):
    """RFC 8785. Numbers of entries are integers; for the fractions that may stand in vectors Python's repr is ECMAScript's."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def read_entry(text):
    entry = parse(text)
    need(isinstance(entry, dict) and set(entry) == ENTRY and entry["version"] == 1, "not in the form that entries are written in")
    need(isinstance(entry["body"], dict) and isinstance(entry["time"], str) and TIME.fullmatch(entry["time"]), "not an entry's body or time")
    need(type(entry["sequence"]) is int and HASH.fullmatch(str(entry["previous"])), "not an entry's sequence or previous")
    need(canonical(entry) == text, f"entry {entry['sequence']} is not in canonical form")
    return entry


# The tree: RFC 6962 section 2.1, proofs as RFC 9162 sections 2.1.3.2 and 2.1.4.2 check them.
def leaf_hash(text):
    return sha256(b"\x00" + text.encode())


def node(left, right):
    return sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right))


def root_of(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root_of(leaves[:split]), root_of(leaves[split:]))


def fold(at, last, was, now, path):
    """Both roots that a path leads to: the older tree's (for a consistency proof) and the whole one's."""
    for sibling in path:
        if last == 0:
            return None, None
        if at & 1 or at == last:
            was, now = node(sibling, was), node(sibling, now)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            now = node(now, sibling)
        at, last = at >> 1, last >> 1
    return (was, now) if last == 0 else (None, None)


def holds_inclusion(leaf, index, size, path, root):
    return 0 <= index < size and all(HASH.fullmatch(one) for one in [leaf, root, *path]) and fold(index, size - 1, leaf, leaf, path)[1] == root


def holds_consistency(old, old_root, new, new_root, path):
    if not 0 <= old <= new or not all(HASH.fullmatch(one) for one in [old_root, new_root, *path]):
        return False
    if old in (0, new):
        return not path and old_root == (new_root if old else sha256(b""))
    path = [old_root, *path] if old & (old - 1) == 0 else path
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return bool(path) and fold(at, last, path[0], path[0], path[1:]) == (old_root, new_root)


# Signed notes (c2sp.org/signed-note) and checkpoints (c2sp.org/tlog-checkpoint).
def strict_b64(text):
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Bad("base64 is broken") from error
    need(base64.b64encode(raw).decode() == text, "base64 is not in canonical form")
    return raw


def ed25519(key, message, signature):
    der = bytes.fromhex("302a300506032b6570032100") + key
    pem = b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(der) + b"\n-----END PUBLIC KEY-----\n"
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("key", "message", "signature")]
        for path, data in zip(paths, (pem, message, signature)):
            with open(path, "wb") as file:
                file.write(data)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", paths[0], "-rawin", "-in", paths[1], "-sigfile", paths[2]]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def open_note(note, name, key):
    """The text of a note that this key signed under this name. Lines of others say nothing here; a false one of ours condemns the note."""
    need(len(note) <= 16384 and not re.search(r"[\x00-\x09\x0b-\x1f]", note), "the note is too long or holds control characters")
    text, blank, lines = note.rpartition("\n\n")
    need(blank and lines.endswith("\n") and lines.count("\n") <= 16, "no signature lines stand behind the note's text")
    text, ours, hint = text + "\n", 0, hashlib.sha256(name.encode() + b"\n\x01" + key).digest()[:4]
    for line in lines[:-1].split("\n"):
        match = re.fullmatch(r"— ([^ +\n]+) ([A-Za-z0-9+/]+={0,2})", line)
        need(match, "a signature line is broken")
        raw = strict_b64(match[2])
        need(len(raw) > 4, "a signature line is too short")
        if match[1] == name and raw[:4] == hint:
            ours += 1
            need(ed25519(key, text.encode(), raw[4:]), "the note's signature does not hold")
    need(ours, f"the note has no signature of {name} by this key")
    return text


def key_id(key):
    return sha256(key)[:16]


class Keys:
    """The keys of a ledger, followed from its first: each one signed the next. The first one's id is the ledger's name."""

    def __init__(self, first):
        self.ledger, self.all = key_id(first), [(first, 0)]

    def change(self, entry):
        body, (last, _) = entry["body"], self.all[-1]
        old, new = strict_b64(body["previousKey"]), strict_b64(body["publicKey"])
        need(body["type"] == "key" and old == last and len(new) == 32, f"entry {entry['sequence']} is no change of the key in force")
        said = f"interlock:key-change:v1\n{self.ledger}\n{body['previousKey']}\n{body['publicKey']}\n".encode()
        need(ed25519(old, said, strict_b64(body["previousSignature"])), "the old key did not sign the new one")
        need(ed25519(new, said, strict_b64(body["signature"])), "the new key did not sign the change")
        self.all.append((new, entry["sequence"]))

    def at(self, size):
        """The one that signs a checkpoint of this size: that of the last change before its last entry."""
        return [key for key, since in self.all if since < size or since == 0][-1]

    def has(self, key):
        return any(key == one for one, _ in self.all)


def first_key(changes, otherwise):
    """A ledger's first key: the one that its first change was from."""
    return strict_b64(changes[0]["body"]["previousKey"]) if changes else otherwise


def checkpoint(note, keys):
    """(size, root or last leaf hash, whether it is the root)."""
    match = re.match(r"(interlock-(tree|ledger)/([0-9a-f]{16}))\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n\n", note)
    need(match, "the checkpoint has other lines than origin, size and hash")
    need(match[3] == keys.ledger, f"the checkpoint speaks of {match[1]}, not of this ledger")
    need(open_note(note, match[1], keys.at(int(match[4]))) == match[0][:-1], "the checkpoint has more lines than three")
    return int(match[4]), strict_b64(match[5]).hex(), match[2] == "tree"


def tree_head(note, keys):
    size, root, is_tree = checkpoint(note, keys)
    need(is_tree, "the checkpoint is of before the tree")
    return size, root


def cosignature(note, name, key):
    """When a witness signed this note (c2sp.org/tlog-cosignature), in seconds since 1970. Raises Bad where it did not."""
    text, _, lines = note.rpartition("\n\n")
    hint = hashlib.sha256(name.encode() + b"\n\x04" + key).digest()[:4]
    for raw in [strict_b64(line.split(" ")[2]) for line in lines[:-1].split("\n") if line.split(" ")[1] == name]:
        time = int.from_bytes(raw[4:12], "big")
        if raw[:4] == hint and len(raw) == 76 and ed25519(key, f"cosignature/v1\ntime {time}\n{text}\n".encode(), raw[12:]):
            return time
    raise Bad(f"no cosignature of {name} holds")


# Values, bundles, files.
def commitment(hidden):
    message = "interlock:commitment:v1\0" + hidden["salt"] + "\0" + canonical(hidden["value"])
    return {"commitment": sha256(message.encode("utf-8", "surrogatepass"))}


def check_values(entry, values):
    for place, hidden in values.items():
        need(re.fullmatch(r"[0-9a-f]{32}", members(hidden, "salt", "value")[0]), f"the salt of {place} is none")
        found = entry["body"]
        for key in place.split("/"):
            if isinstance(found, list) and re.fullmatch(r"0|[1-9][0-9]*", key) and int(key) < len(found):
                found = found[int(key)]
            else:
                need(isinstance(found, dict) and key in found, f"{place} is not committed to")
                found = found[key]
        need(isinstance(found, dict) and set(found) == {"commitment"}, f"{place} is not committed to")
        need(found == commitment(hidden), f"{place} is not the value that was committed to")


def bundle_digest(files):
    made = hashlib.sha256(b"interlock-bundle-v1\n")
    for name in sorted(files, key=lambda one: one.encode("utf-16-be")):
        content = files[name].encode()
        made.update(f"{len(name.encode())} {name} {len(content)}\n".encode() + content)
    return made.hexdigest()


def members(value, *names):
    need(isinstance(value, dict) and set(value) == set(names), f"expected an object with exactly {', '.join(names)}")
    return [value[name] for name in names]


def belongs(entry, other):
    own, its = entry["body"], other["body"]
    ticket = isinstance(own.get("ticket"), str) and own["ticket"] != "" and own["ticket"] == its.get("ticket")
    plan = lambda body: body.get("plan") if body["type"] == "plan" else (body.get("plan") or {}).get("id")
    same = own.get("exchange") and own["exchange"] == its.get("exchange")
    of = lambda outcome, verdict: outcome["body"]["verdictEntry"] == str(verdict["sequence"]) and same
    return {
        "outcome": lambda: own["type"] == "verdict" and of(other, entry),
        "verdict": lambda: of(entry, other) if own["type"] == "outcome" else ticket,
        "ticket": lambda: ticket, "question": lambda: ticket,
        "plan": lambda: plan(own) and plan(own) == plan(its),
        "disclosure": lambda: its["entry"] == str(entry["sequence"]),
    }.get(its["type"], lambda: False)()


def check_entry(proven, size, root):
    text, path, values = members(proven, "text", "path", "values")
    entry = read_entry(text)
    need(len(path) <= 64 and holds_inclusion(leaf_hash(text), entry["sequence"], size, path, root),
         f"entry {entry['sequence']} is not number {entry['sequence'] + 1} of the {size} entries that the checkpoint signs")
    check_values(entry, values)
    return entry


def check_proof(text, pinned):
    """(entry or None, size of the tree, the key). Raises Bad."""
    need(len(text) <= 16 * 1024 * 1024, "the file is too large")
    file = parse(text)
    kind = file.get("format") if isinstance(file, dict) else None
    need(kind in ("interlock-proof/1", "interlock-consistency/1"), "neither a proof file nor a consistency file of version 1")
    common = ["format", "publicKey", "keys", "checkpoint", "since"]
    members(file, *common, *(["entry", "related", "bundle"] if kind == "interlock-proof/1" else []))
    key = strict_b64(file["publicKey"])
    need(len(key) == 32 and len(file["keys"]) <= 64, "no key, or too many changes of it")
    changes = [read_entry(proven["text"]) for proven in file["keys"]]
    keys = Keys(first_key(changes, key))
    for change in changes:
        keys.change(change)
    need(keys.all[-1][0] == key, "the changes of keys do not lead to the key that the file speaks of")
    need(pinned is None or keys.has(pinned), "the file speaks of another key than the one that you gave")
    size, root = tree_head(file["checkpoint"], keys)
    for proven in file["keys"]:
        check_entry(proven, size, root)
    if file["since"] is not None:
        old, path = members(file["since"], "checkpoint", "path")
        need(holds_consistency(*tree_head(old, keys), size, root, path), "the ledger does not go on from the older checkpoint")
    if kind == "interlock-consistency/1":
        need(file["since"] is not None, "a consistency file without the older checkpoint")
        return None, size, file
    entry = check_entry(file["entry"], size, root)
    seen = {entry["sequence"]}
    need(len(file["related"]) <= 64, "too many related entries")
    for proven in file["related"]:
        other = check_entry(proven, size, root)
        need(other["sequence"] not in seen and belongs(entry, other), f"entry {other['sequence']} does not belong, or is there twice")
        seen.add(other["sequence"])
    if file["bundle"] is not None:
        digest, files = members(file["bundle"], "digest", "files")
        need(bundle_digest(files) == digest and entry["body"].get("bundle") == digest, "the bundle's files are not those that decided")
    return entry, size, file


def check_chain(lines, notes, pinned):
    """Entries one a line: their canonical texts, or what `ledger export --format jsonl` writes (with `values` beside)."""
    previous, leaves, disclosed, keys = ZEROS, [], 0, None
    for line in lines:
        whole = parse(line)
        need(isinstance(whole, dict), f"line {len(leaves) + 1} is no entry")
        values = whole.pop("values", {})
        text = canonical(whole)
        entry = read_entry(text)
        need(entry["sequence"] == len(leaves), f"entry {len(leaves)} is missing: the next one found is {entry['sequence']}")
        need(entry["previous"] == previous, f"entry {len(leaves)} or the one before was changed")
        check_values(entry, values)
        if entry["body"].get("type") == "key":
            keys = keys or Keys(first_key([entry], pinned))
            keys.change(entry)
        previous, disclosed = leaf_hash(text), disclosed + len(values)
        leaves.append(previous)
    keys = keys or Keys(pinned)
    need(keys.has(pinned), "the key that you gave is none of this ledger's")
    for name, note in notes:
        size, attested, is_tree = checkpoint(note, keys)
        need(size <= len(leaves), f"entry {len(leaves)} is missing: {name} attests {size} entries")
        made = root_of(leaves[:size]) if is_tree else (leaves[size - 1] if size else ZEROS)
        need(made == attested, f"the first {size} entries are not those that {name} attests")
    return len(leaves), disclosed


def key_of(text):
    raw = open(text, encoding="utf-8").read().strip() if os.path.exists(text) else text
    if "BEGIN PUBLIC KEY" in raw:
        raw = base64.b64encode(base64.b64decode("".join(raw.split("\n")[1:-1]))[-32:]).decode()
    key = strict_b64(raw)
    need(len(key) == 32, "no Ed25519 public key")
    return key


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("what", choices=["proof", "chain", "checkpoint"])
    parser.add_argument("file")
    parser.add_argument("--public-key", help="base64 of the raw key, or a file with that or PEM")
    parser.add_argument("--checkpoint", action="append", default=[], help="of a chain: a signed note that its entries must be those of")
    args = parser.parse_args()
    with open(args.file, encoding="utf-8", newline="") as file:
        key = None if args.public_key is None else key_of(args.public_key)
        if args.what == "proof":
            entry, size, proof = check_proof(file.read(), key)
            what = "the ledger goes on from the older checkpoint" if entry is None else f"entry {entry['sequence']} is in the ledger"
            print(f"ok: {what}; the checkpoint signs {size} entries")
            for place, hidden in ({} if entry is None else proof["entry"]["values"]).items():
                print(f"disclosed: {place} is {json.dumps(hidden['value'])}")
            print("the key is the one that you gave" if key else f"NOT PINNED: the key {proof['publicKey']} is only this file's own word")
        else:
            need(key is not None, "give --public-key")
            if args.what == "checkpoint":
                print("ok: %d entries, %s %s" % (lambda size, made, tree: (size, "root" if tree else "last", made))(*checkpoint(file.read(), Keys(key))))
            else:
                notes = [(path, open(path, encoding="utf-8", newline="").read()) for path in args.checkpoint]
                print("ok: %d entries, %d hidden values open their commitments" % check_chain((line.rstrip("\n") for line in file), notes, key))
                if not notes:
                    print("without --checkpoint nothing says that these are all entries, nor whose they are")


if __name__ == "__main__":
    try:
        main()
    except Bad as bad:
        sys.exit(f"does NOT hold: {bad}")
    except (KeyError, TypeError, AttributeError, ValueError, OSError) as error:
        sys.exit(f"does NOT hold: not of the documented form ({type(error).__name__}: {error})")
