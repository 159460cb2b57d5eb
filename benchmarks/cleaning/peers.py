"""Run other extractors over the pages; run this in a virtual environment that has them.

python peers.py PAGES OUT.json          trafilatura justext readability-lxml resiliparse boilerpy3
"""

import gzip
import html as escaping
import json
import logging
import sys
import time
from pathlib import Path

import justext
import trafilatura
from boilerpy3 import extractors
from lxml import html as lxml_html
from readability import Document
from resiliparse.extract.html2text import extract_plain_text

logging.disable(logging.CRITICAL)
STOP = justext.get_stoplist("English") | justext.get_stoplist("French")
ARTICLE = extractors.ArticleExtractor(raise_on_failure=False)

EXTRACTORS = {
    "trafilatura": trafilatura.extract,
    "trafilatura fast": lambda page: trafilatura.extract(page, fast=True),
    "trafilatura precision": lambda page: trafilatura.extract(page, favor_precision=True),
    "trafilatura recall": lambda page: trafilatura.extract(page, favor_recall=True),
    "resiliparse": lambda page: extract_plain_text(page, main_content=True),
    "boilerpy3": ARTICLE.get_content,
    "readability-lxml": lambda page: "\n".join(lxml_html.fromstring(Document(page).summary()).itertext()),
    "jusText": lambda page: "\n".join(
        p.text for p in justext.justext(page.encode(), STOP) if not p.is_boilerplate
    ),
}


def main():
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    with gzip.open(folder / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        ids = sorted(str(json.loads(line)["id"]) for line in lines)
    pages = [
        gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()).decode("utf-8", "replace")
        for name in ids
    ]
    # For text without tags, the extractors are given each line as a paragraph.
    lines_file = folder / "lines.json"
    found = {}
    for name, extract in EXTRACTORS.items():
        start = time.process_time()
        texts = []
        for page in pages:
            try:
                texts.append(extract(page) or "")
            except Exception:  # a page that breaks a peer counts as empty
                texts.append("")
        seconds = time.process_time() - start
        found[name] = {"pages_per_second": len(pages) / seconds, "texts": dict(zip(ids, texts, strict=True))}
        print(f"{name}: {len(pages) / seconds:.1f} pages/s", file=sys.stderr)
    if len(sys.argv) > 3:
        lines_file = Path(sys.argv[3])
        found["text"] = {}
        for name in ("trafilatura", "jusText", "trafilatura recall"):
            kept = {}
            for page, lines in json.loads(lines_file.read_text("utf-8")).items():
                body = "".join(f"<p>{escaping.escape(line)}</p>" for line in lines)
                try:
                    kept[page] = EXTRACTORS[name](f"<html><body>{body}</body></html>") or ""
                except Exception:
                    kept[page] = ""
            found["text"][name] = kept
    out.write_text(json.dumps(found), "utf-8")


if __name__ == "__main__":
    main()
