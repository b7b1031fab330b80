"""The facts of the MIB modules: reads facts/*.csv. Every mistake is told as file:line: text."""
import csv
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent / "facts"
HEADER = ["oid", "name", "syntax", "enums", "access", "status", "index", "group"]
LISTS = {"textual-conventions", "conformance", "modules", "printer", "descriptions", "nouns"}
# What no object is: branches, tables and rows carry no value.
SHAPES = {"NODE", "TABLE", "ROW", "NOTIFICATION"}
ACCESS = ["not-accessible", "accessible-for-notify", "read-only", "read-write", "read-create"]
LEVELS = ["none", "deprecated", "optional", "conditional", "mandatory"]
# RFC1213-MIB stands behind: what later modules define anew is theirs.
OLD = "RFC1213-MIB"


class FactError(Exception):
    pass


def arcs(text):
    return tuple(int(a) for a in text.split("."))


def enums(text):
    """'up(1) down(2)' -> [(1, 'up'), (2, 'down')], as written."""
    return [(int(n), name) for name, n in re.findall(r"([\w-]+)\((-?\d+)\)", text)]


def ranges(text):
    """'0|484..2147483647' -> [(0, 0), (484, 2147483647)]"""
    found = []
    for part in filter(None, text.split("|")):
        low, _, high = part.partition("..")
        found.append((int(low), int(high or low)))
    return found


class Syntax:
    """A column 'syntax': base type, ranges of the value or the size, extras such as tc."""
    FORM = re.compile(r"(OCTET STRING|OBJECT IDENTIFIER|\w+)(?:\((SIZE\()?([-\d.|]+)\)?\))?$")

    def __init__(self, text):
        head, *extras = text.split(";")
        m = self.FORM.match(head)
        if m is None:
            raise FactError(f"syntax '{head}' is not 'TYPE(range)'")
        self.base, self.sized, self.ranges = m[1], m[2] is not None, ranges(m[3] or "")
        # A DISPLAY-HINT and a DEFVAL may hold a ';'? None does; '=' only parts key and value.
        self.extra = dict(e.split("=", 1) for e in extras)
        self.tc = self.extra.get("tc")


class Fact:
    def __init__(self, module, row):
        self.module, self.name, self.status = module, row["name"], row["status"]
        self.oid = arcs(row["oid"])
        self.shape = row["syntax"] if row["syntax"] in SHAPES else "OBJECT"
        self.syntax = Syntax(row["syntax"]) if self.shape == "OBJECT" else None
        self.enum_text, self.access = row["enums"], row["access"]
        self.index = [] if row["index"] in ("", "0") else row["index"].split()
        self.scalar = self.shape == "OBJECT" and row["index"] == "0"
        self.groups = [tuple(w.split(":")) for w in row["group"].split() if ":" in w]
        if self.access and self.access not in ACCESS:
            raise FactError(f"access '{self.access}' is none of {', '.join(ACCESS)}")

    @property
    def level(self):
        """(level, group) of the strongest group that has the object."""
        return max(((LEVELS.index(lv), g) for g, lv in self.groups), default=(0, ""))


class Facts:
    def __init__(self, folder=HERE):
        self.folder = folder
        self.modules = {}    # name -> [Fact], by OID
        for path in sorted(folder.glob("*.csv")):
            if path.stem not in LISTS:
                self.modules[path.stem] = self._read(path)
        self.tcs = {(r["mib"], r["name"]): r for r in self.rows("textual-conventions")}
        self.by_name = {}
        for name, facts in self.modules.items():
            for f in facts:
                if name != OLD or f.name not in self.by_name:
                    self.by_name[f.name] = f
        for f in self.modules.get(OLD, []):
            self.by_name.setdefault(f.name, f)

    def _read(self, path):
        found = []
        with path.open(newline="", encoding="utf-8") as f:
            for n, row in enumerate(csv.DictReader(f), 2):
                if list(row) != HEADER:
                    raise FactError(f"{path.name}:1: columns are {', '.join(row)}")
                try:
                    found.append(Fact(path.stem, row))
                except (FactError, ValueError) as e:
                    raise FactError(f"{path.name}:{n}: {e}") from e
        return sorted(found, key=lambda x: x.oid)

    def rows(self, name):
        with (self.folder / f"{name}.csv").open(newline="", encoding="utf-8") as f:
            return list(csv.DictReader(f))

    def tc(self, name, module=None):
        """Row of a textual convention; of that module when several have it."""
        for (mib, n), row in self.tcs.items():
            if n == name and module in (None, mib):
                return row
        return self.tc(name) if module is not None else None

    def enums_of(self, fact):
        text = fact.enum_text
        if text.startswith("@"):
            row = self.tc(text[1:])
            if row is None:
                raise FactError(f"{fact.name}: no textual convention {text[1:]}")
            text = row["enums"]
        return enums(text)

    def objects(self):
        """Scalars and columns, each OID once, sorted."""
        once = {}
        for name in sorted(self.modules, key=lambda m: m == OLD):
            for f in self.modules[name]:
                if f.shape == "OBJECT":
                    once.setdefault(f.oid, f)
        return [once[o] for o in sorted(once)]

    def entry_of(self, fact):
        """The ROW that a column belongs to."""
        for name in [fact.module, *self.modules]:
            for f in self.modules[name]:
                if f.shape == "ROW" and f.oid == fact.oid[:-1]:
                    return f
        raise FactError(f"{fact.name}: a column without its row")

    def index_of(self, fact):
        """(names of the index objects, last one is IMPLIED). AUGMENTS is followed."""
        words = list(fact.index)
        if words[:1] == ["AUGMENTS"]:
            return self.index_of(self.by_name[words[1]])
        implied = "IMPLIED" in words
        if implied:
            words.remove("IMPLIED")
        return words, implied
