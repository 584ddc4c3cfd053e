"""Search that finds «Көкшетау» by «кокшетау» and «ещё» by «еще», alike on both databases."""

import unicodedata
from functools import reduce
from operator import or_

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


def containing(words: str, path: str = "search_text") -> Q:
    """Rows whose folded text at `path` holds every one of `words`, in any order: the short ones where a word begins,
    the others anywhere."""
    found = Q()
    for word in dict.fromkeys(fold(words).split()):
        if len(word) <= SHORT and word[0].isalnum():
            begun = (Q(**{f"{path}__contains": f"{before}{word}"}) for before in BEFORE)
            found &= reduce(or_, begun, Q(**{f"{path}__startswith": word}))
        else:
            found &= Q(**{f"{path}__contains": word})
    return found
