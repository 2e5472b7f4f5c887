"""The words of what a sender reads in the folder status, in each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.deliveries import DeliveryState
from bridge.domain.reasons import Language
from bridge.domain.reports import SKIPPED, UNKNOWN, Counted
from bridge.domain.status import Fate
from bridge.domain.uploads import UploadState


class Advice(StrEnum):
    """What a sender can do about a file that does not go."""

    SEND_AGAIN = "send_again"
    SEND_ELSEWHERE = "send_elsewhere"  # under another name or in another folder
    CHECK = "check"
    WAIT = "wait"
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language; braces are filled in."""

    weekdays: tuple[str, ...]  # Monday first
    months: tuple[str, ...]
    thousands: str
    decimal: str
    file: str
    files: str
    heading: str
    nothing_today: str
    counted: str
    counted_newest: str
    columns: tuple[str, str, str, str]
    more: str
    others: str
    waiting: str
    waiting_one: str
    see_reports: str
    legend: str
    fates: Mapping[Fate, str]
    states: Mapping[UploadState, str]  # of an upload that is not accepted
    parts: Mapping[Counted, str]
    replaced: str
    nothing_in_it: str
    all_delivered: str
    some_delivered: str
    the_first: str
    coming: str
    see_report: str
    report_heading: str
    report_heading_partly: str
    report_heading_uncertain: str
    ok_heading: str
    labels: Mapping[str, str]
    detail: str  # of what is said of the file itself, which is English
    received: str
    state_held: str
    state_refused: str
    state_cancelled: str
    advice: Mapping[Advice, str]
    closing: str


EN = Words(
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    thousands=",",
    decimal=".",
    file="file",
    files="files",
    heading="{account}: received on {day}",
    nothing_today="Nothing has been received yet today.",
    counted="{files}: {counts}.",
    counted_newest="More than {most} files; of the newest {most}: {counts}.",
    columns=("Time", "Size", "File", "What became of it"),
    more="… and {count} more, received before these.",
    others="… and {count} more.",
    waiting="Still waiting: {files}; they go by themselves.",
    waiting_one="Still waiting: {files}; it goes by itself.",
    see_reports="Not delivered in the last {days} days; each of these says why, and what to do:",
    legend="Times are local ({timezone}). Delivered means that Payt has the file; what the import made of it "
    "is seen in Payt.",
    fates={
        Fate.DELIVERED: "delivered",
        Fate.SKIPPED: "sent before",
        Fate.WAITING: "waiting to be sent",
        Fate.HELD: "held",
        Fate.REFUSED: "refused",
        Fate.CANCELLED: "not sent",
        Fate.REPLACED: "replaced by a newer file",
        Fate.INTERRUPTED: "interrupted",
        Fate.UNRENAMED: "under a temporary name",
        Fate.EMPTY: "with nothing to send",
    },
    states={
        UploadState.PARTIAL: "interrupted: the connection broke off; please send it again",
        UploadState.PARKED: "waiting for its final name: please rename it once it is complete",
        UploadState.SPOOLED: "received; being checked",
        UploadState.HELD: "held: {why}",
        UploadState.REFUSED: "refused: {why}",
    },
    parts={
        DeliveryState.DELIVERED: "delivered",
        DeliveryState.LEASED: "being sent",
        DeliveryState.PENDING: "waiting to be sent",
        DeliveryState.CANCELLED: "not sent",
        DeliveryState.SUPERSEDED: "replaced by a newer file",
        SKIPPED: "sent before",
        UNKNOWN: "uncertain",
        DeliveryState.HELD: "held",
    },
    replaced="sent again since; the newer file counts",
    nothing_in_it="nothing in it to send",
    all_delivered="all {total} delivered",
    some_delivered="{delivered} of {total} delivered",
    the_first="the first: {why}",
    coming="{text}; import expected {import_at}; sending from {sending_at}",
    see_report="More in {name}.",
    report_heading="{name}: not delivered",
    report_heading_partly="{name}: not all of it is delivered",
    report_heading_uncertain="{name}: perhaps delivered, perhaps not",
    ok_heading="{name}: delivered",
    labels={
        "received": "Received",
        "state": "State",
        "why": "Why",
        "where": "Where",
        "todo": "What to do",
        "file": "File",
        "together": "Sent with it",
        "more": "More",
    },
    detail="{text}",
    received="{day} {time}, {size}, as {path}",
    state_held="held: it is not sent while it waits",
    state_refused="refused: it is not sent",
    state_cancelled="not sent: the administrator decided so",
    advice={
        Advice.SEND_AGAIN: "Put it right and send it again under the same name; this report goes away then.",
        Advice.SEND_ELSEWHERE: "Send it as the line above says; this report stays for three days and may "
        "then be ignored.",
        Advice.CHECK: "If the file is right as it is, tell the administrator of the server, who can let it "
        "go. If not, send the right one under the same name.",
        Advice.WAIT: "Please wait and do not send it again: the administrator of the server decides.",
        Advice.ASK: "Please contact the administrator of the server.",
    },
    closing="To ask about it, name upload {id}: the administrator of the server finds it by that number.",
)

