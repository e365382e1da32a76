"""Runs docs/verify/verify.py over a file of vectors and prints, as JSON, what it says of each."""
import json, os, sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../docs/verify"))
sys.dont_write_bytecode = True
import verify


def holds(check, *args):
    try:
        check(*args)
        return True
    except (verify.Bad, KeyError, TypeError, AttributeError, ValueError):
        return False


def cosigned_at(one):
    name, _, key = one["witness"].split("+", 2)
    try:
        return verify.cosignature(one["note"], name, verify.strict_b64(key)[1:])
    except verify.Bad:
        return None


def chain(one):
    lines = [json.dumps({**json.loads(line["text"]), "values": line["values"]}) for line in one["lines"]]
    notes = [("a checkpoint", note) for note in [one["head"], *one["kept"]]]
    verify.check_chain(lines, notes, verify.strict_b64(one["publicKey"]))


def tree(vectors):
    leaves = [verify.leaf_hash(one["text"]) for one in vectors["entries"]]
    return {
        "entries": [leaf == one["leafHash"] for leaf, one in zip(leaves, vectors["entries"])],
        "roots": [verify.root_of(leaves[: one["size"]]) == one["root"] for one in vectors["roots"]],
        "inclusion": [
            verify.holds_inclusion(one["leaf"], one["index"], one["size"], one["path"], one["root"]) for one in vectors["inclusion"]
        ],
        "consistency": [
            verify.holds_consistency(one["older"], one["olderRoot"], one["newer"], one["newerRoot"], one["path"])
            for one in vectors["consistency"]
        ],
        "checkpoints": [
            holds(verify.checkpoint, one["note"], verify.Keys(verify.strict_b64(one["publicKey"]))) for one in vectors["checkpoints"]
        ],
        "cosignatures": [cosigned_at(one) for one in vectors["cosignatures"]],
        "chains": [holds(chain, one) for one in vectors["chains"]],
    }


def proof(vectors):
    keys = [None if one["publicKey"] is None else verify.strict_b64(one["publicKey"]) for one in vectors["files"]]
    return {"files": [holds(verify.check_proof, one["text"], key) for one, key in zip(vectors["files"], keys)]}


with open(sys.argv[1], encoding="utf-8") as file:
    read = json.load(file)
print(json.dumps(proof(read) if "files" in read else tree(read)))
