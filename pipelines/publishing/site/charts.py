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

    parts = [
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
        f'<text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">${_short(tick)}</text>'
        for tick in (top * part / 4 for part in range(5))
    ]
    known = min(step.since for line in lines for step in line.steps)
    parts.append(f'<text x="{x(known):.1f}" y="{HEIGHT - 10}" text-anchor="start">{known}</text>')
    at = x(today)
    parts.append(f'<line class="axis" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
    if at - LEFT > 190:
        parts.append(f'<text x="{at:.1f}" y="{HEIGHT - 10}" text-anchor="end">as of {today}</text>')
    elif WIDTH - RIGHT - at > 260:
        at = max(at, x(known) + 92)
        parts.append(f'<text x="{at:.1f}" y="{HEIGHT - 10}" text-anchor="start">as of {today}</text>')
        at += 110
    changes = sorted({step.since for line in lines for step in line.steps[1:]} - {first, today})
    if changes and x(changes[-1]) - at > 90:
        parts.append(f'<text x="{x(changes[-1]):.1f}" y="{HEIGHT - 10}" text-anchor="middle">{changes[-1]}</text>')
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
    """Points over a logarithmic x; those nothing beats on both axes are marked and named."""
    low = math.floor(math.log10(min(point.x for point in points)) * 2) / 2
    high = max(math.ceil(math.log10(max(point.x for point in points)) * 2) / 2, low + 0.5)
    bottom, top = min(point.y for point in points), max(point.y for point in points)
    room = (top - bottom) * 0.08 or 1.0
    bottom, top = bottom - room, top + room

    def x(value: float) -> float:
        return LEFT + (WIDTH - LEFT - 20) * (math.log10(value) - low) / (high - low)

    def y(value: float) -> float:
        share = (value - bottom) / (top - bottom)
        return HEIGHT + 60 - BOTTOM - 12 - (HEIGHT + 60 - TOP - BOTTOM - 12) * share

    floor = HEIGHT + 60 - BOTTOM - 12
    parts = [f'<line class="axis" x1="{LEFT}" x2="{WIDTH - 20}" y1="{floor}" y2="{floor}"/>']
    for power in range(math.ceil(low), math.floor(high) + 1):
        at = x(10.0**power)
        parts.append(f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{floor}"/>')
        parts.append(f'<text x="{at:.1f}" y="{floor + 17}" text-anchor="middle">${_short(10.0**power)}</text>')
    step = _round_step((top - bottom) / 5)
    tick = math.ceil(bottom / step) * step
    while tick <= top:
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 20}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{_short(tick)}</text>')
        tick += step
    parts.append(f'<text x="{WIDTH - 20}" y="{floor + 36}" text-anchor="end">{told(x_words)}</text>')
    parts.append(f'<text x="{LEFT}" y="10" text-anchor="start">{told(y_words)}</text>')
    front = _front(points, lower_is_better)
    taken: list[tuple[float, float, float]] = []
    for point in sorted(points, key=lambda each: (each.name in front, each.x, each.name)):
        at, up = x(point.x), y(point.y)
        label = ""
        if point.name in front:
            wide = 6.4 * len(point.name)
            anchor, start = ("end", at - 9 - wide) if at + 9 + wide > WIDTH - 10 else ("start", at + 9)
            if all(abs(up - other) > 13 or start > right or start + wide < left for other, left, right in taken):
                taken.append((up, start, start + wide))
                offset = -9 if anchor == "end" else 9
                place = f'x="{at + offset:.1f}" y="{up + 4:.1f}" text-anchor="{anchor}"'
                label = f'<text class="name" {place}>{told(point.name)}</text>'
        kind = ' class="front"' if point.name in front else ""
        parts.append(
            f'<a href="{told(point.href)}"{kind}><title>{told(point.title)}</title>'
            f'<circle class="point" cx="{at:.1f}" cy="{up:.1f}" r="6"/>{label}</a>'
        )
    return _svg(title, parts, HEIGHT + 60)


def _svg(title: str, parts: Sequence[str], height: int = HEIGHT) -> Markup:
    inside = "".join(parts)
    role = 'role="group"' if "<a " in inside else 'role="img"'
    return Markup(f'<svg viewBox="0 0 {WIDTH} {height}" {role} aria-label="{told(title)}">{inside}</svg>')


def _front(points: Sequence[Point], lower_is_better: bool) -> set[str]:
    """The names of points that no other beats on price without losing on score."""
    best, found = math.inf, set()
    for point in sorted(points, key=lambda each: (each.x, each.y if lower_is_better else -each.y, each.name)):
        worth = point.y if lower_is_better else -point.y
        if worth < best:
            best = worth
            found.add(point.name)
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


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.6g}"
