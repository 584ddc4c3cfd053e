"""The words a term is made of, in Russian, Kazakh and English, read into lexemes for the grammar in `terms.py`.

A lexeme is a word class ("DAY", "UNTIL") or a value: "N:14" a number, "MON:7" a month, "DATE:2026-07-01" a date.
Words are matched folded (`registry.search.fold`): lower case, ё as е, Kazakh letters as their Russian look-alikes.
"""

import re

from registry.search import fold

_NUMBER_STEMS = {
    # Russian, by the part all cases and ordinals share
    "одн": 1, "один": 1, "перв": 1, "дв": 2, "втор": 2, "тре": 3, "три": 3, "трет": 3, "четыр": 4, "четверт": 4,
    "пят": 5, "шест": 6, "сем": 7, "седьм": 7, "восем": 8, "восьм": 8, "девят": 9, "десят": 10, "одиннадцат": 11,
    "двенадцат": 12, "тринадцат": 13, "четырнадцат": 14, "пятнадцат": 15, "шестнадцат": 16, "семнадцат": 17,
    "восемнадцат": 18, "девятнадцат": 19, "двадцат": 20, "тридцат": 30, "сорок": 40, "пятьдесят": 50,
    "пятидесят": 50, "шестьдесят": 60, "шестидесят": 60, "девяност": 90, "сто": 100, "ста": 100,
    # Kazakh
    "бир": 1, "еки": 2, "уш": 3, "торт": 4, "бес": 5, "алты": 6, "жети": 7, "сегиз": 8, "тогыз": 9, "он": 10,
    "жиырма": 20, "отыз": 30, "кырык": 40, "елу": 50, "алпыс": 60, "токсан": 90, "жуз": 100,
    # English
    "one": 1, "first": 1, "two": 2, "second": 2, "three": 3, "third": 3, "four": 4, "fourth": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
_NUMBER_ENDINGS = (
    r"(?:а|е|и|о|у|ы|ь|ю|м|х|мя|ми|ти|ех|ем|емя|ух|ум|умя|ая|ое|ой|ом|ого|ому|ую|ые|ый|ым|ых"
    r"|ье|ьи|ий|ья|ью|ьей|ьем|ьих|ьего|ьему|инши|ынши|нши|ншы)?"
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}

_MONTHS = (
    r"январ\w{1,3}|кантар\w{0,6}|january|jan", r"феврал\w{1,3}|акпан\w{0,6}|february|feb",
    r"март\w{0,3}|наурыз\w{0,6}|march|mar", r"апрел\w{1,3}|сауир\w{0,6}|april|apr", r"ма[йяюе]|маем|мамыр\w{0,6}|may",
    r"июн\w{1,3}|маусым\w{0,6}|june|jun", r"июл\w{1,3}|шилде\w{0,6}|july|jul", r"август\w{0,3}|тамыз\w{0,6}|august|aug",
    r"сентябр\w{1,3}|кыркуйек\w{0,6}|september|sept?", r"октябр\w{1,3}|казан\w{0,6}|october|oct",
    r"ноябр\w{1,3}|караша\w{0,6}|november|nov", r"декабр\w{1,3}|желтоксан\w{0,6}|december|dec",
)  # fmt: skip

_WORDS = {
    "WORKING": r"рабоч\w*|раб|жумыс|working|business",
    "CALENDAR": r"календарн\w*|кал|кунтизбелик|calendar",
    "DAY": r"день|дня|дней|дни|дню|дн|дневн\w+|сутки|суток|суточн\w+|кун|куни|кундик|days?",
    "WEEK": r"недел\w{1,3}|недельн\w+|нед|апта|апталык|аптанын|аптадан|weeks?",
    "MONTH": r"месяц\w{0,3}|месячн\w+|мес|ай|айлык|айдын|айдан|months?",
    "QUARTER": r"квартал\w{0,3}|квартальн\w+|кв|токсан(?:нын|нан|да|ында|дык|га)?|quarters?",
    "HALF": r"полугоди\w{1,2}|жартыжылды\w{0,6}",
    "YEAR": r"год\w{0,3}|годичн\w+|г|лет|летн\w+|жыл|жылгы|жылдын|жылы|жылдык|years?",
    "TERM": r"срок\w{0,3}|мерзим\w{0,6}|period",
    "WITHIN": r"течени[еи]|за|ишинде|within",
    "IN": r"в|во|на|in|during|over",
    "UNTIL": r"до|к|ко|по|дейин|by|before|until|till",
    "NOT": r"не|not",
    "LATER": r"поздн\w+|позже|later|кешиктирмей",
    "SELDOMER": r"реже",
    "THAN": r"than",
    "END": r"кон\w{1,3}|сонына|сонында|аягына|end",
    "THIS": r"текущ\w+|настоящ\w+|сего|эт(?:ого|ом|ой|от)|осы|агымдагы|this|current",
    "NEXT": r"следующ\w+|келеси|кейинги|next|following",
    "REPORTED": r"отчетн\w+|есепти|reporting",
    "EVERY": r"кажд\w+|сайын|ар|every|each",
    "ONCE": r"раза?|once",
    "MONTHLY": r"ежемесячн\w+|monthly",
    "QUARTERLY": r"ежеквартальн\w+|quarterly",
    "HALFYEARLY": r"полугодов\w+",
    "YEARLY": r"ежегодн\w+|yearly|annually",
    "WEEKLY": r"еженедельн\w+|weekly",
    "DAYNUM": r"числ\w{1,2}|кунине",
    "PERMANENT": r"постоянн\w+|туракты|permanent|permanently|ongoing|continuously",
    "BASIS": r"основ\w{1,2}|негизде|basis",
    "URGENT": r"незамедлительн\w+|немедленн\w+|срочн\w+|оперативн\w+|безотлагательн\w+"
    r"|дереу|шугыл|жедел|immediately|urgently|promptly",
    "SHORTEST": r"кратчайш\w+|короткий|short\w*|кыска|soon|possible|asap",
    "FILLER": r"of|the|as|an?|on|and|included|inclusive|включительно|коса|алганда",
}  # fmt: skip

_LEXICON = [(re.compile(pattern), lexeme) for lexeme, pattern in _WORDS.items()] + [
    (re.compile(pattern), f"MON:{number}") for number, pattern in enumerate(_MONTHS, start=1)
]
_STEMS = "|".join(sorted(_NUMBER_STEMS, key=len, reverse=True))
_NUMBER = re.compile(f"({_STEMS}){_NUMBER_ENDINGS}")
_COMPOUND = re.compile(rf"((?:{_STEMS}){_NUMBER_ENDINGS})((?:дневн|суточн|недельн|месячн|квартальн|годичн|летн)\w+)")
_TOKEN = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4}|q[1-4]|\d+|\w+")
_SPELLINGS = (  # written otherwise than the words above
    (re.compile(r"\b[тс]\.\s*г\b\.?"), " текущего года "),
    (re.compile(r"\bтекущ\.\s*"), "текущего "),
    (re.compile(r"(\d+)\s*-\s*(?:го|му|й|я|е|ой|ый|ое|ти|х|ми|ех|шы|ши|инши|ынши)\b"), r"\1"),
    (re.compile(r"\b([iv]+)\s*-\s*(?:го|й|м|ом|ший|ши)\b"), r"\1"),
    (re.compile(r"(\d+)(?:st|nd|rd|th)\b"), r"\1"),
)


