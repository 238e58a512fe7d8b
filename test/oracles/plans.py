"""Rates calls under plans with exact fractions, block by block; an independent second opinion.

Input: one JSON question a line, as POST /api/v1/rating/simulate takes it (every default written out, instants as
epoch milliseconds). Output: one JSON line for each, with what every call costs and takes of the plan.
Written from the rules in words (src/company/rating/README.md, docs/rating.md), not from the program.
"""
import json
import sys
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

UTC = ZoneInfo("UTC")


def local(ms, zone):
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(zone))


def rounded(value, digits, mode):
    scaled = value * 10 ** digits
    low = floor(scaled)
    rest = scaled - low
    if mode == "up":
        up = rest > 0
    elif mode == "down":
        up = False
    elif mode == "half-up":
        up = rest * 2 >= 1
    else:
        up = rest * 2 > 1 or (rest * 2 == 1 and low % 2 == 1)
    return Fraction(low + (1 if up else 0), 10 ** digits)


def minute(text):
    return int(text[:2]) * 60 + int(text[3:])


def period_at(deck, ms):
    at = local(ms, deck["zone"])
    now, today = at.hour * 60 + at.minute, at.isoweekday()
    yesterday = 7 if today == 1 else today - 1
    for period in deck["periods"]:
        for window in period["windows"]:
            begin, end = minute(window["from"]), minute(window["to"]) % 1440
            days = window["weekdays"]
            if begin < end:
                if today in days and begin <= now < end:
                    return period["name"]
            elif (today in days and now >= begin) or (yesterday in days and now < end):
                return period["name"]
    return None


def row_for(deck, call, effective, period):
    digits = call["to"].lstrip("+")
    for length in range(len(digits), 0, -1):
        there = [row for row in deck["rows"]
                 if row["prefix"] == digits[:length] and row["direction"] == call["direction"]
                 and row.get("effectiveFrom", float("-inf")) <= effective < row.get("effectiveTo", float("inf"))]
        for row in there:
            if period is not None and row.get("period") == period:
                return row
        for row in there:
            if "period" not in row:
                return row
    return None


def first_of_next_month(day):
    return date(day.year + (day.month == 12), day.month % 12 + 1, 1)


def bill_date(first, bill_day):
    last = first_of_next_month(first) - timedelta(days=1)
    return min(last, first + timedelta(days=bill_day - 1))


def period_of(renewal, day, bill_day):
    if renewal == "daily":
        return day, day + timedelta(days=1)
    if renewal == "weekly":
        monday = day - timedelta(days=day.isoweekday() - 1)
        return monday, monday + timedelta(days=7)
    if renewal == "monthly":
        bill_day = 1
    here = bill_date(day.replace(day=1), bill_day)
    if day >= here:
        return here, bill_date(first_of_next_month(day), bill_day)
    before = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    return bill_date(before, bill_day), here


def in_group(item, row, call):
    if item["direction"] != call["direction"]:
        return False
    digits = call["to"].lstrip("+")
    return row["class"] in item["classes"] or any(digits.startswith(prefix) for prefix in item["prefixes"])


def units(text, unit):
    return Fraction(text)


class Plan:
    def __init__(self, given):
        self.given = given
        self.used = {}

    def buckets(self, quota, at):
        """(expiry, begin, left) of every period of a quota that is good at an instant."""
        plan = self.given
        if at < plan["startedAt"]:
            return []
        day, start = local(at, plan["zone"]).date(), local(plan["startedAt"], plan["zone"]).date()
        found = []
        begin, end = period_of(quota["renewal"], day, plan["billDay"])
        for _ in range(quota["rollover"] + 1):
            if end <= start:
                break
            amount = Fraction(quota["amount"])
            if quota["prorateFirst"] and start > begin:
                share = amount * (end - start).days / (end - begin).days
                digits = 0 if quota["unit"] == "seconds" else 6
                amount = rounded(share, digits, "half-up")
            expiry = end
            for _ in range(quota["rollover"]):
                expiry = period_of(quota["renewal"], expiry, plan["billDay"])[1]
            found.append((expiry, begin, amount - self.used.get((quota["id"], begin), 0)))
            begin, end = period_of(quota["renewal"], begin - timedelta(days=1), plan["billDay"])
        return found

    def ordered(self, row, call, at, unit):
        found = []
        for quota in self.given["quotas"]:
            if quota["unit"] == unit and in_group(quota, row, call):
                for expiry, begin, left in self.buckets(quota, at):
                    found.append((quota["priority"], expiry, begin, quota["id"], quota, left))
        return sorted(found, key=lambda one: one[:4])


