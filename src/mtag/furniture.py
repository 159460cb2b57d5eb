"""The words of page furniture in English and French: what menus, forms and notices say on any site.

Each kind holds short phrases of folded words (lower case, no accents, punctuation left out). They
are evidence for a classifier, not rules: a phrase counts by how much of its block it fills.
"""

from __future__ import annotations

from functools import lru_cache

_PHRASES: dict[str, str] = {
    "comment_form": """
leave a reply;leave a comment;post a comment;post comment;add a comment;add comment;write a comment
submit comment;your email address will not be published;required fields are marked
you may use these html tags;html tags and attributes;save my name email;cancel reply;notify me of
you must be logged in;be the first to comment;no comments;comments are closed;comments;comment;replies
reply;name;website;join the discussion;join the conversation;log in to comment;view comments
laisser un commentaire;laissez un commentaire;poster un commentaire;publier un commentaire
ajouter un commentaire;laisser le commentaire;votre adresse e mail ne sera pas publiee
votre adresse de messagerie ne sera pas publiee;votre adresse courriel ne sera pas publiee
les champs obligatoires;champs obligatoires;annuler la reponse;enregistrer mon nom;prevenez moi de
vous pouvez utiliser ces balises;balises et attributs html;commentaires;commentaire;aucun commentaire
reponses;repondre;nom;site web;reagir;vous devez etre connecte;soyez le premier a;laisser une reponse
0 commentaires;0 comments;1 comment;1 commentaire;votre commentaire;your comment;voir les commentaires
reagissez
""",
    "cookie": """
we use cookies;this site uses cookies;this website uses cookies;our website uses cookies;uses cookies
use of cookies;accept all cookies;accept cookies;accept all;reject all;cookie policy;cookie settings
cookie preferences;cookie notice;manage cookies;cookies;cookie;your privacy choices
do not sell my personal information;consent preferences;manage consent;we value your privacy
privacy preferences;by continuing to use;strictly necessary cookies;your consent;cookie consent
nous utilisons des cookies;ce site utilise des cookies;notre site utilise des cookies
nous utilisons des temoins;tout accepter;tout refuser;accepter les cookies;refuser les cookies
gerer les cookies;gestion des cookies;politique de cookies;parametres des cookies;parametrer les cookies
preferences de cookies;personnaliser mes choix;en poursuivant votre navigation;votre consentement
temoins de connexion;utilisation de cookies;continuer sans accepter;nos partenaires
gerer le consentement
""",
    "share": """
share;share this;share on;share via;share this article;share this post;share this page;share this story
share on facebook;share on twitter;share on linkedin;tweet;tweet this;pin it;facebook;twitter;linkedin
whatsapp;telegram;instagram;youtube;pinterest;reddit;bluesky;mastodon;tiktok;email this;email;e mail
print;print this page;copy link;copy url;link copied;follow us;follow us on;like us on;follow;like
listen to this article;send by email;share to;x;rss;flipboard;messenger;threads;snapchat;partager
partagez;partager sur;partager cet article;partager cette page;partager sur facebook;partager par
suivez nous;suivez nous sur;imprimer;imprimer cette page;imprimer l article;copier le lien;lien copie
envoyer par mail;envoyer par courriel;envoyer a un ami;envoyer par e mail;ecouter l article;recommander
tweeter;courriel;nous suivre
""",
    "login": """
log in;login;sign in;sign up;sign out;log out;logout;register;my account;account;forgot password
forgot your password;create account;create an account;already a subscriber;subscribe;subscribe now
subscribe to our newsletter;newsletter;sign up for our newsletter;sign up to;newsletters;get the latest
your email address;enter your email;email address;join now;join us;subscribe today;become a member
start free trial;free trial;get started;username;password;remember me;se connecter;connexion;s inscrire
mon compte;mot de passe oublie;mot de passe;deja abonne;s abonner;abonnez vous;inscrivez vous
inscription;creer un compte;identifiant;lettre d information;infolettre;votre adresse e mail
votre e mail;votre courriel;votre adresse courriel;abonnement;s identifier;espace membre
espace adherents;deconnexion;je m abonne;je m inscris;article reserve aux abonnes;espace presse
espace client;se deconnecter;recevoir la newsletter
""",
    "related": """
related;related articles;related posts;related content;related stories;related news;related links
related topics;read more;read also;see also;also read;more information;learn more;you may also like
you might also like;most read;most popular;most viewed;latest news;latest posts;latest articles
recent posts;recent articles;recent comments;other news;more news;top stories;trending;trending now
popular;popular posts;recommended;recommended for you;up next;more from;more stories;continue reading
find out more;view all;see all;show more;load more;view more;read the full story;editors picks;featured
what to read next;don t miss;more on this;similar;in this section;explore more;more in;sponsored
from our partners;see more;a lire aussi;lire aussi;a lire egalement;lire egalement;voir aussi
voir egalement;a voir aussi;articles lies;articles similaires;articles recents;contenus associes
documents associes;documents lies;sur le meme sujet;sur le meme theme;dans la meme rubrique;les plus lus
les plus consultes;les plus partages;dernieres actualites;autres actualites;dernieres infos
en savoir plus;lire la suite;lire plus;voir plus;voir tout;voir toutes;toutes les actualites
tous les articles;plus d articles;plus d actualites;a lire sur;a ne pas manquer;a la une;suggestions
recommande pour vous;nos actualites;pour aller plus loin;plus d informations;lire l article;decouvrir
dernieres publications;publications recentes;voir la suite;dossiers;l actu
""",
    "footer": """
all rights reserved;copyright;legal notice;terms of use;terms of service;terms and conditions;terms
privacy policy;privacy;privacy notice;site map;sitemap;accessibility;contact;contact us;about us;about
powered by;back to top;careers;jobs;press;advertise;help;faq;support;disclaimer;follow us;imprint
help center;media kit;return to top;accessibility statement;our team;tous droits reserves
mentions legales;politique de confidentialite;donnees personnelles;conditions generales
conditions d utilisation;plan du site;plan de site;accessibilite;contactez nous;nous contacter;a propos
a propos de nous;qui sommes nous;propulse par;haut de page;haut de la page;retour en haut;credits
marches publics;recrutement;presse;aide;emplois;cgu;cgv;publicite;charte;protection des donnees
nos partenaires;realisation;flux rss;nos missions;nos equipes;accessibilite non conforme
accessibilite partiellement conforme;partenaires;reseaux sociaux;avis de confidentialite
""",
    "menu": """
skip to content;skip to main content;skip to navigation;jump to;menu;main menu;navigation;home;homepage
search;previous;next;previous post;next post;previous article;next article;older posts;newer posts
english;francais;deutsch;espanol;close;open menu;toggle navigation;close menu;you are here;breadcrumb
back;categories;tags;archives;table of contents;on this page;languages;aller au contenu
aller au contenu principal;passer au contenu;acceder au contenu;aller a la navigation;aller au menu
menu principal;accueil;recherche;rechercher;precedent;suivant;page suivante;page precedente
article precedent;article suivant;fermer;ouvrir le menu;vous etes ici;fil d ariane;retour;rubriques
etiquettes;sommaire;actualites;agenda;evenements;langue;en;fr;de;es;nl;it;pt;news;events;services
products;resources;blog;store;shop;cart;pricing;sections;more;language;publications;nos services
thematiques;demarches;boutique;panier;videos;photos;podcasts;page;go to;filter;sort by;filtrer;trier par
""",
    "chrome": """
size px;start display at page;download;transcription;advertisement;advertising;publicite;annonce;donate
donate now;make a donation;faire un don;je donne;je fais un don;loading;chargement;posted in;posted on
posted by;filed under;publie dans;classe dans;embed;views;vues;likes;shares;partages;reading time
min read;minutes read;temps de lecture;minutes de lecture;last updated;last modified;updated;published
mis a jour;derniere mise a jour;derniere modification;publie le;mots cles;image;photo;photo credit
credit photo;telecharger;telecharger le pdf;edit;share feedback;was this page helpful;report an error
feedback;javascript;play;pause;mute;video;image source;getty images;afp;reuters;add to cart;buy now
scroll down;click here;cliquez ici;submit;envoyer;apply;valider;reset;upload;upload a file;choose file
choisir un fichier;joindre un fichier;select;by;par;written by;author;about the author
a propos de l auteur;suivre l auteur;illustration;legende;play video;slide;yes;no
""",
    "date": """
january;february;march;april;may;june;july;august;september;october;november;december;jan;feb;mar;apr
jun;jul;aug;sep;sept;oct;nov;dec;janvier;fevrier;mars;avril;mai;juin;juillet;aout;septembre;octobre
novembre;decembre;monday;tuesday;wednesday;thursday;friday;saturday;sunday;lundi;mardi;mercredi;jeudi
vendredi;samedi;dimanche;ago;today;yesterday;aujourd hui;hier
""",
}

