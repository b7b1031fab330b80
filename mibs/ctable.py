"""The facts as a C table: simulator/snmp/mib-facts-table.c."""
import re

from facts import LEVELS, FactError

HEAD = """/* Made by mibs/generate.py from mibs/facts/; do not edit. */
/* A table of one line an object. */
/* clang-format off */
#include "snmp/mib-facts-internal.h"

#define SCALAR(type, access) PC_MIB_SCALAR, PC_SNMP_##type, PC_MIB_##access
#define COLUMN(type, access) PC_MIB_COLUMN, PC_SNMP_##type, PC_MIB_##access
#define GROUP(level, name) PC_MIB_GROUP_##level, name
#define OID(n, ...) (const uint32_t[]){__VA_ARGS__}, n
#define RANGE(n, ...) n, {__VA_ARGS__}
#define ANY 0, {{0, 0}}
#define ENUM(e) e, sizeof e / sizeof *e
#define PLAIN NULL, 0
#define INDEX(n, ...) n, {__VA_ARGS__}, false
#define IMPLIED(n, ...) n, {__VA_ARGS__}, true
#define ALONE 0, {0}, false

"""
TYPES = {"INTEGER": "INTEGER", "Integer32": "INTEGER", "OCTET STRING": "OCTETS",
         "OBJECT IDENTIFIER": "OID", "IpAddress": "IPADDRESS", "Counter32": "COUNTER32",
         "Gauge32": "GAUGE32", "Unsigned32": "GAUGE32", "TimeTicks": "TIMETICKS",
         "Opaque": "OPAQUE", "Counter64": "COUNTER64"}
ACCESS = {"not-accessible": "NONE", "accessible-for-notify": "NOTIFY", "read-only": "READ",
          "read-write": "WRITE", "read-create": "CREATE"}


def printer_levels(facts):
    """OID -> MUST or EXPECTED: what facts/printer.csv says of a printer."""
    levels = {}
    for n, row in enumerate(facts.rows("printer"), 2):
        parent = facts.by_name.get(row["parent"])
        if parent is None or row["level"] not in ("must", "expected"):
            raise FactError(f"printer.csv:{n}: no object '{row['parent']}' or level "
                            f"'{row['level']}' is not must or expected")
        for arc in range(int(row["first"]), int(row["last"]) + 1):
            levels[parent.oid + (arc,)] = row["level"].upper()
    known = {f.oid for f in facts.objects()}
    missing = [o for o in levels if o not in known]
    if missing:
        raise FactError(f"printer.csv: no object at {'.'.join(map(str, missing[0]))}")
    return levels


class Enums:
    """Lists of named values, each written once under the name of who has it first."""

    def __init__(self):
        self.names, self.text = {}, []

    def name_of(self, values, want):
        key = tuple(sorted(values))
        if key not in self.names:
            name = "e_" + re.sub(r"\W", "_", want)
            while name in self.names.values():
                name += "_"
            self.names[key] = name
            cells = [f'{{{n}, "{label}"}},' for n, label in key]
            self.text.append(f"static const struct pc_mib_enum {name}[] = {{\n" + wrap(cells) + "};\n")
        return self.names[key]


def wrap(cells, width=96):
    out, line = "", "\t"
    for c in cells:
        if len(line) + len(c) > width:
            out, line = out + line.rstrip() + "\n", "\t"
        line += c + " "
    return out + line.rstrip() + "\n"


def ranges_of(syntax):
    found = syntax.ranges
    if len(found) > 2:
        raise FactError("more than two ranges")
    pairs = ", ".join(f"{{{c_number(lo)}, {c_number(hi)}}}" for lo, hi in found)
    return f"RANGE({len(found)}, {pairs})" if found else "ANY"


def c_number(n):
    if n == 2147483647:
        return "INT32_MAX"
    return "INT32_MIN" if n == -2147483648 else f"{n}" + ("LL" if abs(n) > 2147483647 else "")


def index_of(facts, f):
    if f.scalar:
        return "ALONE"
    names, implied = facts.index_of(f)
    if len(names) > 8:
        raise FactError(f"{f.name}: more than eight index objects")
    return f"{'IMPLIED' if implied else 'INDEX'}({len(names)}, {', '.join('I_' + n for n in names)})"


def row(facts, f, enums, level):
    values = facts.enums_of(f)
    enum = f"ENUM({enums.name_of(values, f.syntax.tc or f.name)})" if values else "PLAIN"
    rank, group = f.level
    tc = f'"{f.syntax.tc}"' if f.syntax.tc else "NULL"
    shape = "SCALAR" if f.scalar else "COLUMN"
    return (f'\t{{OID({len(f.oid)}, {",".join(map(str, f.oid))}), "{f.name}", "{f.module}", '
            f"{shape}({TYPES[f.syntax.base]}, {ACCESS[f.access]}), {tc}, {ranges_of(f.syntax)}, "
            f'{enum}, GROUP({LEVELS[rank].upper()}, "{group}"), PC_MIB_{level}, '
            f"{index_of(facts, f)}}},\n")


def places(facts, objects):
    """Where the objects stand that others have in their INDEX."""
    used = {n for f in objects if not f.scalar for n in facts.index_of(f)[0]}
    lines = "".join(f"\tI_{f.name} = {n},\n" for n, f in enumerate(objects) if f.name in used)
    missing = used - {f.name for f in objects}
    if missing:
        raise FactError(f"index object {sorted(missing)[0]} is in no module")
    return "enum {\n" + lines + "};\n\n"


def table(facts):
    objects = facts.objects()
    levels, enums = printer_levels(facts), Enums()
    rows = "".join(row(facts, f, enums, levels.get(f.oid, "MAY")) for f in objects)
    return (HEAD + places(facts, objects) + "\n".join(enums.text) +
            "\n/* Sorted by OID. */\nconst struct pc_mib_fact pc_mib_facts[] = {\n" + rows +
            "};\n\nconst size_t pc_mib_n_facts = sizeof pc_mib_facts / sizeof *pc_mib_facts;\n\n"
            "/* Places by name. */\nconst uint16_t pc_mib_by_name[] = {\n" +
            wrap([f"{n}," for n in sorted(range(len(objects)), key=lambda n: objects[n].name)]) +
            "};\n")
