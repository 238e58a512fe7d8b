"""Prices calls from JSON lines on standard input with exact fractions; an independent second opinion.

Input line:  {"row": {...}, "ms": answered milliseconds, "mode": ..., "digits": ...}
Output line: {"billed": seconds, "charge": "millionths"}
Written from the rules in words (src/company/rating/README.md), not from the program.
"""
import json
import sys
from fractions import Fraction
from math import floor


def rounded(value, digits, mode):
    """A fraction to so many decimals."""
    scaled = value * 10 ** digits
    low = floor(scaled)
    rest = scaled - low
    if mode == "down":
        return Fraction(low, 10 ** digits)
    if mode == "up":
        return Fraction(low + (1 if rest > 0 else 0), 10 ** digits)
    half = Fraction(1, 2)
    if rest > half or (rest == half and (mode == "half-up" or low % 2 == 1)):
        low += 1
    return Fraction(low, 10 ** digits)


def price(row, ms, mode, digits):
    seconds = ms // 1000 + (1 if ms % 1000 else 0)
    if seconds == 0 or seconds <= row["grace"]:
        return 0, Fraction(0)
    blocks = 0
    billed = row["first_seconds"]
    while billed < seconds:
        billed += row["next_seconds"]
        blocks += 1
    per_first = Fraction(row["first_price"]) * row["first_seconds"] / 60
    per_next = Fraction(row["next_price"]) * row["next_seconds"] / 60
    total = Fraction(row["connect"]) + per_first + blocks * per_next
    return billed, rounded(max(total, Fraction(row["minimum"])), digits, mode)


def main():
    for line in sys.stdin:
        case = json.loads(line)
        billed, charge = price(case["row"], case["ms"], case["mode"], case["digits"])
        micros = charge * 10 ** 6
        assert micros.denominator == 1
        print(json.dumps({"billed": billed, "charge": str(micros.numerator)}))


main()
