"""Prices calls by a deck in the obvious way: a dict of prefixes, the longest first, whole numbers.

The first argument is the deck's CSV, the second a file with a line `number seconds` for each call.
Prints seconds taken for the calls alone, how many had a price, and the sum of the charges in millionths.
"""
import csv
import sys
import time


def read_deck(path):
    rows = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            nanos = [int(part[0] + part[1].ljust(9, "0")) for part in
                     ((row[name] + ".").split(".")[:2] for name in ("first_price", "next_price"))]
            rows[row["prefix"]] = (int(row["first_seconds"]), nanos[0], int(row["next_seconds"]), nanos[1])
    return rows


def main():
    rows = read_deck(sys.argv[1])
    longest = max(map(len, rows))
    with open(sys.argv[2], encoding="ascii") as file:
        calls = [(number.lstrip("+"), int(seconds)) for number, seconds in (line.split() for line in file)]
    start = time.perf_counter()
    total = priced = 0
    for number, seconds in calls:
        for length in range(min(longest, len(number)), 0, -1):
            row = rows.get(number[:length])
            if row is not None:
                first, first_nanos, step, next_nanos = row
                blocks = -(-(seconds - first) // step) if seconds > first else 0
                total += (2 * (first * first_nanos + blocks * step * next_nanos) + 60000) // 120000
                priced += 1
                break
    print(time.perf_counter() - start, priced, total)


main()