def rate(deck, plan, call):
    seconds = -(-call["durationMs"] // 1000)
    at = call["answeredAt"]
    row = row_for(deck, call, at, period_at(deck, at))
    if row is None:
        return {"prefix": None, "charge": "0", "billed": 0, "quota": 0}
    answer = {"prefix": row["prefix"], "charge": "0", "billed": 0, "quota": 0}
    if seconds == 0 or seconds <= row["graceSeconds"] or row["blocked"]:
        return answer
    counted = seconds - row["freeSeconds"]
    if counted <= 0 and not row["connectWhenFree"]:
        return answer
    counted = max(counted, 0)
    free = seconds - counted
    # Quotas of seconds, block by block of their own. A call within its free seconds takes nothing, but is asked
    # for its connect fee only where one second more would be.
    position, waived = 0, None
    taken = []
    order = plan.ordered(row, call, at, "seconds")
    if counted == 0:
        probe = list(order)
        while probe:
            quota, left = probe[0][4], Fraction(0)
            while probe and probe[0][4] is quota:
                left += max(probe.pop(0)[5], 0)
            if left >= quota["firstSeconds"]:
                if quota["waivesConnect"]:
                    return answer
                break
    while order and position < counted:
        quota = order[0][4]
        stock = []
        while order and order[0][4] is quota:
            stock.append(order.pop(0))
        left = sum(max(one[5], 0) for one in stock)
        spent = 0
        while position < counted:
            block = quota["firstSeconds"] if position == 0 else quota["nextSeconds"]
            if left - spent < block:
                break
            spent += block
            position += block
        for _, _, begin, name, _, there in stock:
            part = min(max(there, 0), spent)
            spent -= part
            if part:
                if waived is None:
                    waived = quota["waivesConnect"]
                taken.append((name, begin, part))
    answer["quota"] = position
    total = Fraction(0)
    gross_parts = []
    if counted == 0 or position < counted or not waived:
        total, gross_parts = priced(deck, row, call, at, free, counted, position, bool(waived), plan)
    mode, digits = deck["rounding"]["mode"], deck["rounding"]["digits"]
    charge = rounded(total, digits, mode)
    for _, _, begin, name, _, left in plan.ordered(row, call, at, "money"):
        step = Fraction(1, 10 ** digits)
        pays = floor(min(max(left, 0), charge) / step) * step
        charge -= pays
        if pays:
            taken.append((name, begin, pays))
    for name, begin, part in taken:
        plan.used[(name, begin)] = plan.used.get((name, begin), 0) + part
    count_volume(plan, row, call, at, gross_parts)
    answer["charge"] = str((charge * 10 ** 6).numerator)
    answer["billed"] = sum(length for length, _, _ in gross_parts)
    return answer


def discount_of(plan, row, call, at):
    fitting = [one for one in plan.given["discounts"] if in_group(one, row, call)]
    if not fitting or at < plan.given["startedAt"]:
        return None, None
    chosen = min(fitting, key=lambda one: (one["priority"], one["id"]))
    day = local(at, plan.given["zone"]).date()
    return chosen, (chosen["id"], period_of(chosen["renewal"], day, plan.given["billDay"])[0])


def count_volume(plan, row, call, at, parts):
    discount, key = discount_of(plan, row, call, at)
    if discount is None:
        return
    if discount["unit"] == "seconds":
        volume = Fraction(sum(length for length, _, _ in parts))
    else:
        volume = rounded(sum((price * length / 60 for length, price, _ in parts), Fraction(0)), 6, "half-up")
    if volume:
        plan.used[key] = plan.used.get(key, 0) + volume


def priced(deck, row, call, at, free, counted, position, waived, plan):
    """The exact sum for what no quota of seconds covers, and its blocks (seconds, price per minute, row)."""
    blocks = []
    answer_period = period_at(deck, at)
    start = position
    in_force = row
    while position < counted:
        instant = at + (free + position) * 1000
        if position > 0 or free > 0:
            period = period_at(deck, instant) if deck["repriceAtPeriod"] else answer_period
            effective = instant if deck["repriceAtEffective"] else at
            in_force = row_for(deck, call, effective, period) or in_force
        if position == 0:
            length, price = in_force["firstSeconds"], in_force["firstPrice"]
        elif in_force["interval"] == "total":
            step = in_force["nextSeconds"]
            length, price = (position // step + 1) * step - position, in_force["nextPrice"]
        else:
            length, price = in_force["nextSeconds"], in_force["nextPrice"]
        blocks.append((length, Fraction(price), in_force))
        position += length
    total = Fraction(0)
    if not (start > 0 and waived):
        total += Fraction(row["connect"]) * (1 + Fraction(row["surcharge"]) / 100)
    discount, key = discount_of(plan, row, call, at)
    volume = plan.used.get(key, Fraction(0))
    for length, price, by in blocks:
        factor = 1 + Fraction(by["surcharge"]) / 100
        if discount is None:
            total += price * length / 60 * factor
            continue
        size = Fraction(length) if discount["unit"] == "seconds" else price * length / 60
        worth = price / 60 if discount["unit"] == "seconds" else Fraction(1)
        while size > 0:
            percent, ahead = Fraction(0), None
            for tier in discount["tiers"]:
                if Fraction(tier["from"]) <= volume:
                    percent = Fraction(tier["percent"])
                elif ahead is None:
                    ahead = Fraction(tier["from"])
            part = size if ahead is None else min(size, ahead - volume)
            total += part * worth * (100 - percent) / 100 * factor
            volume += part
            size -= part
    return max(total, Fraction(row["minimum"])), blocks


def main():
    for line in sys.stdin:
        question = json.loads(line)
        plan = Plan(question["plan"])
        print(json.dumps([rate(question["deck"], plan, call) for call in question["calls"]]))


main()
