"""Charts as SVG: the steps of a price over time, and price against score. Each stands beside a table of its numbers.

Belongs here: geometry. Does not: which numbers are shown. No chart has a style of its own (the policy forbids it); the
style sheet knows the classes. Floats are places on paper here, never amounts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from pipelines.publishing.site.escaping import told

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 112, 16, 34


@dataclass(frozen=True)
class Step:
    """A value from a day until another."""

    since: date
    until: date
    value: float
    text: str


@dataclass(frozen=True)
class Line:
    name: str
    steps: Sequence[Step]


@dataclass(frozen=True)
class Point:
    """One thing in a scatter, leading to its page."""

    x: float
    y: float
    name: str
    title: str
    href: str


def steps_over_time(lines: Sequence[Line], title: str, today: date) -> Markup:
    """Values as steps, at most two lines, from zero. A last step that begins after today goes on to the edge."""
    lines = lines[:2]
    first = min(step.since for line in lines for step in line.steps)
    latest = max(max(step.since, step.until) for line in lines for step in line.steps)
    last = max(latest, today)
    if any(line.steps[-1].since >= today for line in lines):
        last += timedelta(days=max(3, (last - first).days // 7))
    if any(line.steps[0].until == line.steps[0].since for line in lines):
        # Of the first amount only its last day is known: the line comes from the edge, which is no day of its own.
        first -= timedelta(days=max(1, (last - first).days // 14))
    span = max((last - first).days, 1)
    top = _above(max(step.value for line in lines for step in line.steps))

    def x(day: date) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value / top if top else 0)

    decimals = next(places for places in (0, 2, 3, 4, 5, 6) if places == 6 or round(top / 4, places) == top / 4)
    parts = [
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
        f'<text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">${_short(tick, decimals)}</text>'
        for tick in (top * part / 4 for part in range(5))
    ]
    at = x(today)
    anchor = "start" if at < LEFT + 120 else "end"
    parts.append(f'<line class="axis" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
    parts.append(f'<text x="{at:.1f}" y="10" text-anchor="{anchor}">as of {today}</text>')
    known = min(step.since for line in lines for step in line.steps)
    free = x(known) - 5
    for day in sorted({step.since for line in lines for step in line.steps}):
        begins = x(day) - (0 if day == known else 35)
        if begins > free:
            parts.append(f'<text x="{begins:.1f}" y="{HEIGHT - 10}" text-anchor="start">{day}</text>')
            free = begins + 84
    ends = _apart([y(line.steps[-1].value) for line in lines])
    for line, end, kind in zip(lines, ends, ("", " second"), strict=False):
        path = ""
        for step in line.steps:
            begin = x(step.since) if step.until > step.since else LEFT
            path += f"{'V' if path else f'M{begin:.1f} '}{y(step.value):.1f}"
            path += f"H{x(last if step is line.steps[-1] else step.until):.1f}"
        parts.append(f'<path class="line{kind}" d="{path}"><title>{told(_in_words(line))}</title></path>')
        words = f"{told(line.name)} {told(line.steps[-1].text)}"
        parts.append(f'<text class="label{kind}" x="{WIDTH - RIGHT + 8}" y="{end + 4:.1f}">{words}</text>')
    return _svg(title, parts)


def scatter(points: Sequence[Point], title: str, x_words: str, y_words: str, *, lower_is_better: bool) -> Markup:
    """Points over a logarithmic x; those nothing beats on both axes are marked, and named where there is room."""
    low = math.floor(math.log10(min(point.x for point in points)) * 2) / 2
    high = max(math.ceil(math.log10(max(point.x for point in points)) * 2) / 2, low + 0.5)
    bottom, top = min(point.y for point in points), max(point.y for point in points)
    room = (top - bottom) * 0.08 or 1.0
    bottom, top = bottom - room, top + room
    right, floor = WIDTH - 30, HEIGHT + 60 - BOTTOM - 12

    def x(value: float) -> float:
        return LEFT + (right - LEFT) * (math.log10(value) - low) / (high - low)

    def y(value: float) -> float:
        return floor - (floor - TOP) * (value - bottom) / (top - bottom)

    parts = [f'<line class="axis" x1="{LEFT}" x2="{right}" y1="{floor}" y2="{floor}"/>']
    for value in _log_ticks(low, high):
        at = x(value)
        parts.append(f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{floor}"/>')
        parts.append(f'<text x="{at:.1f}" y="{floor + 17}" text-anchor="middle">${_short(value)}</text>')
    step = _round_step((top - bottom) / 5)
    tick = math.ceil(bottom / step) * step
    while tick <= top:
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{_short(tick)}</text>')
        tick += step
    parts.append(f'<text x="{right}" y="{floor + 36}" text-anchor="end">{told(x_words)}</text>')
    parts.append(f'<text x="{LEFT}" y="10" text-anchor="start">{told(y_words)}</text>')
    front = _front(points, lower_is_better)
    taken = [_Box(x(each.x) - 7, y(each.y) - 7, x(each.x) + 7, y(each.y) + 7) for each in points]
    for point in sorted(points, key=lambda each: (each.href in front, each.x, each.name)):
        at, up = x(point.x), y(point.y)
        label = ""
        if point.href in front:
            for anchor, start, line in _beside(at, up, 6.4 * len(point.name)):
                box = _Box(start, line - 9, start + 6.4 * len(point.name), line + 3)
                if box.left > LEFT and box.right < WIDTH and not any(box.meets(other) for other in taken):
                    taken.append(box)
                    edge = {"start": box.left, "middle": at, "end": box.right}[anchor]
                    place = f'x="{edge:.1f}" y="{line:.1f}" text-anchor="{anchor}"'
                    label = f'<text class="name" {place}>{told(point.name)}</text>'
                    break
        kind = ' class="front"' if point.href in front else ""
        parts.append(
            f'<a href="{told(point.href)}"{kind}><title>{told(point.title)}</title>'
            f'<circle class="point" cx="{at:.1f}" cy="{up:.1f}" r="6"/>{label}</a>'
        )
    return _svg(title, parts, HEIGHT + 60)


@dataclass(frozen=True)
class _Box:
    """What is taken on the paper."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def _beside(at: float, up: float, wide: float) -> list[tuple[str, float, float]]:
    """Where a label may stand beside its point: how it is anchored, where it starts, and its line; the best first."""
    return [
        ("start", at + 9, up + 4),
        ("end", at - 9 - wide, up + 4),
        ("middle", at - wide / 2, up - 11),
        ("middle", at - wide / 2, up + 19),
        ("end", at + 6 - wide, up - 11),
        ("start", at - 6, up - 11),
    ]


