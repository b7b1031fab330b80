"""Descriptions of the objects: written ones (facts/descriptions.csv), and a plain sentence for the
rest, made of the name, what a row of the table is (facts/nouns.csv), and the unit."""
import re

# Words that a name shortens, as they are read.
LONG = {"Prt": "", "Dir": "direction", "Feed": "feed", "XFeed": "cross feed", "Max": "greatest",
        "Min": "least", "Dim": "dimension", "Num": "number", "Desc": "description",
        "Descr": "description", "Lang": "language", "Config": "configuration", "Mgmt": "management",
        "Info": "information", "Addr": "address", "Params": "parameters", "Stat": "status",
        "Pkts": "packets", "Msgs": "messages", "Errs": "errors", "Ind": "indication", "In": "in",
        "Out": "out", "Curr": "current", "Mark": "marking", "Tech": "technology", "Ucast": "unicast",
        "Multicast": "multicast", "Gen": "", "Xcm": "", "Char": "character", "Xfer": "transfer", "Imps": "impressions", "Hr": "",
        "Dev": "device", "Svc": "service", "Rsrc": "resource", "Mon": "monitoring"}


def split(name):
    return re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+", name)


def common(a, b):
    n = 0
    for x, y in zip(a, b):
        if x.lower() != y.lower():
            break
        n += 1
    return n


def readable(words):
    out = [LONG.get(w[:1].upper() + w[1:], w if w.isupper() and len(w) > 1 else w.lower())
           for w in words]
    return " ".join(w for w in out if w)


class Words:
    def __init__(self, facts):
        self.facts = facts
        self.written = {r["name"]: r["text"] for r in facts.rows("descriptions")}
        self.nouns = {r["table"]: (r["one"], r["all"]) for r in facts.rows("nouns")}
        self.used, self.used_nouns = set(), set()

    def subject(self, fact):
        """What the name says beyond its table's name."""
        words = split(fact.name)
        if fact.shape == "OBJECT" and not fact.scalar:
            entry = split(self.facts.entry_of(fact).name)[:-1]
            n = common(words, entry)
            words = words[n:] or words
        elif len(words) > 1:
            words = words[1:]
        return readable(words) or fact.name

    def table_of(self, fact):
        return self.facts.entry_of(fact).name.removesuffix("Entry") + "Table"

    def of(self, fact):
        if fact.name in self.written:
            self.used.add(fact.name)
            return self.written[fact.name]
        return getattr(self, "_" + fact.shape.lower())(fact)

    def _node(self, fact):
        return f"Names the {self.subject(fact)}."

    def noun(self, table):
        """(one row, all rows) in words. Manufacturers' tables have their names only."""
        if table in self.nouns:
            self.used_nouns.add(table)
            return self.nouns[table]
        words = readable([w for w in split(table)[:-1] if w not in ("xcm", "Gen")])
        return f"row of {words}", words

    def _table(self, fact):
        return f"Table: {self.noun(fact.name)[1]}."

    def _row(self, fact):
        names, _ = self.facts.index_of(fact)
        one = self.noun(fact.name.removesuffix("Entry") + "Table")[0]
        return f"A {one}, named by {', '.join(names)}." if one[0] not in "aeiou" else \
            f"An {one}, named by {', '.join(names)}."

    def _notification(self, fact):
        return f"Sent on: {readable(split(fact.name)[1:])}."

    def _object(self, fact):
        what = self.subject(fact)
        where = "" if fact.scalar else f" of the {self.noun(self.table_of(fact))[0]}"
        units = fact.syntax.extra.get("units")
        index = [] if fact.scalar else self.facts.index_of(fact)[0]
        if fact.name in index:
            return f"Names the {self.noun(self.table_of(fact))[0]}: {what}."
        text = f"{what[:1].upper()}{what[1:]}{where}"
        if fact.syntax.tc == "RowStatus":
            text = f"State{where}; creates and deletes it"
        elif fact.syntax.base.startswith("Counter"):
            text = f"Count{where}: {what}"
        if units:
            text += f", in {units}"
        return text + ("; may be set." if fact.access == "read-write" else ".")

    def tc(self, row):
        key = row["name"]
        if key in self.written:
            self.used.add(key)
            return self.written[key]
        words = split(key.removesuffix("TC"))
        words = words if len(words) > 2 else ["the", *words]
        base = "Values" if row["enums"] else "Type"
        return f"{base} of the {readable(words[1:]) or readable(words)}."

    def unused(self):
        """Words for what is in no module."""
        return sorted(set(self.written) - self.used) + sorted(set(self.nouns) - self.used_nouns)
