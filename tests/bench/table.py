"""Rows of the comparison and their text: a table that is also Markdown."""
from dataclasses import dataclass, field

SMALLEST = {"s": 0.005, "MiB": 1}  # differences of measurements below this are noise


@dataclass(frozen=True)
class Goal:
    """At least `factor` times as good as the best of `than` (names; None: any peer), or within `factor` of the floor, or
    at most `limit` in the row's unit."""
    factor: float = 1
    than: object = None
    limit: object = None
    floor: bool = False
    label: str = ""

    def text(self, unit):
        if self.limit is not None:
            return "≤ " + value_text(self.limit, unit)
        if self.floor:
            return f"≤ {self.factor:g} × floor"
        return f"{self.factor:g} × {self.label or 'best'}"


@dataclass
class Row:
    """What Tessera and the peers took (less is better); None where there is no figure."""
    name: str
    unit: str
    tessera: object
    peers: dict = field(default_factory=dict)
    floor: object = None
    goals: tuple = ()

    def best(self, than=None):
        """(name, value) of the best peer."""
        known = {n: v for n, v in self.peers.items() if v is not None and (than is None or n in than)}
        return min(known.items(), key=lambda item: item[1]) if known else None

    def ratio(self, than=None):
        """How many times what Tessera takes the best peer takes."""
        best = self.best(than)
        if best is None or self.tessera is None:
            return None
        least = SMALLEST.get(self.unit, 0)
        return max(best[1], least) / max(self.tessera, least)

    def reached(self, goal):
        if self.tessera is None:
            return None
        if goal.limit is not None:
            return self.tessera <= goal.limit
        if goal.floor:
            return None if self.floor is None else self.tessera <= goal.factor * self.floor
        ratio = self.ratio(goal.than)
        return None if ratio is None else ratio >= goal.factor

    def ahead(self):
        """Of every peer; where there is none, whether the goals are reached; None when nothing can be said."""
        ratio = self.ratio()
        if ratio is not None:
            return ratio > 1
        known = [self.reached(g) for g in self.goals if self.reached(g) is not None]
        return all(known) if known else None

    def as_json(self):
        best = self.best()
        return {"name": self.name, "unit": self.unit, "tessera": self.tessera, "peers": self.peers, "floor": self.floor,
                "best_peer": best[0] if best else None, "ratio": self.ratio(), "ahead": self.ahead(),
                "goals": [{"goal": g.text(self.unit), "reached": self.reached(g)} for g in self.goals]}


def value_text(value, unit):
    if value is None:
        return ""
    if unit == "s" and value < SMALLEST["s"]:
        return "<.005"
    if unit == "s":
        return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 100 else f"{value:.0f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def yes_no(value):
    return {True: "yes", False: "NO", None: ""}[value]


def lined_up(header, rows):
    """A Markdown table with columns of even width; the first column to the left, the others to the right."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [header] + rows) for i in range(len(header))]
    line = lambda cells: "| " + " | ".join(
        cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(cells, widths))) + " |"
    rule = "|" + "|".join("-" * (w + 2) if i == 0 else "-" * (w + 1) + ":" for i, w in enumerate(widths)) + "|"
    return "\n".join([line(header), rule] + [line(row) for row in rows])


def rows_text(rows, peers):
    """One line a row: Tessera's figure, each peer's, the floor, how many times faster than the best peer, the goals."""
    shown = [p for p in peers if any(r.peers.get(p) is not None for r in rows)]
    floors = any(r.floor is not None for r in rows)
    header = ["row", "Tessera"] + shown + (["floor"] if floors else []) + ["ratio", "ahead", "goal", "reached"]
    lines = []
    for r in rows:
        ratio = r.ratio()
        text = lambda v: value_text(v, r.unit)
        goals = "; ".join(g.text(r.unit) for g in r.goals)
        reached = "; ".join(yes_no(r.reached(g)) or "?" for g in r.goals)
        lines.append([f"{r.name}, {r.unit}", text(r.tessera)] + [text(r.peers.get(p)) for p in shown] +
                     ([text(r.floor)] if floors else []) +
                     ["" if ratio is None else f"{ratio:.2f}", yes_no(r.ahead()), goals, reached])
    return lined_up(header, lines)
