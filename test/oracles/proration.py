"""What a subscription adds to the invoices of a customer, month after month: reads cases as JSON, writes lines.

Written from the rules alone: monthly in advance; the first invoice after the activation has the activation fee, the
partial month since then, and the month that begins; days are counted half-open by the calendar; amounts are rounded to
cents once, half away from zero; a cancellation gives back the unused days of a month that was paid.
"""

import json
import sys
from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction


def cents(amount):
    sign = -1 if amount < 0 else 1
    return sign * int((abs(amount) * 100 + Fraction(1, 2)) // 1)


def bill_date(year, month, bill_day):
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(bill_day, monthrange(year, month)[1]))


def month_of(day, bill_day):
    """The billing month that a day lies in, found by walking over the bill days around it."""
    starts = [bill_date(day.year, day.month + step, bill_day) for step in (-1, 0, 1, 2)]
    for first, following in zip(starts, starts[1:]):
        if first <= day < following:
            return first, following
    raise AssertionError(day)


def lines_on(invoice, case):
    """The lines of the invoice of a bill day."""
    start = date.fromisoformat(case["startedOn"])
    end = date.fromisoformat(case["endedOn"]) if case["endedOn"] else date.max
    monthly, setup, bill_day = Fraction(case["monthly"]), Fraction(case["setup"]), case["billDay"]
    before = month_of(invoice - timedelta(days=1), bill_day)
    ahead = month_of(invoice, bill_day)
    lines = []
    is_first = before[0] < start <= invoice
    if is_first and setup:
        lines.append(["activation", str(start), None, cents(setup)])

    def fee(period, first, past):
        days, of = (past - first).days, (period[1] - period[0]).days
        kind = "monthly" if days == of else "partial"
        lines.append([kind, str(first), str(past), cents(monthly * days / of)])

    if is_first and start < invoice:
        past = min(before[1], end)
        if past > start:
            fee(before, start, past)
    elif start <= before[0] and before[0] < end < before[1] and case["creditsUnused"]:
        unused, of = (before[1] - end).days, (before[1] - before[0]).days
        lines.append(["credit", str(end), str(before[1]), -cents(monthly * unused / of)])
    # An end that comes later is not known on this day.
    if start <= invoice < end:
        fee(ahead, ahead[0], ahead[1])
    return lines


def main():
    for text in sys.stdin:
        case = json.loads(text)
        print(json.dumps([lines_on(date.fromisoformat(day), case) for day in case["invoices"]]))


main()
