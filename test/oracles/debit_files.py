"""Files of pre-authorised debits, written from the published record layouts: CPA standard 005 and NACHA.

Reads a JSON object {"format": "cpa005" | "nacha", ...} from standard input and writes the file to standard output.
Shares nothing with the program: fields are placed by their position in the record, not by joining them.
"""
import datetime
import json
import sys


def put(record, first, last, text):
    """Places a text at columns first..last, counted from 1 as the standards do."""
    assert len(text) == last - first + 1, (first, last, text)
    record[first - 1:last] = list(text)


def alpha(text, width):
    return text.upper()[:width].ljust(width)


def number(value, width):
    text = str(value).rjust(width, '0')
    assert len(text) == width
    return text


def ordinal_day(text):
    day = datetime.date.fromisoformat(text)
    return '0%02d%03d' % (day.year % 100, day.timetuple().tm_yday)


def cpa005(asked):
    who, debits = asked['originator'], asked['debits']
    ret = who['returns']
    out = []

    def begin(kind):
        record = [' '] * 1464
        put(record, 1, 1, kind)
        put(record, 2, 10, number(len(out) + 1, 9))
        put(record, 11, 20, alpha(who['originatorId'], 10))
        put(record, 21, 24, number(asked['fileNumber'], 4))
        out.append(record)
        return record

    head = begin('A')
    put(head, 25, 30, ordinal_day(asked['createdOn']))
    put(head, 31, 35, number(who['dataCentre'], 5))
    put(head, 56, 58, who['currency'])
    record = None
    for at, debit in enumerate(debits):
        if at % 6 == 0:
            record = begin('D')
        base = 24 + 240 * (at % 6)

        def field(first, last, text):
            put(record, base + first, base + last, text)

        place = debit['place']
        field(1, 3, '431')
        field(4, 13, number(debit['cents'], 10))
        field(14, 19, ordinal_day(asked['dueOn']))
        field(20, 28, '0' + place['institution'] + place['transit'])
        field(29, 40, alpha(place['account'], 12))
        field(41, 62, number(who['dataCentre'], 9) + number(asked['fileNumber'], 4) + number(at + 1, 9))
        field(63, 65, '000')
        field(66, 80, alpha(who['shortName'], 15))
        field(81, 110, alpha(debit['payer'], 30))
        field(111, 140, alpha(who['longName'], 30))
        field(141, 150, alpha(who['originatorId'], 10))
        field(151, 169, alpha(debit['reference'], 19))
        field(170, 178, '0' + ret['institution'] + ret['transit'])
        field(179, 190, alpha(ret['account'], 12))
        field(230, 240, '0' * 11)
    tail = begin('Z')
    put(tail, 25, 38, number(sum(one['cents'] for one in debits), 14))
    put(tail, 39, 46, number(len(debits), 8))
    put(tail, 47, 112, '0' * 66)
    return ''.join(''.join(record) + '\r\n' for record in out)


def nacha(asked):
    who, debits = asked['originator'], asked['debits']
    stamp = datetime.datetime.fromisoformat(asked['createdAt'])
    due = datetime.date.fromisoformat(asked['dueOn']).strftime('%y%m%d')
    out = []

    def begin(kind):
        record = [' '] * 94
        put(record, 1, 1, kind)
        out.append(record)
        return record

    head = begin('1')
    put(head, 2, 3, '01')
    put(head, 5, 13, who['bankRouting'])
    put(head, 14, 23, alpha(who['companyId'], 10))
    put(head, 24, 29, stamp.strftime('%y%m%d'))
    put(head, 30, 33, stamp.strftime('%H%M'))
    put(head, 34, 34, asked['fileLetter'])
    put(head, 35, 40, '094101')
    put(head, 41, 63, alpha(who['bankName'], 23))
    put(head, 64, 86, alpha(who['companyName'], 23))
    batch = begin('5')
    put(batch, 2, 4, '225')
    put(batch, 5, 20, alpha(who['companyName'], 16))
    put(batch, 41, 50, alpha(who['companyId'], 10))
    put(batch, 51, 53, 'PPD')
    put(batch, 54, 63, alpha('PHONE BILL', 10))
    put(batch, 64, 69, due)
    put(batch, 70, 75, due)
    put(batch, 79, 79, '1')
    put(batch, 80, 87, who['bankRouting'][:8])
    put(batch, 88, 94, number(asked['batch'], 7))
    for at, debit in enumerate(debits):
        entry = begin('6')
        put(entry, 2, 3, {'checking': '27', 'savings': '37'}[debit['kind']])
        put(entry, 4, 12, debit['routing'])
        put(entry, 13, 29, alpha(debit['account'], 17))
        put(entry, 30, 39, number(debit['cents'], 10))
        put(entry, 40, 54, alpha(debit['reference'], 15))
        put(entry, 55, 76, alpha(debit['payer'], 22))
        put(entry, 79, 79, '0')
        put(entry, 80, 94, who['bankRouting'][:8] + number(at + 1, 7))
    entry_hash = number(sum(int(one['routing'][:8]) for one in debits) % 10 ** 10, 10)
    total = sum(one['cents'] for one in debits)
    tail = begin('8')
    put(tail, 2, 4, '225')
    put(tail, 5, 10, number(len(debits), 6))
    put(tail, 11, 20, entry_hash)
    put(tail, 21, 32, number(total, 12))
    put(tail, 33, 44, '0' * 12)
    put(tail, 45, 54, alpha(who['companyId'], 10))
    put(tail, 80, 87, who['bankRouting'][:8])
    put(tail, 88, 94, number(asked['batch'], 7))
    end = begin('9')
    put(end, 2, 7, number(1, 6))
    put(end, 8, 13, number(-(-len(out) // 10), 6))
    put(end, 14, 21, number(len(debits), 8))
    put(end, 22, 31, entry_hash)
    put(end, 32, 43, number(total, 12))
    put(end, 44, 55, '0' * 12)
    while len(out) % 10:
        out.append(list('9' * 94))
    return ''.join(''.join(record) + '\n' for record in out)


asked = json.load(sys.stdin)
sys.stdout.write({'cpa005': cpa005, 'nacha': nacha}[asked['format']](asked))
