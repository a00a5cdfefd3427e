"""datatrove's answers, rule by rule, on texts of a JSON list: each filter is built with one threshold on and the others off.
Run from the repository root, with datatrove and spacy installed:
  node scripts/run-ts.mjs bench/clean/print-texts.ts .cache/clean-texts.json
  python tests/oracles/clean.py .cache/clean-texts.json tests/golden/clean/generated.json
`npm run bench -- clean` runs it too where Python has datatrove. The file's form: bench/clean/verdicts.ts."""
import importlib.metadata as metadata
import json
import sys
import warnings
import zlib

warnings.simplefilter("ignore")
from loguru import logger

logger.remove()
from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4ParagraphFilter,
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)
from datatrove.pipeline.filters.base_filter import get_filter_result
from datatrove.pipeline.formatters import PIIFormatter

big = 1e12
quality = dict(min_doc_words=None, max_doc_words=None, min_avg_word_length=None, max_avg_word_length=None, max_symbol_word_ratio=None,
    max_bullet_lines_ratio=None, max_ellipsis_lines_ratio=None, max_non_alpha_words_ratio=None, min_stop_words=None)
repetition = dict(dup_line_frac=None, dup_para_frac=None, dup_line_char_frac=None, dup_para_char_frac=None, top_n_grams=(), dup_n_grams=())
c4 = dict(remove_citations=False, filter_no_terminal_punct=False, min_num_sentences=-1, min_words_per_line=-1, max_word_length=-1,
    filter_lorem_ipsum=False, filter_javascript=False, filter_curly_bracket=False, filter_policy=False)
fineweb = dict(line_punct_thr=-1, short_line_thr=big, char_duplicates_ratio=big, new_line_ratio=big)


class WithoutHashes(str):
    """The two symbol rules share a threshold and the first hides the second: this text shows no #."""
    def count(self, what, *rest):
        return 0 if what == "#" else super().count(what, *rest)


def only(kind, base, wrap=str, **on):
    made = kind(**{**base, **on})
    def answer(text):
        try:
            kept, reason = get_filter_result(made.filter(Document(text=wrap(text), id="0")))
        except ZeroDivisionError:  # a share of no words or lines: no rule of ours fails then
            return "0"
        if reason == "gopher_too_many_ellipsis" and wrap is str:
            return "0"
        return "0" if kept else "1"
    return answer


def checksum(text):
    return f"{zlib.crc32(text.encode()) & 0xFFFF:04x}"


def lines(**on):
    """What is left of the text, without its empty lines."""
    made = C4QualityFilter(**{**c4, **on})
    def answer(text):
        document = Document(text=text, id="0")
        made.filter(document)
        return checksum("\n".join(line for line in document.text.split("\n") if line.strip()).strip())
    return answer


def personal(name):
    """What is found; the replacements are of no interest."""
    formatter = PIIFormatter()
    replacer = formatter.emails_replacer if name == "email" else formatter.ip_replacer
    def answer(text):
        return checksum("\n".join(m.group(0) for m in replacer.regex.finditer(text) if not replacer.validator or replacer.validator(m.group(0))))
    return answer


rules = {
    "gopher-short": only(GopherQualityFilter, quality, min_doc_words=50),
    "gopher-long": only(GopherQualityFilter, quality, max_doc_words=100000),
    "gopher-word-length-low": only(GopherQualityFilter, quality, min_avg_word_length=3),
    "gopher-word-length-high": only(GopherQualityFilter, quality, max_avg_word_length=10),
    "gopher-hashes": only(GopherQualityFilter, quality, max_symbol_word_ratio=0.1),
    "gopher-ellipses": only(GopherQualityFilter, quality, wrap=WithoutHashes, max_symbol_word_ratio=0.1),
    "gopher-bullets": only(GopherQualityFilter, quality, max_bullet_lines_ratio=0.9),
    "gopher-ellipsis-lines": only(GopherQualityFilter, quality, max_ellipsis_lines_ratio=0.3),
    "gopher-alpha": only(GopherQualityFilter, quality, max_non_alpha_words_ratio=0.8),
    "gopher-stop-words": only(GopherQualityFilter, quality, min_stop_words=2),
    "gopher-paragraphs": only(GopherRepetitionFilter, repetition, dup_para_frac=0.3),
    "gopher-paragraph-characters": only(GopherRepetitionFilter, repetition, dup_para_char_frac=0.2),
    "gopher-lines": only(GopherRepetitionFilter, repetition, dup_line_frac=0.3),
    "gopher-line-characters": only(GopherRepetitionFilter, repetition, dup_line_char_frac=0.2),
    **{f"gopher-top-{n}": only(GopherRepetitionFilter, repetition, top_n_grams=((n, most),)) for n, most in ((2, 0.2), (3, 0.18), (4, 0.16))},
    **{f"gopher-repeated-{n}": only(GopherRepetitionFilter, repetition, dup_n_grams=((n, most),))
        for n, most in ((5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.1))},
    "c4-lorem": only(C4QualityFilter, c4, filter_lorem_ipsum=True),
    "c4-curly": only(C4QualityFilter, c4, filter_curly_bracket=True),
    # An empty line would count as a sentence; the rule of few words takes it out in datatrove's own order.
    "c4-sentences": only(C4QualityFilter, c4, min_num_sentences=5, min_words_per_line=1),
    "mc4-paragraphs": only(lambda: C4ParagraphFilter(), {}),
    "fineweb-punctuation": only(FineWebQualityFilter, fineweb, line_punct_thr=0.12),
    "fineweb-short-lines": only(FineWebQualityFilter, fineweb, short_line_thr=0.67),
    "fineweb-duplicates": only(FineWebQualityFilter, fineweb, char_duplicates_ratio=0.01),
    "fineweb-list": only(FineWebQualityFilter, fineweb, new_line_ratio=0.3),
    "c4-terminal": lines(filter_no_terminal_punct=True),
    "c4-few-words": lines(min_words_per_line=3),
    "c4-long-word": lines(max_word_length=1000),
    "c4-javascript": lines(filter_javascript=True),
    "c4-policy": lines(filter_policy=True),
    "c4-citations": lines(remove_citations=True),
    "email": personal("email"),
    "ip-address": personal("ip-address"),
}

texts = json.load(open(sys.argv[1], encoding="utf-8"))
total = 0
for text in texts:
    total = zlib.crc32(text.encode() + b"\0", total)
golden = {
    "versions": {"python": sys.version.split()[0], **{name: metadata.version(name) for name in ("datatrove", "spacy")}},
    "texts": f"{total:x}",
    "count": len(texts),
    "rules": {name: "" for name in rules},
}
for text in texts:
    for name, answer in rules.items():
        golden["rules"][name] += answer(text)
with open(sys.argv[2], "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