NL = Words(
    weekdays=("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    months=(
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ),
    thousands=".",
    decimal=",",
    file="bestand",
    files="bestanden",
    heading="{account}: ontvangen op {day}",
    nothing_today="Vandaag is er nog niets ontvangen.",
    counted="{files}: {counts}.",
    counted_newest="Meer dan {most} bestanden; van de nieuwste {most}: {counts}.",
    columns=("Tijd", "Grootte", "Bestand", "Wat ermee is gebeurd"),
    more="… en nog {count}, eerder ontvangen dan deze.",
    others="… en nog {count}.",
    waiting="Nog te verzenden: {files}; dat gaat vanzelf.",
    waiting_one="Nog te verzenden: {files}; dat gaat vanzelf.",
    see_reports="Niet afgeleverd in de laatste {days} dagen; in elk van deze bestanden staat waarom, en wat "
    "u kunt doen:",
    legend="Tijden zijn lokaal ({timezone}). Afgeleverd betekent dat Payt het bestand heeft; wat de import "
    "ermee deed, is in Payt te zien.",
    fates={
        Fate.DELIVERED: "afgeleverd",
        Fate.SKIPPED: "al eerder verzonden",
        Fate.WAITING: "nog te verzenden",
        Fate.HELD: "vastgehouden",
        Fate.REFUSED: "geweigerd",
        Fate.CANCELLED: "niet verzonden",
        Fate.REPLACED: "vervangen door een nieuwer bestand",
        Fate.INTERRUPTED: "afgebroken",
        Fate.UNRENAMED: "onder een tijdelijke naam",
        Fate.EMPTY: "zonder inhoud om te verzenden",
    },
    states={
        UploadState.PARTIAL: "afgebroken: de verbinding viel weg; graag opnieuw aanleveren",
        UploadState.PARKED: "wacht op zijn definitieve naam: graag hernoemen zodra het volledig is",
        UploadState.SPOOLED: "ontvangen; wordt gecontroleerd",
        UploadState.HELD: "vastgehouden: {why}",
        UploadState.REFUSED: "geweigerd: {why}",
    },
    parts={
        DeliveryState.DELIVERED: "afgeleverd",
        DeliveryState.LEASED: "wordt verzonden",
        DeliveryState.PENDING: "nog te verzenden",
        DeliveryState.CANCELLED: "niet verzonden",
        DeliveryState.SUPERSEDED: "vervangen door een nieuwer bestand",
        SKIPPED: "al eerder verzonden",
        UNKNOWN: "onzeker",
        DeliveryState.HELD: "vastgehouden",
    },
    replaced="sindsdien opnieuw aangeleverd; het nieuwere bestand geldt",
    nothing_in_it="er zit niets in om te verzenden",
    all_delivered="alle {total} afgeleverd",
    some_delivered="{delivered} van {total} afgeleverd",
    the_first="het eerste: {why}",
    coming="{text}; import verwacht {import_at}; verzending vanaf {sending_at}",
    see_report="Meer in {name}.",
    report_heading="{name}: niet afgeleverd",
    report_heading_partly="{name}: niet alles ervan is afgeleverd",
    report_heading_uncertain="{name}: misschien afgeleverd, misschien niet",
    ok_heading="{name}: afgeleverd",
    labels={
        "received": "Ontvangen",
        "state": "Status",
        "why": "Reden",
        "where": "Waar",
        "todo": "Wat te doen",
        "file": "Bestand",
        "together": "Samen verzonden",
        "more": "Meer",
    },
    detail="{text} (melding in het Engels)",
    received="{day} {time}, {size}, als {path}",
    state_held="vastgehouden: zolang het wacht, wordt het niet verzonden",
    state_refused="geweigerd: het wordt niet verzonden",
    state_cancelled="niet verzonden: zo heeft de beheerder besloten",
    advice={
        Advice.SEND_AGAIN: "Verbeter het en lever het onder dezelfde naam opnieuw aan; dit bericht verdwijnt "
        "dan.",
        Advice.SEND_ELSEWHERE: "Lever het aan zoals hierboven staat; dit bericht blijft nog drie dagen "
        "staan en kunt u dan negeren.",
        Advice.CHECK: "Klopt het bestand zoals het is, zeg dat dan tegen de beheerder van de server; die kan "
        "het vrijgeven. Klopt het niet, lever dan het juiste aan onder dezelfde naam.",
        Advice.WAIT: "Graag wachten en niet opnieuw sturen: de beheerder van de server beslist.",
        Advice.ASK: "Neem contact op met de beheerder van de server.",
    },
    closing="Vragen? Noem upload {id}: onder dat nummer vindt de beheerder van de server het terug.",
)


def words(language: Language) -> Words:
    """Return the words of a language."""
    return {"en": EN, "nl": NL}[language]
