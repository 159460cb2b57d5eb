"""The furniture of web pages in English and French: words that are never a document's own content.

Each kind names the role of the blocks it marks. Patterns are anchored at the start of a block or
must be the whole of it, and have no nested repetition, so they run in linear time.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import whitespace

from mtag.patterns import late


def _start(*phrases: str) -> re.Pattern[str]:
    return late("|".join(phrases), re.IGNORECASE)


FURNITURE: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "comment_form",
        _start(
            r"leave a (?:reply|comment)\b",
            r"laisse[rz] un commentaire\b",
            r"your email address will not be published",
            r"votre adresse (?:e-?mail|de messagerie|courriel|électronique)\b.{0,40}\bpubliée",
            r"required fields are marked",
            r"les champs obligatoires\b",
            r"you (?:may|can) use these html tags",
            r"vous pouvez utiliser ces balises",
            r"(?:post|submit|add|write) (?:a |your )?comment\b",
            r"(?:publier|envoyer|ajouter|poster) (?:le |un |mon )?commentaire",
            r"save my name, e-?mail",
            r"enregistrer mon nom",
            r"cancel reply",
            r"annuler la réponse",
            r"notify me of",
            r"prévenez-moi",
            r"(?:\d+ )?(?:comments?|commentaires?|replies|réponses?) ?(?:\(\d+\))?$",
            r"(?:no|aucun) comment(?:aire)?s?(?: yet| so far| pour (?:le moment|l.instant))?\W{0,2}$",
            r"name \*$",
            r"nom \*$",
            r"e-?mail \*$",
            r"site web$",
            r"website$",
            r"comment(?:aire)? \*$",
            r"réagi(?:r|ssez)(?: (?:[àa] (?:cet|l.)|sur cet).{0,20})?\W{0,2}$",
            r"you must be logged in to",
            r"vous devez (?:être connecté|vous connecter)",
            r"be the first to comment",
        ),
    ),
    (
        "cookie",
        _start(
            r"(?:we|this (?:web)?site|our (?:web)?site) uses? cookies",
            r"(?:nous utilisons|ce site utilise|notre site utilise) des (?:cookies|témoins)",
            r"(?:accept|reject|refuse|allow|manage|tout accepter|tout refuser|accepter|refuser|gérer|paramétrer)\b.{0,30}\b(?:cookies?\b|témoins(?: de connexion)?$)",
            r"accept all$",
            r"reject all$",
            r"tout accepter$",
            r"tout refuser$",
            r"cookie (?:policy|settings|preferences|notice)",
            r"(?:politique|paramètres|gestion|préférences) (?:de |des )?(?:cookies|témoins)",
            r"personnaliser mes choix",
            r"by (?:continuing|using) .{0,40}\bcookies",
            r"en poursuivant (?:votre navigation|votre visite)",
        ),
    ),
    (
        "share",
        _start(
            r"share (?:this|on|via|by|with)\b.{0,40}$",
            r"share:?$",
            r"partage[rz]?(?:\W{0,3}$| (?:(?:cet(?:te)?|ce|la|l.) ?(?:article|page|actualité|contenu|publication|billet)|sur|par|via)\b.{0,30}$)",
            r"tweet(?:er)?$",
            r"(?:facebook|twitter|x|linkedin|whatsapp|telegram|instagram|youtube|e-?mail|pinterest|reddit|messenger|bluesky|mastodon|threads|rss)(?:[\s,|·•/-]+(?:facebook|twitter|x|linkedin|whatsapp|telegram|instagram|youtube|e-?mail|pinterest|reddit|messenger|bluesky|rss))*$",
            r"(?:print|imprimer)(?: (?:this page|cette page|l.article))?$",
            r"copy link",
            r"copier le lien",
            r"suivez-nous\b.{0,40}$",
            r"follow us\b.{0,40}$",
            r"(?:envoyer|recommander) (?:à un ami|par (?:e-?mail|courriel))",
            r"email this",
            r"(?:écouter|listen to) (?:l.|this |cet )?article",
        ),
    ),
    (
        "login",
        _start(
            r"(?:log|sign) ?(?:in|out|up)$",
            r"se connecter$",
            r"connexion$",
            r"s.inscrire$",
            r"mon compte$",
            r"my account$",
            r"mot de passe oublié",
            r"forgot(?:ten)? (?:your )?password",
            r"déjà abonné",
            r"already a subscriber",
            r"s.abonner\b.{0,40}$",
            r"subscribe\b.{0,60}$",
            r"register$",
            r"abonnez-vous\b",
            r"sign up (?:for|to)\b.{0,60}$",
            r"inscrivez-vous\b",
            r"(?:votre|your) (?:e-?mail|adresse e-?mail|email address)\b.{0,20}$",
            r"article réservé aux abonnés",
        ),
    ),
    (
        "related",
        _start(
            r"(?:read|see|lire|voir|à lire|à voir|also read|à écouter) (?:also|aussi|égalem?ent)\b",
            r"(?:read more|en savoir plus|also read|lire aussi) ?[:|] ?\S",
            r"(?:[àa] (?:lire|voir)|lire aussi)(?: aussi)? ?[.»>–—-] ?\S",
            r"lire (?:notre|nos|l.)(?: \w{1,12})? ?(?:article|enquête|dossier|entretien|reportage|analyse|interview)s?\b",
            r"related(?:\s?:.{1,80}$| (?:articles?|news|stor(?:y|ies)|contents?|posts?|pages?|links?|documents?|topics?|items?|readings?|resources?|information|publications?|coverage|videos?|materials?|searches|tags?|sites?|services?|products?|reports?|(?:press )?releases?|to)\b.{0,25})?\W{0,3}$",
            r"more information$",
            r"you (?:may|might) also (?:like|be interested)",
            r"(?:articles?|contenus?|documents?|pages?|sujets?) (?:liée?s|similaires|connexes|associée?s|récents)\W{0,3}$",
            r"(?:sur le même (?:sujet|thème)|dans la même (?:rubrique|catégorie))",
            r"(?:most|les plus) (?:read|viewed|popular|lus?|partagés|consultés)",
            r"(?:latest|recent|other|more|top|dernières?|autres|plus d.) (?:news|posts|stories|articles|headlines|actualités|infos|publications|releases)\b.{0,30}$",
            r"(?:read|lire|en savoir|voir|learn|find out|show|view) (?:more|plus|la suite|all|tout)\b.{0,30}$",
            r"continue reading",
            r"the post .{1,200} (?:appeared first|first appeared) on\b",
            r"(?:similar|recommended|recommandée?s?|suggested|sponsored)(?: (?:articles?|stor(?:y|ies)|posts?|contents?|readings?|for|videos?|links?|news|pages?|products?|by|pour)\b.{0,25})?\W{0,3}$",
            r"nos (?:autres )?(?:articles|actualités)\b",
            r"what to read next",
            r"à lire sur\b",
            r"more from\b.{0,40}$",
            r"more on this story",
            r"recommended for you",
            r"don.t miss$",
            r"à ne pas manquer",
        ),
    ),
    (
        "footer",
        _start(
            r"(?:©|\(c\)|copyright\b(?! (?:and|law|infring|theft|claim)))",
            r"tous droits réservés",
            r"all rights reserved",
            r"mentions légales",
            r"legal notice",
            r"terms (?:of (?:use|service|sale)|(?:and|&) conditions)(?:$|\s?[^\w\s]| (?:and|of|for|apply)\b)",
            r"privacy(?:\W{0,3}$| (?:policy|notice|statement|settings|cent(?:er|re)|preferences|rights?|hub|information|and|&)\b.{0,25}$)",
            r"politique de confidentialité",
            r"données personnelles$",
            r"conditions (?:générales(?:\W{0,3}$| (?:d.(?:utilisation|abonnement|accès)|de (?:vente|service)))|d.utilisation)",
            r"plan du site$",
            r"site ?map$",
            r"accessibilit(?:y|é)(?:\W{0,3}$|\s?:.{1,30}$| (?:statement|links?|help|tools?|options?|menu|features?|numérique|du site|non conforme|partiellement|totalement)\b.{0,30}$)",
            r"contact(?:ez-nous| us)?$",
            r"nous contacter$",
            r"powered by",
            r"propulsé par",
            r"crédits$",
            r"haut de (?:la )?page",
            r"(?:back|return) to top",
            r"retour en haut",
            r"marchés publics$",
            r"newsletter$",
        ),
    ),
    (
        "menu",
        _start(
            r"(?:skip|jump) to (?:the )?(?:main )?(?:content|navigation|search)",
            r"(?:aller|passer|accéder) (?:au|à la) (?:contenu|navigation|menu|recherche)",
            r"(?:main )?menu$",
            r"menu principal$",
            r"navigation$",
            r"(?:home|accueil|homepage|page d.accueil)(?:\s*[>›/»|].{0,120})?$",
            r"(?:search|recherche[rz]?)(?:\W{0,4}$| (?:this|the|our|site|results?|here|form|by|sur|dans|avancée|un|une|par|le|ici|rapide|in|for\W{0,4}$)(?:\b.{0,15}$|$))",
            r"(?:previous|next|précédent|suivant|page suivante|page précédente|older|newer)(?: (?:post|article|page|story))?s?$",
            r"(?:english|français|en|fr|deutsch|nederlands|español|العربية)(?:\s*[|/·-]?\s*(?:english|français|en|fr|deutsch|nederlands|español))*$",
            r"page \d+ (?:of|sur|de) \d+$",
            r"\d+(?:\s*\|\s*\d+){2,}",
            r"fermer$",
            r"close$",
            r"ouvrir le menu",
            r"(?:toggle|open|close) (?:navigation|menu|search)",
            r"vous êtes ici",
            r"you are here",
        ),
    ),
    (
        "chrome",
        _start(
            r"la suite après (?:cette|la) (?:publicité|pub)",
            r"(?:article|story) continues (?:below|after)",
            r"(?:media|press) (?:contact|relations|desk|office)\b.{0,60}$",
            r"contacts? (?:presse|médias?)\b.{0,60}$",
            r"[\w.+-]{1,64}@[\w.-]{3,80}$",
            r"(?:(?:tél|tel|phone|téléphone)\.? ?:? ?)?(?!\d{1,2}[./-]\d{1,2}[./-]\d{4}$|\d{4} ?[./-] ?\d{1,4}(?:[./-]\d{1,2})?$)[+\d][\d\s().-]{7,24}$",
            r"size:? ?px$",
            r"start display at page",
            r"download\b.{0,12}[\"“«]",
            r"download(?: (?:pdf|this|the|as))?\b.{0,30}$",
            r"télécharger\b.{0,50}$",
            r"transcription$",
            r"(?:advertisement|advertising|publicité|annonce|sponsored)$",
            r"(?:make a |faire un |faites un |je fais un )?(?:donate|donation|don)(?: now| maintenant)?$",
            r"donate\b.{0,30}$",
            r"je (?:donne|soutiens)\b",
            r"javascript (?:is|est)",
            r"loading(?:\W{0,4}$| (?:comments?|more|contents?|the|page|please)\b)",
            r"chargement(?:\W{0,4}$| (?:en cours|des commentaires|de la page))",
            r"tags?\s*:",
            r"mots[- ]clés\s*:",
            r"étiquettes?\s*:?$",
            r"posted (?:in|on|by)\b.{0,60}$",
            r"filed under",
            r"publié dans\b(?! une? )",
            r"classé dans\b",
            r"(?:upload|embed|view)\b.{0,20}$",
            r"(?:views|vues?)\W{0,4}(?:\d.{0,15})?$",
            r"\d+ (?:views?|vues?|shares?|partages?|likes?)$",
            r"(?:reading time|temps de lecture|min read)\b",
            r"lecture\s?(?:$|[:\d])",
            r"\d+ min(?:utes?)?(?: read| de lecture)?$",
            r"last (?:modified|updated)\b(?=.{0,40}\d|\W{0,3}$)",
            r"(?:mis à jour|dernière (?:mise à jour|modification))\b",
            r"(?:image|photo|picture|crédit photo|photo credit)\s*[:©]",
            r"figure \d+$",
        ),
    ),
)
"""Roles and the patterns of blocks that have them, tried in order, at the start of a block."""

HINT_WORDS: dict[str, frozenset[str]] = {
    "comment_form": frozenset(["comment", "comments", "commentaire", "commentaires", "respond", "disqus"]),
    "cookie": frozenset("cookie cookies consent gdpr rgpd tarteaucitron axeptio onetrust didomi".split()),
    "share": frozenset("share sharing partage partager social socials addtoany sharedaddy".split()),
    "related": frozenset(
        (
            "related recommended similar similaires lire teaser teasers promo recirc readmore suggestion"
            " suggestions popular trending latest"
        ).split()
    ),
    "login": frozenset(
        "login signin signup subscribe newsletter subscription abonnement paywall register".split()
    ),
    "footer": frozenset(["footer", "colophon", "copyright", "legal", "pied"]),
    "menu": frozenset(
        (
            "nav navbar navigation menu menus breadcrumb breadcrumbs fil ariane topbar toolbar pagination"
            " pager skip sitemap megamenu submenu navigationbar"
        ).split()
    ),
    "chrome": frozenset(
        (
            "sidebar aside widget widgets banner advert advertisement ads sponsor modal popup tooltip donate"
            " donation tags taglist archives archive caption"
        ).split()
    ),
}
"""Words of id, class and role attributes that show what an element is for."""

ALL_HINT_WORDS = frozenset().union(*HINT_WORDS.values())
"""Those of all roles."""

METADATA_LABEL = late(
    r"[-–•*·\s]{0,4}(?P<label>date|date de publication|published(?: on)?|publié(?: le)?|released?|place|location|lieu|source"
    r"|fields? of work|domaines? (?:d.activité|d.action|de travail)|topics?|themes?|thèmes?|thématiques?|subjects?|sujets?|rubriques?"
    r"|authors?|auteure?s?|by|par|byline|headline|section|length(?=\s?:\s?\d{1,5} (?:words|mots))|publication-type|référence|reference|ref|reporter|journaliste|ministère interrogé|ministère attributaire|question n[°o]"
    r"|keywords|category|categories|catégories?|country|countries|pays|language|langue|type|contact presse|embargo)"
    r"\s?:\s*(?P<value>.*)$",
    re.IGNORECASE | re.DOTALL,
)
"""A label of a declared field, and its value where it stands on the same line."""

_LABELS_BEGIN = frozenset(
    (
        "dat pub rel pla loc lie sou fie dom top the sub suj rub aut by par hea sec len ref rep jou min que"
        " key cat cou pay lan typ con emb"
    ).split()
)
"""How such labels begin that have no accents there."""

_BEFORE_LABEL = "-–•*·" + whitespace + "\x1c\x1d\x1e\x1f"


def declared_field(line: str) -> re.Match[str] | None:
    """Return the label of a declared field and its value (`METADATA_LABEL`), or `None`."""
    head = line.lstrip(_BEFORE_LABEL)[:3].lower()
    if head.isascii() and head not in _LABELS_BEGIN and head[:2] not in _LABELS_BEGIN:
        return None
    return METADATA_LABEL.match(line)


_OPENINGS = frozenset(
    (
        "(c) + x © à abo acc add adv ajo all alr als ann art auc aut bac be blu by can ce cha cla clo com con"
        " coo cop cré dan der deu doc don dow déj e-m ema emb en esp fac fai fer fig fil fin fol for fr ges"
        " gér hau hom ima imp ins jav je jum la lai las lat lea lec leg les lin lir lis loa log mai mak man"
        " mar mas med men mes min mis mon mor mos mot my nam nav ned new nex no nom nos not nou old ope oth"
        " our ouv pag par pas per pho pic pin pla plu pol pos pow pre pri pro pré pub rea rec red ref reg rej"
        " rel rep req ret rss réa rép s sav se sea see sha sho sig sim sit siz ski spo sta sto sub sug sui"
        " suj sur tag tel tem ter thi thr tog top tou tra twe twi tél upl vie voi vot vou vue we web wha wri"
        " you éco éti الع"
    ).split()
)
"""How furniture may begin that is no number and no mail address."""

_ANY = late("|".join(pattern.pattern for _, pattern in FURNITURE))
_ODD = re.compile("[İıſ]")
"""Letters that a pattern takes for another one when it ignores case, though their small letter is not that."""


@lru_cache(maxsize=4096)  # the pages of a site say the same again and again
def furniture_role(line: str) -> str | None:
    """Return the role of a block that is furniture by its words, or `None`."""
    small = line.lower()
    if not (_may_open(small) and _ANY.match(small)) and (line.isascii() or _ODD.search(line) is None):
        return None  # as for most lines
    for role, pattern in FURNITURE:
        if pattern.match(line):
            return role
    return None


def _may_open(small: str) -> bool:
    """Whether one of the patterns may match a line in small letters."""
    first = small[:1]
    return (
        small[:3] in _OPENINGS
        or first in _OPENINGS
        or small[:2] in _OPENINGS
        or first.isdecimal()
        or "@" in small
    )
