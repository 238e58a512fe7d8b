"""Due times and broken promises of tickets, computed apart from the product: intervals on the time line of UTC.

Reads one JSON document a line, writes one answer a line. Zones come from zoneinfo (the system's tables).
"""
import json
import sys
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

UTC = timezone.utc
FOREVER = 10 ** 18


def utc(day, minute, zone):
    """Seconds of a local time; fold=0 is the first reading, and moves a skipped time later."""
    if minute == 1440:
        day, minute = day + timedelta(days=1), 0
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZoneInfo(zone), fold=0)
    return int(local.astimezone(UTC).timestamp())


class Hours:
    def __init__(self, spec, nonstop=False):
        self.spec, self.nonstop, self.cache = spec, nonstop, {}

    def day(self, day):
        if day not in self.cache:
            if self.nonstop:
                windows = [[0, 1440]]
            else:
                windows = self.spec["days"].get(day.isoformat(), self.spec["hours"][day.weekday()])
            spans = [(utc(day, a, self.spec["zone"]), utc(day, b, self.spec["zone"])) for a, b in windows]
            self.cache[day] = [span for span in spans if span[0] < span[1]]
        return self.cache[day]

    def spans(self, start):
        """Open intervals from an instant on, each second once."""
        day = datetime.fromtimestamp(start, UTC).astimezone(ZoneInfo(self.spec["zone"])).date()
        reached = start
        for _ in range(1500):
            for a, b in self.day(day):
                a = max(a, reached)
                if a < b:
                    yield a, b
                    reached = b
            day += timedelta(days=1)


def cut(span, pauses):
    parts = [span]
    for p, q in pauses:
        q = FOREVER if q is None else q
        rest = []
        for a, b in parts:
            if a < min(b, p):
                rest.append((a, min(b, p)))
            if max(a, q) < b:
                rest.append((max(a, q), b))
        parts = sorted(set(rest))
    return parts


def add(hours, start, seconds, pauses):
    left = seconds
    never = min([p for p, q in pauses if q is None], default=FOREVER)
    for span in hours.spans(start):
        for a, b in cut(span, pauses):
            if b - a >= left:
                return a + left
            left -= b - a
        if span[1] >= never:
            return None
    return None


def between(hours, start, end, pauses):
    total = 0
    for a, b in hours.spans(start):
        if a >= end:
            return total
        total += sum(y - x for x, y in cut((a, min(b, end)), pauses))
        if b >= end:
            return total
    return total


NAMES = {"response": "responseSeconds", "next_response": "nextResponseSeconds",
         "resolution": "resolutionSeconds", "update": "updateSeconds"}
RANK = {"critical": 0, "high": 1, "normal": 2, "low": 3}


class Ticket:
    def __init__(self, question):
        self.q = question
        self.standard, self.nonstop = Hours(question["calendar"]), Hours(question["calendar"], True)
        self.clocks, self.state, self.severity, self.voicemail = [], "new", None, False

    def hours(self):
        mode = self.q["targets"][self.severity].get("clock", "calendar")
        return self.nonstop if mode == "always" or (mode == "after_voicemail" and self.voicemail) else self.standard

    def target(self, metric):
        return self.q["targets"][self.severity].get(NAMES[metric])

    def begin(self, metric, at):
        if self.target(metric) is None and metric in ("next_response", "update"):
            return
        self.clocks.append({"metric": metric, "start": at, "state": "running", "pauses": [], "broken": None,
                            "stopped": None, "promises": [("only", self.hours(), at, self.target(metric))]})

    def live(self, metric):
        found = [c for c in self.clocks if c["metric"] == metric and c["state"] in ("running", "paused")]
        return found[-1] if found else None

    def due(self, clock):
        """Infinity is a promise that stands still; None that nothing is promised."""
        held = None
        for how, hours, start, seconds in clock["promises"]:
            if seconds is None:
                if how != "min":
                    held = None
                continue
            own = add(hours, start, seconds, clock["pauses"])
            own = FOREVER if own is None else own
            held = own if held is None or how == "only" else (min if how == "min" else max)(held, own)
        return None if held in (None, FOREVER) else held

    def mark(self, at):
        for clock in self.clocks:
            if clock["state"] == "running" and clock["broken"] is None:
                due = self.due(clock)
                if due is not None and due < at:
                    clock["broken"] = due

    def halt(self, clock, at):
        if clock is None:
            return
        clock["pauses"] = [(p, at if q is None else q) for p, q in clock["pauses"]]
        clock["state"], clock["stopped"] = "stopped", at

    def is_open(self):
        return self.state not in ("solved", "closed", "spam", "merged")

    def event(self, event):
        at, kind = event["at"], event["kind"]
        if kind == "created":
            self.severity = event["severity"]
            self.begin("response", at)
            self.begin("resolution", at)
        elif kind == "customer_message":
            if self.is_open() and not self.live("response") and not self.live("next_response"):
                self.begin("next_response", at)
        elif kind == "staff_message":
            for metric in ("response", "next_response", "update"):
                self.halt(self.live(metric), at)
            if self.is_open():
                self.begin("update", at)
        elif kind == "severity":
            new, old = event["severity"], self.severity
            self.severity = new
            for clock in self.clocks:
                if new != old and clock["state"] in ("running", "paused"):
                    worse = RANK[new] < RANK[old]
                    clock["promises"].append(("min" if worse else "max", self.hours(),
                                              at if worse else clock["start"], self.target(clock["metric"])))
        elif kind == "workaround":
            self.severity = "normal"
            self.halt(self.live("update"), at)
            if self.live("resolution"):
                self.halt(self.live("resolution"), at)
                self.begin("resolution", at)
        elif kind == "voicemail":
            if not self.voicemail:
                self.voicemail = True
                if self.q["targets"][self.severity].get("clock") == "after_voicemail":
                    for clock in self.clocks:
                        if clock["state"] in ("running", "paused"):
                            clock["promises"].append(("min", self.hours(), at, self.target(clock["metric"])))
        elif kind == "state":
            self.move(event["to"], at)

    def move(self, to, at):
        was_over, self.state = self.state in ("solved", "closed"), to
        if to in ("spam", "merged"):
            for clock in self.clocks:
                clock["state"] = "void"
        elif to in ("solved", "closed"):
            for clock in self.clocks:
                if clock["state"] in ("running", "paused"):
                    self.halt(clock, at)
        else:
            clock = [c for c in self.clocks if c["metric"] == "resolution"][-1]
            if was_over and clock["stopped"] is not None:
                clock["pauses"].append((clock["stopped"], at))
                clock["stopped"], clock["state"] = None, "running"
            if to in self.q["pausesIn"] and clock["state"] == "running":
                clock["state"] = "paused"
                clock["pauses"].append((at, None))
            elif to not in self.q["pausesIn"] and clock["state"] == "paused":
                clock["state"] = "running"
                clock["pauses"] = [(p, at if q is None else q) for p, q in clock["pauses"]]

    def run(self):
        for event in self.q["events"]:
            self.mark(event["at"])
            self.event(event)
        self.mark(self.q["until"])
        return [[c["metric"], c["state"], c["start"], self.due(c), c["broken"]] for c in self.clocks]


def answer(question):
    if "seconds" in question:
        hours = Hours(question["calendar"])
        due = add(hours, question["start"], question["seconds"], [])
        return [due, between(hours, question["start"], due, [])]
    return Ticket(question).run()


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line)), separators=(",", ":")))
