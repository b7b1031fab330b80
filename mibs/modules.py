"""The facts as SMIv2 modules: mibs/*.txt. Spec: RFC 2578, RFC 2579, RFC 2580."""
import re
import textwrap

from facts import OLD, FactError, Syntax, arcs, enums
from words import Words

UPDATED = "202611250000Z"
SMI_TYPES = {"Integer32", "IpAddress", "Counter32", "Gauge32", "Unsigned32", "TimeTicks", "Opaque",
             "Counter64"}
# Groups for objects that no group of the original has stand here, each at its number of modules.csv.
REST = "1.3.6.1.4.1.8072.9999.9999.80"
ROOTS = {"org": "1.3", "dod": "1.3.6", "internet": "1.3.6.1", "mgmt": "1.3.6.1.2",
         "mib-2": "1.3.6.1.2.1", "transmission": "1.3.6.1.2.1.10", "private": "1.3.6.1.4",
         "enterprises": "1.3.6.1.4.1", "snmpV2": "1.3.6.1.6", "snmpDomains": "1.3.6.1.6.1",
         "snmpModules": "1.3.6.1.6.3", "zeroDotZero": "0.0"}
MACROS = {"MODULE-IDENTITY": "SNMPv2-SMI", "OBJECT-TYPE": "SNMPv2-SMI",
          "OBJECT-IDENTITY": "SNMPv2-SMI", "NOTIFICATION-TYPE": "SNMPv2-SMI",
          "TEXTUAL-CONVENTION": "SNMPv2-TC", "OBJECT-GROUP": "SNMPv2-CONF",
          "NOTIFICATION-GROUP": "SNMPv2-CONF", "MODULE-COMPLIANCE": "SNMPv2-CONF"}
TC_MACRO = """
TEXTUAL-CONVENTION MACRO ::=
BEGIN
    TYPE NOTATION ::= DisplayPart "STATUS" Status
    VALUE NOTATION ::= value(VALUE Syntax)
END
"""


def quoted(text, indent=8):
    body = textwrap.wrap(text.replace('"', "'"), 92 - indent)
    return '"' + ("\n" + " " * (indent + 1)).join(body) + '"'


def listed(names, indent=8):
    lines = textwrap.wrap(", ".join(names), 92 - indent, break_on_hyphens=False)
    return ("\n" + " " * indent).join(lines)


class Tree:
    """Where every name stands: its OID and its module."""

    def __init__(self, facts):
        self.facts, self.oid, self.module = facts, {}, {}
        for name, oid in ROOTS.items():
            self.add(arcs(oid), name, "SNMPv2-SMI")
        for mod in sorted(facts.modules, key=lambda m: m == OLD):
            for f in facts.modules[mod]:
                self.add(f.oid, f.name, mod)

    def add(self, oid, name, module):
        if oid not in self.oid:
            self.oid[oid] = name
            self.module[name] = module

    def parent(self, oid):
        """(name, rest) of the nearest node above that has a name."""
        for n in range(len(oid) - 1, 0, -1):
            if oid[:n] in self.oid:
                return self.oid[oid[:n]], oid[n:]
        raise FactError(f"{'.'.join(map(str, oid))}: stands below no name")


