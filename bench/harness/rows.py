"""Figures of interleaved rounds, and what they are held against."""
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Row:
    """One line of the table. Every list holds one figure per round, in the same order."""
    figure: str
    rounds: dict[str, list[float]]  # by who was measured; "Vendaval" among them
    against: str | None = None      # whose figures ours are divided by
    must: str = ""                  # the goal as people say it
    holds: bool | None = None       # whether it is met; None: there is none
    digits: int = 1
    other: dict[str, list[float]] = field(default_factory=dict)  # measured beside, under a name of its own

    def ratio(self) -> float | None:
        """The median over the rounds of ours divided by theirs: what slows the machine for a while slows both."""
        theirs = self.rounds.get(self.against) or self.other.get(self.against)
        if not theirs:
            return None
        return median(ours / peer for ours, peer in zip(self.rounds["Vendaval"], theirs))

    def at_most_times(self, factor: float) -> "Row":
        ratio = self.ratio()
        self.must, self.holds = f"≤ {factor:.2f}×", ratio is not None and round(ratio, 2) <= factor
        return self

    def at_least(self, limit: float) -> "Row":
        self.must, self.holds = f"≥ {limit:g}", min(self.rounds["Vendaval"]) >= limit
        return self

    def at_most(self, limit: float, unit: str = "") -> "Row":
        self.must, self.holds = f"≤ {limit:g}{unit}", median(self.rounds["Vendaval"]) <= limit
        return self


def interleaved(count: int, measures: dict) -> dict[str, list]:
    """A B C, A B C, …: `count` rounds of every measure, by name."""
    results = {name: [] for name in measures}
    for _ in range(count):
        for name, measure in measures.items():
            results[name].append(measure())
    return results


def pick(results: dict[str, list[dict]], *keys: str) -> dict[str, list[float]]:
    """One figure out of every result: pick(results, "latency_us", "p50")."""
    def of(result):
        for key in keys:
            result = result[key]
        return result
    return {name: [of(one) for one in rounds] for name, rounds in results.items()}