STOP_WORDS = {
    "en": (
        "the of and to in is was were are be been being has have had that this these those with for on by "
        "from at as it its their he they we she you not but or an which who whose will would can could "
        "should may must do does did about after before between during into over under than then there "
        "when where what how more most other some such only also our his her him them if because while "
        "through against within without your i my a so up out no any all one"
    ),
    "fr": (
        "le la les de des du un une et en est sont dans que qui pour par sur avec au aux ce cette ces son "
        "sa ses leur leurs il elle ils elles nous vous ne pas plus se ete etre ont avait avaient fait "
        "faire ou mais dont comme entre sans sous apres avant lors ainsi aussi tres tout tous toute "
        "toutes cet y a d l qu n s c j m t votre vos notre nos lorsque afin selon depuis chez vers contre "
        "etaient sera seront si on meme deux peut"
    ),
}
"""The commonest words of each language, folded."""

KINDS: tuple[str, ...] = tuple(_PHRASES)
"""Kinds of furniture, and `date` (words of dates), in the order of the classifier's features."""


@lru_cache(maxsize=1)
def phrases() -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Return each phrase as (index of its kind, its words)."""
    found = []
    for number, listing in enumerate(_PHRASES.values()):
        for line in listing.strip().splitlines():
            found += [(number, tuple(phrase.split())) for phrase in line.split(";") if phrase.strip()]
    return tuple(found)
