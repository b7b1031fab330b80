"""The names of all nodes as a C table: simulator/profile/mib-names-table.c, for walks that are written in names."""
import re

from facts import arcs
from modules import ROOTS

HEAD = """/* Made by mibs/generate.py from mibs/facts/; do not edit. */
/* A table of one line a name. */
/* clang-format off */
#include "profile/mib-names.h"

#define OID(n, ...) (const uint32_t[]){__VA_ARGS__}, n

/* Sorted by name. */
const struct pc_mib_name pc_mib_names[] = {
"""
# Nodes that no module of ours has below itself, but walks name.
MORE_ROOTS = {"iso": "1", "directory": "1.3.6.1.1", "experimental": "1.3.6.1.3", "security": "1.3.6.1.5",
              "snmpProxys": "1.3.6.1.6.2"}


def is_text(hint):
    """Characters as they stand: what a walk shows is the value."""
    return re.fullmatch(r"\d+[at]", hint) is not None


def oid(numbers):
    return f"OID({len(numbers)}, {','.join(map(str, numbers))})"


def rows(facts):
    """(name, module, OID, DISPLAY-HINT or "") of every node."""
    for name, at in {**ROOTS, **MORE_ROOTS}.items():
        yield name, "SNMPv2-SMI", arcs(at), ""
    for row in facts.rows("conformance"):
        if row["oid"] and row["mib"] in facts.modules:
            yield row["name"], row["mib"], arcs(row["oid"]), ""
    for row in facts.rows("modules"):
        if row["oid"]:
            yield row["identity"], row["module"], arcs(row["oid"]), ""
    for module, nodes in facts.modules.items():
        for f in nodes:
            octets = f.syntax is not None and f.syntax.base == "OCTET STRING"
            hint = f.syntax.extra.get("hint", "") if octets else ""
            yield f.name, module, f.oid, "" if is_text(hint) else hint


def labels(facts):
    """(OID of the row, label, value) of each named value of an index object."""
    for f in facts.objects():
        if f.scalar:
            continue
        for name in facts.index_of(f)[0]:
            for value, label in facts.enums_of(facts.by_name[name]):
                yield f.oid[:-1], label, value


def table(facts):
    text = HEAD
    found = sorted(set(rows(facts)), key=lambda r: (r[0].encode(), r[1]))
    for name, module, at, hint in found:
        hint = f'"{hint}"' if hint else "NULL"
        text += f'\t{{"{name}", "{module}", {oid(at)}, {hint}}},\n'
    text += "};\n\nconst size_t pc_mib_n_names = sizeof pc_mib_names / sizeof *pc_mib_names;\n"
    text += "\n/* Sorted by row. */\nconst struct pc_mib_index_label pc_mib_index_labels[] = {\n"
    for row, label, value in sorted(set(labels(facts))):
        text += f'\t{{{oid(row)}, "{label}", {value}}},\n'
    return text + ("};\n\nconst size_t pc_mib_n_index_labels =\n"
                   "\tsizeof pc_mib_index_labels / sizeof *pc_mib_index_labels;\n")
