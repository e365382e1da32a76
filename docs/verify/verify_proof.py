#!/usr/bin/env python3
"""Reads the proof files of docs/ledger-proofs.md: `interlock-proof/1` and `interlock-consistency/1`.

As verify.py, which it stands beside, it shares no code with Interlock. Exit code 0: everything holds.
"""
import argparse, hashlib, json
from signed_note import ends, need, read_file, strict_b64
from verify import (HASH, Keys, check_values, checkpoint, key_of, leaf_hash, members, node_hash, parse, read_entry, sha256,
                    split_of)

MAX_FILE, MAX_LIST = 16 * 1024 * 1024, 64


# Proofs of the tree, as RFC 6962 section 2.1 makes them; the last hash of a path is the one next to the root.
def root_by(leaf, index, size, path):
    """The root that a path leads to from a leaf (section 2.1.1)."""
    if size == 1:
        need(not path, "the path is too long")
        return leaf
    need(path, "the path is too short")
    split, sibling = split_of(size), path[-1]
    if index < split:
        return node_hash(root_by(leaf, index, split, path[:-1]), sibling)
    return node_hash(sibling, root_by(leaf, index - split, size - split, path[:-1]))


def roots_by(old, new, path, old_root):
    """Both roots that a path leads to (section 2.1.2). `old_root`: none of it is in the path while the older tree is whole."""
    if old == new:
        need(len(path) == (0 if old_root else 1), "the path is too long or too short")
        return (old_root or path[0],) * 2
    need(path, "the path is too short")
    split, sibling = split_of(new), path[-1]
    if old <= split:
        was, now = roots_by(old, split, path[:-1], old_root)
        return was, node_hash(now, sibling)
    was, now = roots_by(old - split, new - split, path[:-1], None)
    return node_hash(sibling, was), node_hash(sibling, now)


def hashes(*found):
    need(all(HASH.fullmatch(one) for one in found), "it holds something else than a hash")


def check_inclusion(leaf, index, size, path, root):
    hashes(leaf, root, *path)
    need(0 <= index < size and root_by(leaf, index, size, path) == root, f"it is not number {index + 1} of {size} entries")


def check_consistency(old, old_root, new, new_root, path):
    hashes(old_root, new_root, *path)
    need(0 <= old <= new, "the older tree is the larger one")
    made = roots_by(old, new, path, old_root) if old else (sha256(b""), new_root)
    need((old or not path) and made == (old_root, new_root), "the ledger does not go on from the older checkpoint")


# What the file says beside the tree.
def bundle_digest(files):
    made = hashlib.sha256(b"interlock-bundle-v1\n")
    for name in sorted(files, key=lambda one: one.encode("utf-16-be")):
        content = files[name].encode()
        made.update(f"{len(name.encode())} {name} {len(content)}\n".encode() + content)
    return made.hexdigest()


def same(own, its, name):
    """Both name the same one. A plan is named by its own entries, and within those that took a step of it."""
    def named(body):
        found = body.get(name)
        return found.get("id") if name == "plan" and isinstance(found, dict) else found
    return isinstance(named(own), str) and named(own) != "" and named(own) == named(its)


def belongs(entry, other):
    """Does the other entry tell more of this one, by what both say themselves?"""
    own, its = entry["body"], other["body"]
    kind = its["type"]
    if kind == "outcome":
        return own["type"] == "verdict" and its["verdictEntry"] == str(entry["sequence"]) and same(own, its, "exchange")
    if kind == "verdict" and own["type"] == "outcome":
        return own["verdictEntry"] == str(other["sequence"]) and same(own, its, "exchange")
    if kind in ("verdict", "ticket", "question"):
        return same(own, its, "ticket")
    if kind == "disclosure":
        return its["entry"] == str(entry["sequence"])
    return kind == "plan" and same(own, its, "plan")


def tree_head(note, keys):
    size, root, is_tree = checkpoint(note, keys)
    need(is_tree, "the checkpoint is of before the tree")
    return size, root


def check_entry(proven, size, root):
    text, path, values = members(proven, "text", "path", "values")
    entry = read_entry(text)
    need(len(path) <= MAX_LIST, "the path is too long")
    check_inclusion(leaf_hash(text), entry["sequence"], size, path, root)
    check_values(entry, values)
    return entry


def check_keys(file, pinned):
    """The keys that lead to the file's own, from the ledger's first. Any of them may be pinned; None: the reader pins none."""
    changes = [read_entry(proven["text"]) for proven in file["keys"]]
    need(len(changes) <= MAX_LIST, "too many changes of keys")
    keys = Keys(strict_b64(changes[0]["body"]["previousKey"] if changes else file["publicKey"]))
    for change in changes:
        keys.change(change)
    need(keys.all[-1][0] == strict_b64(file["publicKey"]), "the changes do not lead to the key that the file speaks of")
    need(pinned is None or keys.has(pinned), "the file speaks of another key than the one that you gave")
    return keys


def check_proof(text, pinned):
    """(what the file holds, the entry or None, size of the tree)."""
    need(len(text.encode()) <= MAX_FILE, "the file is too large")
    file = parse(text)
    alone = isinstance(file, dict) and file.get("format") == "interlock-consistency/1"
    members(file, "format", "publicKey", "keys", "checkpoint", "since", *([] if alone else ["entry", "related", "bundle"]))
    need(alone or file["format"] == "interlock-proof/1", "neither a proof nor a consistency file of version 1")
    keys = check_keys(file, pinned)
    size, root = tree_head(file["checkpoint"], keys)
    for proven in file["keys"]:
        check_entry(proven, size, root)
    if alone or file["since"] is not None:
        older, path = members(file["since"], "checkpoint", "path")
        check_consistency(*tree_head(older, keys), size, root, path)
    if alone:
        return file, None, size
    entry = check_entry(file["entry"], size, root)
    seen = {entry["sequence"]}
    need(len(file["related"]) <= MAX_LIST, "too many related entries")
    for proven in file["related"]:
        other = check_entry(proven, size, root)
        need(other["sequence"] not in seen, f"entry {other['sequence']} is there twice")
        need(belongs(entry, other), f"entry {other['sequence']} does not belong to entry {entry['sequence']}")
        seen.add(other["sequence"])
    if file["bundle"] is not None:
        digest, files = members(file["bundle"], "digest", "files")
        need(bundle_digest(files) == digest == entry["body"].get("bundle"), "the bundle's files are not those that decided")
    return file, entry, size


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("file")
    parser.add_argument("--public-key", help="base64 of the raw key, or a file with that or PEM")
    args = parser.parse_args()
    key = None if args.public_key is None else key_of(args.public_key)
    file, entry, size = check_proof(read_file(args.file), key)
    what = "the ledger goes on from the older checkpoint" if entry is None else f"entry {entry['sequence']} is in the ledger"
    print(f"ok: {what}; the checkpoint signs {size} entries")
    for place, hidden in ({} if entry is None else file["entry"]["values"]).items():
        print(f"disclosed: {place} is {json.dumps(hidden['value'])}")
    print("the key is the one that you gave" if key else f"NOT PINNED: the key {file['publicKey']} is only this file's own word")


if __name__ == "__main__":
    ends(main)
