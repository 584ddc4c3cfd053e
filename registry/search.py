"""Search that finds «Көкшетау» by «кокшетау» and «ещё» by «еще», alike on both databases."""

import unicodedata

# Kazakh letters to the Russian ones people type in their place, and ё to е.
_FOLDED = str.maketrans("ёәғқңөұүһі", "еагкноуухи")


def fold(text: str) -> str:
    """Lower case, ё→е, Kazakh letters to their Russian look-alikes, blanks single."""
    text = unicodedata.normalize("NFC", text).casefold().translate(_FOLDED)
    return " ".join(text.split())
