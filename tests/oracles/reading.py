"""
Makes tests/golden/reading.json: small binary files of our own text, written by the formats' usual libraries, with
the documents that reading them should give. Run with Python 3 and pyarrow, zstandard, python-docx, odfpy, reportlab:
  python tests/oracles/reading.py
"""
import base64
import io
import json
import tarfile
import zipfile
from importlib.metadata import version
from pathlib import Path

import docx
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from odf import text as odf_text
from odf.opendocument import OpenDocumentText
from reportlab.lib.pagesizes import A5
from reportlab.pdfgen import canvas

LINES = [
    "The keeper mended the lamp at the pier before dawn.",
    "A young pilot counted two barrels under the bridge — “all full”, he wrote.",
    "Grüße an die Nachtwache: the bell rang twice in heavy rain.",
]
files = {}


def put(name, data, documents, **more):
    files[name] = {"base64": base64.b64encode(data).decode(), "documents": documents, **more}


def parquet(table, **options):
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


# Parquet: every codec that writers use, both page versions, dictionaries, several row groups, nested and null values.
plain = pa.table({"id": list(range(3)), "text": LINES})
for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    put(f"{codec}.parquet", parquet(plain, compression=codec), LINES, field="text")
many = [f"{LINES[i % 3]} ({i})" for i in range(300)]
put(
    "groups.parquet",
    parquet(pa.table({"text": many}), row_group_size=100, data_page_size=1024, data_page_version="2.0", use_dictionary=False),
    many,
    field="text",
)
put(
    "dictionary.parquet",
    parquet(pa.table({"label": ["a", "b"] * 20, "text": LINES[:2] * 20}), compression="zstd"),
    LINES[:2] * 20,
    field="text",
)
nested = pa.table(
    {
        "meta": [{"title": "One", "body": LINES[0]}, {"title": "Two", "body": LINES[1]}],
        "parts": [[LINES[2], LINES[0]], []],
        "gone": pa.array([None, LINES[0]], pa.string()),
    }
)
put("struct.parquet", parquet(nested), [LINES[0], LINES[1]], field="meta.body")
put("list.parquet", parquet(nested), [LINES[2], LINES[0]], field="parts")
put("null.parquet", parquet(nested), [LINES[0]], field="gone")

# Zstandard: with and without the size in its header, two frames, and a window that asks for too much.
text = ("\n\n".join(LINES)).encode()
put("known.txt.zst", zstandard.ZstdCompressor(write_checksum=True).compress(text), LINES)
stream = zstandard.ZstdCompressor(level=19).compressobj()
put("stream.txt.zst", stream.compress(text) + stream.flush(), LINES)
frames = [zstandard.ZstdCompressor().compress(part) for part in [text + b"\n\n", LINES[0].encode()]]
put("frames.txt.zst", b"".join(frames), [*LINES, LINES[0]])
wide = zstandard.ZstdCompressor(
    compression_params=zstandard.ZstdCompressionParameters(window_log=31, enable_ldm=True)
).compressobj()
put("window.txt.zst", wide.compress(text) + wide.flush(), [], code="data/zstd-window")
out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
    for i, line in enumerate(LINES):
        info = tarfile.TarInfo(f"{'long/' * 40}ü{i}.txt")
        info.size = len(line.encode())
        tar.addfile(info, io.BytesIO(line.encode()))
put("pax.tar.zst", zstandard.ZstdCompressor().compress(out.getvalue()), LINES)
out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.GNU_FORMAT) as tar:
    for i, line in enumerate(LINES):
        info = tarfile.TarInfo(f"{'long/' * 40}{i}.txt")
        info.size = len(line.encode())
        tar.addfile(info, io.BytesIO(line.encode()))
put("gnu.tar.gz", out.getvalue(), LINES)
out = io.BytesIO()
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
    for i, line in enumerate(LINES):
        with archive.open(f"texts/ü{i}.txt", "w", force_zip64=True) as member:
            member.write(line.encode())
put("wide.zip", out.getvalue(), LINES)

# Word
document = docx.Document()
document.add_heading("The log", 1)
document.add_paragraph(LINES[0])
row = document.add_table(1, 2).rows[0]
row.cells[0].text, row.cells[1].text = "Left", "Right"
paragraph = document.add_paragraph("The bell")
paragraph.add_run(" rang").bold = True
paragraph.add_run(" twice.")
document.sections[0].header.paragraphs[0].text = "Not part of the text"
out = io.BytesIO()
document.save(out)
put("log.docx", out.getvalue(), ["\n".join(["The log", LINES[0], "Left", "Right", "The bell rang twice."])])

# OpenDocument
odt = OpenDocumentText()
odt.text.addElement(odf_text.H(outlinelevel=1, text="The log"))
paragraph = odf_text.P(text="Two")
paragraph.addElement(odf_text.S(c=3))
paragraph.addText("barrels")
paragraph.addElement(odf_text.LineBreak())
paragraph.addText("of oil.")
odt.text.addElement(paragraph)
odt.text.addElement(odf_text.P(text=LINES[2]))
out = io.BytesIO()
odt.write(out)
put("log.odt", out.getvalue(), ["\n".join(["The log", "Two   barrels of oil.", LINES[2]])])

# PDF: five pages with a running head and a page number, a word broken at a line's end, a paragraph over two pages.
out = io.BytesIO()
pdf = canvas.Canvas(out, pagesize=A5, invariant=1)
pages = [
    ["The keeper mended the lamp at the pier be-", "fore dawn. It was a well-known lamp.", "", "Then the night crew counted the well-"],
    ["known nets and the ropes.", "", "A young pilot washed the small boat."],
    ["On the third day it rained."],
    ["The bell rang twice."],
    ["That was all."],
]
for number, lines in enumerate(pages, 1):
    pdf.setFont("Helvetica", 9)
    pdf.drawString(60, 560, "Log of the Lake Station" if number % 2 else "Volume Three")
    pdf.drawString(200, 30, str(number))
    pdf.setFont("Helvetica", 11)
    y = 500
    for line in lines:
        pdf.drawString(60, y, line)
        y -= 14
    pdf.showPage()
pdf.save()
put(
    "pages.pdf",
    out.getvalue(),
    [
        "\n".join(
            [
                "The keeper mended the lamp at the pier before dawn. It was a well-known lamp.",
                "Then the night crew counted the well-known nets and the ropes.",
                "A young pilot washed the small boat.",
                "On the third day it rained.",
                "The bell rang twice.",
                "That was all.",
            ]
        )
    ],
)
out = io.BytesIO()
pdf = canvas.Canvas(out, pagesize=A5, invariant=1)
pdf.rect(50, 50, 100, 100, fill=1)
pdf.showPage()
pdf.save()
put("scan.pdf", out.getvalue(), [], code="data/no-text-layer")
out = io.BytesIO()
pdf = canvas.Canvas(out, pagesize=A5, invariant=1, encrypt="secret")
pdf.drawString(60, 500, "Locked")
pdf.save()
put("locked.pdf", out.getvalue(), [], code="data/encrypted-file")

names = ["pyarrow", "zstandard", "python-docx", "odfpy", "reportlab"]
golden = {"versions": {name: version(name) for name in names}, "files": files}
path = Path(__file__).parents[1] / "golden" / "reading.json"
path.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")
print(path, path.stat().st_size)
