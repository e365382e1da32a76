"""Runs the scripts of docs/verify over a file of vectors and prints, as JSON, what they say of each."""
import json, os, sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../docs/verify"))
sys.dont_write_bytecode = True
import signed_note, verify, verify_proof
from signed_note import strict_b64


def holds(check, *args):
    try:
        check(*args)
        return True
    except (signed_note.Bad, *signed_note.BROKEN):
        return False


def cosigned_at(one):
    try:
        return signed_note.cosigned_at(one["note"], one["witness"])
    except signed_note.Bad:
        return None


def says(one):
    """Of a note and a verifier key: does the key's signature hold?"""
    name, _, key = one["key"].split("+", 2)
    kind, raw = strict_b64(key)[:1], strict_b64(key)[1:]
    try:
        text, signatures = signed_note.signatures_of(one["note"], name, raw, kind)
    except (signed_note.Bad, *signed_note.BROKEN):
        return "no note"
    if not signatures:
        return "absent"
    return "holds" if all(signed_note.ed25519(raw, text.encode(), found) for found in signatures) else "fails"


def published(vectors):
    return {
        "notes": [[one["name"], says(one)] for one in vectors["notes"]],
        "cosignatures": [[one["name"], cosigned_at(one)] for one in vectors["cosignatures"]],
        "witnesses": [one["text"] for one in vectors["verifierKeys"] if holds(signed_note.witness_key, one["text"])],
    }


def with_values(text, values):
    """As `ledger export` writes it. Spelled as the entry is: what is wrong with that must not be mended here."""
    head, version = text.rsplit(",", 1)
    return f'{head},"values":{json.dumps(values)},{version}' if values else text


def chain(one):
    lines = [with_values(line["text"], line["values"]) for line in one["lines"]]
    notes = dict(enumerate([one["head"], *one["kept"]]))
    verify.check_chain(lines, notes, strict_b64(one["publicKey"]))


def tree(vectors):
    leaves = [verify.leaf_hash(one["text"]) for one in vectors["entries"]]
    return {
        "entries": [leaf == one["leafHash"] for leaf, one in zip(leaves, vectors["entries"])],
        "roots": [verify.root_of(leaves[: one["size"]]) == one["root"] for one in vectors["roots"]],
        "inclusion": [
            holds(verify_proof.check_inclusion, one["leaf"], one["index"], one["size"], one["path"], one["root"])
            for one in vectors["inclusion"]
        ],
        "consistency": [
            holds(verify_proof.check_consistency, one["older"], one["olderRoot"], one["newer"], one["newerRoot"], one["path"])
            for one in vectors["consistency"]
        ],
        "checkpoints": [
            holds(verify.checkpoint, one["note"], verify.Keys(strict_b64(one["publicKey"]))) for one in vectors["checkpoints"]
        ],
        "cosignatures": [cosigned_at(one) for one in vectors["cosignatures"]],
        "chains": [holds(chain, one) for one in vectors["chains"]],
    }


def proof(vectors):
    keys = [None if one["publicKey"] is None else strict_b64(one["publicKey"]) for one in vectors["files"]]
    return {"files": [holds(verify_proof.check_proof, one["text"], key) for one, key in zip(vectors["files"], keys)]}


def stored_chain(pairs, notes, key):
    """Of keys and values as LevelDB has them."""
    stored = dict(sorted(pairs))
    entries = [(name, text) for name, text in stored.items() if not name.endswith(":hidden")]
    lines = [with_values(text, json.loads(stored.get(f"{name}:hidden", "{}"))) for name, text in entries]
    verify.check_chain(lines, dict(enumerate(notes)), strict_b64(key))


def before_tree(vectors):
    """Chains with checkpoints of before the tree: the good one, then each that was tampered with."""
    good, key = vectors["checkpoint"], vectors["publicKey"]
    texts = [[verify.canonical(json.loads(one["text"])), verify.leaf_hash(one["text"])] for one in vectors["entries"]]
    notes = [[one.get("checkpoint", good), *([one["outside"]] if "outside" in one else [])] for one in vectors["tampered"]]
    return {
        "entries": [made == [one["text"], one["leafHash"]] for made, one in zip(texts, vectors["entries"])],
        "chain": holds(stored_chain, vectors["pairs"], [good], key),
        "tampered": [holds(stored_chain, one["pairs"], said, key) for one, said in zip(vectors["tampered"], notes)],
    }


KINDS = {"files": proof, "tampered": before_tree, "chains": tree, "notes": published}
with open(sys.argv[1], encoding="utf-8") as file:
    read = json.load(file)
print(json.dumps(next(check for kind, check in KINDS.items() if kind in read)(read)))
