"""Reads off Hugging Face's tokenizers, character by character, what each code point is to it.

Writes src/data/tokenize/encoder/unicode-tables.ts: facts of the Unicode Character Database in the versions that the
library was built with. Run from the repository root: python tests/oracles/encoder_tables.py  (half a minute)
"""
import pathlib
import unicodedata

import tokenizers
from tokenizers import normalizers, pre_tokenizers

LETTER, NUMBER, WHITE, REMOVED, PUNCTUATION, ACCENT, MARK, REORDERS = (1 << i for i in range(8))
NOTHING = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
bert_words = pre_tokenizers.BertPreTokenizer()
clean = normalizers.BertNormalizer(**(NOTHING | {"clean_text": True}))
strip = normalizers.BertNormalizer(**(NOTHING | {"strip_accents": True}))
marks = normalizers.StripAccents()
forms = {name: getattr(normalizers, name)() for name in ("NFD", "NFKD")}
CODES = [code for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]


def pieces(splitter, text: str) -> int:
    return len(splitter.pre_tokenize_str(text))


def flags(sign: str) -> int:
    found = 0
    if pieces(byte_level, "a" + sign) == 1:
        found |= LETTER
    elif pieces(byte_level, "1" + sign) == 1:
        found |= NUMBER
    words = pieces(bert_words, f"a{sign}a")
    if words == 2:
        found |= WHITE
    if words == 3:
        found |= PUNCTUATION
    if clean.normalize_str(f"a{sign}a") == "aa":
        found |= REMOVED
    if strip.normalize_str(sign) == "":
        found |= ACCENT
    elif unicodedata.combining(sign):
        found |= REORDERS
    if marks.normalize_str(sign) == "":
        found |= MARK
    return found


def ranges(codes: list[int]) -> str:
    parts: list[list[int]] = []
    for code in codes:
        if parts and parts[-1][1] == code - 1:
            parts[-1][1] = code
        else:
            parts.append([code, code])
    return " ".join(f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in parts)


def base36(number: int) -> str:
    digits = ""
    while True:
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36] + digits
        number //= 36
        if number == 0:
            return digits


table = [0] * 0x110000
for code in CODES:
    table[code] = flags(chr(code))
for code in range(0xD800, 0xE000):
    table[code] = REMOVED
kinds: list[int] = []
runs, start = "", 0
for code in range(1, 0x110001):
    if code < 0x110000 and table[code] == table[start]:
        continue
    if table[start] not in kinds:
        kinds.append(table[start])
    runs += base36(code - start) + chr(65 + kinds.index(table[start]))
    start = code

# What the form of this Python's (newer) tables changes, and the library leaves alone.
older = {
    name: [c for c in CODES if unicodedata.normalize(name, chr(c)) != chr(c) == form.normalize_str(chr(c))]
    for name, form in forms.items()
}
canonical = older["NFD"]
compatible = [code for code in older["NFKD"] if code not in canonical]
LATER = [0x105C9, 0x105E4, 0x11383, 0x11385, 0x1138E, 0x11391, 0x113C5, 0x113C7, 0x113C8, *range(0x16121, 0x16129)]
LATER += [0x16D68, 0x16D69, 0x16D6A]  # Unicode 15 to 17: not yet in every Python
canonical = sorted(set(canonical) | set(LATER))
compatible = sorted(set(compatible) | {0xA7F1} | set(range(0x1CCD6, 0x1CCFA)) | set(range(0x1E030, 0x1E06E)))

target = pathlib.Path("src/data/tokenize/encoder/unicode-tables.ts")
target.write_text(
    f"""/**
 * Made by tests/oracles/encoder_tables.py from tokenizers {tokenizers.__version__}; not edited by hand. Facts of the Unicode
 * Character Database (Unicode License v3). What the flags mean is in unicode.ts.
 */
/* prettier-ignore */
export const flagRuns = {{
  kinds: {kinds},
  /** Length of each run of code points (base 36) and its kind (a letter: place in `kinds`), from U+0000 on. */
  runs: "{runs}",
}};
/** Code points with a canonical decomposition that the library does not know. */
export const leftComposed =
  "{ranges(canonical)}";
/** The same for compatibility decompositions. */
export const leftCompatible =
  "{ranges(compatible)}";
""",
    encoding="utf-8",
)
