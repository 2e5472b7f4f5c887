"""Texts of Dutch senders, and how they may come in pieces."""

import random
from itertools import pairwise

from bridge.intake.charset import Utf8Watch

CSV = (
    "administration_code;debtor_code;debtor_company_name;invoice_number\r\n"
    '1;D1;"Café ""De Kroon""";20260001\r\n'
    '1;D2;"Zoë Müller, coöperatie \u2019t Hoekje";20260002\r\n'
    "1;D3;Renée de Vries-Brûlé;20260003\r\n"
)
PLAIN = CSV.replace("\u2019", "'")  # what every one-byte set here has


def _names(listed: str) -> list[str]:
    return listed.split("; ")


FIRST_NAMES = _names(
    "René; Renée; Zoë; Chloé; Noël; Joël; Daniël; Michaël; Raphaël; Eloïse; Loïs; Françoise; François; "
    "José; Jérôme; André; Desirée; Aimée; Thérèse; Hélène; Gisèle; Michèle; Irène; Björn; Jürgen; Jörg; "
    "Günther; Söderlund; Inés; Tomás; Andrés"
)
LAST_NAMES = _names(
    "Müller; Schröder; Köhler; Jäger; García; Núñez; Muñoz; Hernández; Díaz; López; Gülşen; Özdemir; "
    "Öztürk; Ünal; Yavuz; Brûlé; Lefèvre; Duprée; Coppée; Lagrée; Saïdi; Naïma; Beëindiging; Groß; "
    "Weiß; Ibáñez; Peña; Gonçalves; Curaçao"
)
COMPANIES = _names(
    "Café De Kroon; Crèmerie 't Hoekje; Coöperatie Het Noorden; Citroën Garage Zuid; Patisserie Brûlée; "
    "Hôtel des Indes; Reünie Events; Zeeëgel Watersport; Ideeënfabriek; Oriëntal Food; "
    "Geïntegreerde Zorg; Bistro Fréderic; Skiën & Co; Maître Pâtissier; Tweeënveertig; CAFÉ CENTRAAL; "
    "FÊTE & ZOON; Tapas Ñandú; Financiële Diensten; Ruïne Museum"
)
PLAIN_WORDS = _names(
    "Jansen; de Vries; Bakkerij Bos; van den Berg; Visser; Smit; Meijer; De Boer BV; Mulder; Bos"
)


def debtors(number: int, encoding: str, accented: int) -> str:
    """Return a list of debtors that *encoding* can express, with *accented* names among plain ones."""
    draw = random.Random(number)  # noqa: S311  names, not secrets
    names: list[str] = []
    while len(names) < accented:
        name = draw.choice(
            (
                draw.choice(COMPANIES),
                f"{draw.choice(FIRST_NAMES)} Jansen",
                f"J. {draw.choice(LAST_NAMES)}",
            )
        )
        if not name.isascii() and is_expressible(name, encoding):
            names.append(name)
    names += draw.choices(PLAIN_WORDS, k=accented)
    draw.shuffle(names)
    rows = [f"1;D{1000 + at};{name};2026{at:04};121,00\r\n" for at, name in enumerate(names)]
    return "administration_code;debtor_code;debtor_company_name;invoice_number;open\r\n" + "".join(rows)


def is_expressible(text: str, encoding: str) -> bool:
    """Whether *encoding* has every character of *text*."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def cut(content: bytes, places: list[int]) -> list[bytes]:
    """Return *content* in pieces, cut at *places* (counted round the end, some may be equal)."""
    at = sorted(place % (len(content) + 1) for place in places)
    return [content[start:end] for start, end in pairwise([0, *at, len(content)])]


def watched(content: bytes, places: list[int] | None = None) -> Utf8Watch:
    """Return a watch that saw *content* to its end."""
    watch = Utf8Watch()
    for piece in cut(content, places or []):
        watch.feed(piece)
    watch.end()
    return watch
