"""Search that finds «Көкшетау» by «кокшетау» and «ещё» by «еще», alike on both databases."""

import unicodedata
from functools import reduce
from operator import and_, or_

from django.db.models import Q

LONGEST = 200  # characters of a search; no database takes any number of words
SHORT = 2  # characters of a word: inside others it is nearly everywhere, and no index finds it there
BEFORE = (" ", "«", '"', "(", "№", "-", "/")  # what stands before the first letter of a word

# Kazakh letters to the Russian ones people type in their place, and ё to е.
_FOLDED = str.maketrans("ёәғқңөұүһі", "еагкноуухи")


def fold(text: str) -> str:
    """Lower case, ё→е, Kazakh letters to their Russian look-alikes, blanks single."""
    text = unicodedata.normalize("NFC", text).casefold().translate(_FOLDED)
    return " ".join(text.split())


def holding(word: str, path: str = "search_text") -> Q:
    """Rows whose folded text at `path` holds the folded `word`: a short one where a word begins, another anywhere."""
    if len(word) > SHORT or not word[0].isalnum():
        return Q(**{f"{path}__contains": word})
    begun = (Q(**{f"{path}__contains": f"{before}{word}"}) for before in BEFORE)
    return reduce(or_, begun, Q(**{f"{path}__startswith": word}))


def containing(words: str, path: str = "search_text") -> Q:
    """Rows whose folded text at `path` holds every one of `words`, in any order."""
    return reduce(and_, (holding(word, path) for word in dict.fromkeys(fold(words).split())), Q())