def _log_ticks(low: float, high: float) -> list[float]:
    """Round values between two powers of ten: the powers where they are several, else more between them."""
    powers = range(math.floor(low), math.ceil(high) + 1)
    steps = (1,) if high - low > 2 else (1, 3) if high - low > 1 else (1, 2, 5)
    ticks = (step * 10.0**power for power in powers for step in steps)
    return [each for each in ticks if low <= math.log10(each) <= high]


def _svg(title: str, parts: Sequence[str], height: int = HEIGHT) -> Markup:
    inside = "".join(parts)
    role = 'role="group"' if "<a " in inside else 'role="img"'
    return Markup(f'<svg viewBox="0 0 {WIDTH} {height}" {role} aria-label="{told(title)}">{inside}</svg>')


def _front(points: Sequence[Point], lower_is_better: bool) -> set[str]:
    """Where those points lead that no other beats on price without losing on score."""
    best, found = math.inf, set()
    for point in sorted(points, key=lambda each: (each.x, each.y if lower_is_better else -each.y, each.name)):
        worth = point.y if lower_is_better else -point.y
        if worth < best:
            best = worth
            found.add(point.href)
    return found


def _in_words(line: Line) -> str:
    return f"{line.name}: " + "; ".join(f"{step.text} from {step.since}" for step in line.steps)


def _apart(ends: Sequence[float]) -> list[float]:
    """Labels at the ends of lines, moved so that they do not lie on each other."""
    if len(ends) == 2 and abs(ends[0] - ends[1]) < 16:
        middle = sum(ends) / 2
        above = 0 if ends[0] <= ends[1] else 1
        return [middle - 8 if index == above else middle + 8 for index in range(2)]
    return list(ends)


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    return next((power * each for each in (1, 2, 2.5, 5, 10) if power * each >= rough), power * 10)


def _above(value: float) -> float:
    return _round_step(value / 4) * 4 if value > 0 else 1.0


def _short(value: float, decimals: int = 0) -> str:
    """A tick's number in as few digits as it needs; with so many decimals where its neighbours need them."""
    return f"{value:,.{decimals}f}" if value >= 1000 or (decimals and value) else f"{value:.6g}"