class Module:
    def __init__(self, facts, tree, words, info):
        self.facts, self.tree, self.words, self.info = facts, tree, words, info
        self.name = info["module"]
        self.used = {}  # module -> names to import
        self.local = {f.name for f in facts.modules[self.name]
                      if tree.module[f.name] == self.name} | {info["identity"]}
        self.out = []

    # ---- what the text uses ----

    def use(self, name, module):
        if module != self.name:
            self.used.setdefault(module, set()).add(name)
        return name

    def macro(self, name):
        return self.use(name, MACROS[name])

    def node(self, name):
        if name not in self.local:
            self.use(name, self.tree.module[name])
        return name

    def place(self, oid):
        name, rest = self.tree.parent(oid)
        return f"{{ {self.node(name)} {' '.join(map(str, rest))} }}"

    def tc_row(self, name):
        """The textual convention as this module sees it: its own, else not the oldest one."""
        own = self.facts.tcs.get((self.name, name))
        if own and self.name != OLD:
            return own
        found = [r for (m, n), r in self.facts.tcs.items() if n == name and m != OLD]
        return found[0] if found else None

    def type_text(self, base, sized, ranges, values):
        if values:
            cells = [f"{label}({n})" for n, label in values]
            return "INTEGER {\n" + textwrap.indent(listed_cells(cells), " " * 12) + " }"
        if base in SMI_TYPES:
            self.use(base, "SNMPv2-SMI")
        if not ranges:
            return base
        inner = " | ".join(f"{a}..{b}" if a != b else f"{a}" for a, b in ranges)
        return f"{base} (SIZE ({inner}))" if sized else f"{base} ({inner})"

    def syntax(self, fact):
        s = fact.syntax
        # SMIv2 has no hyphen in a label.
        values = [(n, re.sub(r"-(\w)", lambda m: m[1].upper(), label))
                  for n, label in self.facts.enums_of(fact)]
        row = self.tc_row(s.tc) if s.tc else None
        # A RowStatus that cannot create is none. Spec: RFC 2579 RowStatus
        if s.tc == "RowStatus" and fact.access != "read-create":
            row = None
        if row is None:
            return self.type_text(s.base, s.sized, s.ranges, values)
        self.use(s.tc, row["mib"])
        theirs = Syntax(row["syntax"])
        if values and sorted(values) != sorted(enums(row["enums"])):
            cells = [f"{label}({n})" for n, label in values]
            return s.tc + " {\n" + textwrap.indent(listed_cells(cells), " " * 12) + " }"
        if s.ranges and s.ranges != theirs.ranges:
            return self.type_text(s.tc, s.sized, s.ranges, [])
        return s.tc

    def sequence_type(self, fact):
        s = fact.syntax
        if s.tc == "RowStatus" and fact.access != "read-create":
            return s.base
        if s.tc and self.tc_row(s.tc):
            return self.use(s.tc, self.tc_row(s.tc)["mib"])
        if s.base in SMI_TYPES:
            self.use(s.base, "SNMPv2-SMI")
        return s.base

    # ---- the parts ----

    def status(self, fact):
        return fact.status if fact.status in ("current", "deprecated", "obsolete") else "current"

    def identity(self):
        name = self.info["identity"]
        if not name:
            return
        oid = arcs(self.info["oid"]) if self.info["oid"] else self.facts.by_name[name].oid
        self.out.append(
            f"{name} {self.macro('MODULE-IDENTITY')}\n"
            f'    LAST-UPDATED "{UPDATED}"\n    ORGANIZATION "presscheck"\n'
            f'    CONTACT-INFO "See README.md of presscheck."\n'
            f"    DESCRIPTION\n        {quoted(self.info['summary'] + ' Made from facts (' + self.info['spec'] + '); the words are ours.')}\n"
            f'    REVISION     "{UPDATED}"\n    DESCRIPTION  "First version."\n'
            f"    ::= {self.place(oid)}")

    def convention(self, row):
        s = Syntax(row["syntax"])
        if self.name == "SNMPv2-TC" or row["status"] == "":
            pass
        hint = f'    DISPLAY-HINT "{s.extra["hint"]}"\n' if "hint" in s.extra else ""
        macro = "TEXTUAL-CONVENTION" if self.name == "SNMPv2-TC" else self.macro("TEXTUAL-CONVENTION")
        self.out.append(
            f"{row['name']} ::= {macro}\n{hint}    STATUS       {row['status'] or 'current'}\n"
            f"    DESCRIPTION\n        {quoted(self.words.tc(row))}\n"
            f"    SYNTAX       {self.type_text(s.base, s.sized, s.ranges, enums(row['enums']))}")

    def fact(self, f):
        if f.name == self.info["identity"] or f.oid in self.groups:
            return
        getattr(self, "_" + f.shape.lower())(f)

    def _node(self, f):
        if f.status and f.name not in self.plain:
            self.out.append(
                f"{f.name} {self.macro('OBJECT-IDENTITY')}\n    STATUS      {self.status(f)}\n"
                f"    DESCRIPTION {quoted(self.words.of(f), 17)}\n    ::= {self.place(f.oid)}")
        else:
            self.out.append(f"{f.name} OBJECT IDENTIFIER ::= {self.place(f.oid)}")

    def head(self, f, syntax, units=None):
        # Only a column is read-create. Spec: RFC 2578 s7.3
        access = "read-write" if f.scalar and f.access == "read-create" else f.access
        unit = f'    UNITS       "{units}"\n' if units else ""
        return (f"{f.name} {self.macro('OBJECT-TYPE')}\n    SYNTAX      {syntax}\n{unit}"
                f"    MAX-ACCESS  {access}\n    STATUS      {self.status(f)}\n"
                f"    DESCRIPTION\n        {quoted(self.words.of(f))}\n")

    def _table(self, f):
        entry = next(x for x in self.facts.modules[self.name]
                     if x.shape == "ROW" and x.oid[:-1] == f.oid)
        self.out.append(self.head(f, f"SEQUENCE OF {cap(entry.name)}") + f"    ::= {self.place(f.oid)}")

    def _row(self, f):
        if f.index[:1] == ["AUGMENTS"]:
            index = f"    AUGMENTS    {{ {self.node(f.index[1])} }}\n"
        else:
            words = " ".join(f.index).replace("IMPLIED ", "IMPLIED\0").split()
            for w in words:
                self.node(w.replace("IMPLIED\0", ""))
            index = f"    INDEX       {{ {listed([w.replace(chr(0), ' ') for w in words], 18)} }}\n"
        self.out.append(self.head(f, cap(f.name)) + index + f"    ::= {self.place(f.oid)}")
        cols = [c for c in self.facts.modules[self.name]
                if c.shape == "OBJECT" and c.oid[:-1] == f.oid]
        body = ",\n".join(f"    {c.name} {self.sequence_type(c)}" for c in cols)
        self.out.append(f"{cap(f.name)} ::= SEQUENCE {{\n{body}\n}}")

    def _object(self, f):
        extra = f.syntax.extra
        text = self.head(f, self.syntax(f), extra.get("units"))
        default = extra.get("defval")
        if default is not None:
            if default in self.tree.module:
                self.node(default)
            text += f"    DEFVAL      {{ {default} }}\n"
        self.out.append(text + f"    ::= {self.place(f.oid)}")

    def _notification(self, f):
        objects = ""
        if f.index:
            objects = f"    OBJECTS     {{ {listed([self.node(n) for n in f.index], 18)} }}\n"
        self.out.append(
            f"{f.name} {self.macro('NOTIFICATION-TYPE')}\n{objects}    STATUS      {self.status(f)}\n"
            f"    DESCRIPTION\n        {quoted(self.words.of(f))}\n    ::= {self.place(f.oid)}")

    # ---- conformance ----

    def conformance(self):
        rows = [r for r in self.facts.rows("conformance") if r["mib"] == self.name]
        for r in rows:
            if r["kind"] == "group":
                self.group(r)
        self.leftover(rows)
        for r in rows:
            if r["kind"] == "compliance":
                self.compliance(r, rows)

    def readable(self):
        return [f.name for f in self.facts.modules[self.name]
                if f.name in self.local and (f.shape == "NOTIFICATION" or
                                             f.shape == "OBJECT" and f.access != "not-accessible")]

    def members(self, r):
        """Names of a group; '*' is the whole module."""
        return self.readable() if r["detail"] == "*" else r["detail"].split()

    def leftover(self, rows):
        """Groups of what stands in no group, objects and notifications apart."""
        done = {n for r in rows if r["kind"] == "group" for n in self.members(r)}
        rest = [n for n in self.readable() if n not in done]
        if not rest:
            return
        if not self.info["rest"]:
            raise FactError(f"{self.name}: {rest[0]} is in no group and modules.csv has no number "
                            "for a group of ours")
        key = re.sub(r"\W|MIB$", "", self.name.title())
        kinds = [("Object", "OBJECT", "current"), ("Notification", "NOTIFICATION", "current"),
                 ("OldObject", "OBJECT", "deprecated")]
        for arc, (kind, shape, status) in enumerate(kinds, 1):
            names = [n for n in rest if self.facts.by_name[n].shape == shape and
                     self.status(self.facts.by_name[n]) == status]
            if names:
                self.group({"name": f"presscheck{key}{kind}Group", "status": status,
                            "oid": f"{REST}.{self.info['rest']}.{arc}",
                            "detail": " ".join(names)})

    def group(self, r):
        names = self.members(r)
        shapes = {self.facts.by_name[n].shape for n in names}
        notify = shapes == {"NOTIFICATION"}
        macro, word = ("NOTIFICATION-GROUP", "NOTIFICATIONS") if notify else ("OBJECT-GROUP", "OBJECTS")
        self.out.append(
            f"{r['name']} {self.macro(macro)}\n    {word} {{\n        "
            f"{listed([self.node(n) for n in names])} }}\n    STATUS      {r['status']}\n"
            f"    DESCRIPTION\n        {quoted(f'Objects that go together: {len(names)} of {self.name}.')}\n"
            f"    ::= {self.place(arcs(r['oid']))}")

    def compliance(self, r, rows):
        inside = {g["name"]: level for g in rows if g["kind"] == "group"
                  for name, level in [w.split("=") for w in g["compliance"].split() if "=" in w]
                  if name == r["name"]}
        must = [g for g, level in inside.items() if level == "mandatory"]
        text = f"    MANDATORY-GROUPS {{\n        {listed(must)} }}\n" if must else ""
        for g, level in inside.items():
            if level in ("optional", "conditional"):
                text += (f"    GROUP       {g}\n    DESCRIPTION "
                         f"{quoted(level.capitalize() + '.', 17)}\n")
        for o in rows:
            if o["kind"] == "refinement" and o["compliance"] == r["name"]:
                text += self.refinement(o)
        self.out.append(
            f"{r['name']} {self.macro('MODULE-COMPLIANCE')}\n    STATUS      {r['status']}\n"
            f"    DESCRIPTION {quoted('What ' + self.name + ' asks of an agent.', 17)}\n"
            f"    MODULE\n{text}    ::= {self.place(arcs(r['oid']))}")

    def refinement(self, o):
        fact = self.facts.by_name.get(o["name"])
        if fact is None or fact.module != self.name:
            return ""
        text = f"    OBJECT      {o['name']}\n"
        detail = o["detail"].removeprefix("syntax: ") if o["detail"].startswith("syntax: ") else ""
        values = enums(detail)
        if values:
            text += "    SYNTAX      INTEGER {\n" + textwrap.indent(
                listed_cells([f"{label}({n})" for n, label in values]), " " * 12) + " }\n"
        elif re.fullmatch(r"[\d.|]+", detail):
            s = fact.syntax
            size = detail.replace("|", " | ")
            text += f"    SYNTAX      {s.base} (SIZE ({size}))\n" if s.sized or \
                s.base == "OCTET STRING" else f"    SYNTAX      {s.base} ({size})\n"
            if s.base in SMI_TYPES:
                self.use(s.base, "SNMPv2-SMI")
        access = re.search(r"min-access=([\w-]+)", o["min_access"])
        if access:
            text += f"    MIN-ACCESS  {access[1]}\n"
        return text + '    DESCRIPTION "Less is enough."\n'

    # ---- the whole ----

    def text(self):
        rows = [r for r in self.facts.rows("conformance")
                if r["mib"] == self.name and r["oid"]]
        self.groups = {arcs(r["oid"]) for r in rows}
        for r in rows:
            self.tree.add(arcs(r["oid"]), r["name"], self.name)
            self.local.add(r["name"])
        self.plain = set()
        own = [r for (m, _), r in self.facts.tcs.items() if m == self.name]
        self.identity()
        if self.name == OLD:
            own = []
        for r in own:
            self.convention(r)
        for f in self.facts.modules[self.name]:
            if self.tree.module[f.name] == self.name:
                self.fact(f)
        self.conformance()
        return self.frame()

    def imports(self):
        order = sorted(self.used, key=lambda m: (not m.startswith("SNMPv2-"), m))
        lines = [f"    {listed(sorted(self.used[m]), 4)}\n        FROM {m}" for m in order]
        return "IMPORTS\n" + "\n".join(lines) + ";\n\n" if lines else ""

    def frame(self):
        note = ("-- Made by mibs/generate.py from mibs/facts/; do not edit. Facts of "
                f"{self.info['spec']}; the words are ours.\n")
        if not self.info["identity"]:
            note += "".join(f"-- {line}\n" for line in textwrap.wrap(self.info["summary"], 92))
        macro = TC_MACRO.lstrip() + "\n" if self.name == "SNMPv2-TC" else ""
        return (f"{self.name} DEFINITIONS ::= BEGIN\n\n{note}\n{self.imports()}{macro}"
                + "\n\n".join(self.out) + "\n\nEND\n")


def cap(name):
    return name[:1].upper() + name[1:]


def listed_cells(cells):
    return "\n".join(textwrap.wrap(", ".join(cells), 80, break_on_hyphens=False))


def texts(facts):
    """(module, text) of all that facts/modules.csv lists."""
    tree, words = Tree(facts), Words(facts)
    known = {r["module"] for r in facts.rows("modules")}
    odd = known ^ set(facts.modules)
    if odd:
        raise FactError(f"modules.csv and the files of facts/ differ in {', '.join(sorted(odd))}")
    for info in facts.rows("modules"):
        if info["oid"]:
            tree.add(arcs(info["oid"]), info["identity"], info["module"])
    for info in facts.rows("modules"):
        yield info["module"], Module(facts, tree, words, info).text()
    if words.unused():
        raise FactError(f"descriptions.csv, nouns.csv: no module has {words.unused()[0]}")