def lexemes(wording: str) -> tuple[list[str], list[str]]:
    """The lexemes of `wording` in order, and the words that are in no list (as folded)."""
    text = fold(wording)
    for pattern, replacement in _SPELLINGS:
        text = pattern.sub(replacement, text)
    found: list[str] = []
    unknown: list[str] = []
    for token in _TOKEN.findall(_COMPOUND.sub(r"\1 \2", text)):
        lexeme = _lexeme(token)
        if lexeme is None:
            unknown.append(token)
        elif lexeme.startswith("WORD:") and found and _completes(found[-1], lexeme):
            found[-1] = f"WORD:{_value(found[-1]) + _value(lexeme)}"
        elif lexeme != "FILLER":
            found.append(lexeme)
    return [lexeme.replace("WORD:", "N:") for lexeme in found], unknown


def _lexeme(token: str) -> str | None:
    if "-" in token:
        return f"DATE:{token}"
    if "." in token:
        day, month, year = token.split(".")
        return f"DATE:{year}-{int(month):02}-{int(day):02}"
    if token.isdecimal():
        return f"N:{int(token)}"
    if token in _ROMAN:
        return f"N:{_ROMAN[token]}"
    if token[0] == "q" and token[1:].isdecimal():
        return f"N:{token[1]} QUARTER"
    for pattern, lexeme in _LEXICON:
        if pattern.fullmatch(token):
            return lexeme
    number = _NUMBER.fullmatch(token)
    return f"WORD:{_NUMBER_STEMS[number[1]]}" if number else None


def _value(lexeme: str) -> int:
    return int(lexeme.partition(":")[2])


def _completes(tens: str, units: str) -> bool:
    """«двадцати пяти» is one number of two words."""
    return tens.startswith("WORD:") and _value(tens) % 10 == 0 and _value(units) < 10
