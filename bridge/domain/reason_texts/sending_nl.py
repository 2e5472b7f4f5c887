"""Dutch: what keeps a whole file from being sent, and what becomes of it on the way."""

from bridge.domain.reasons import Reason, ReasonCode

_GO = "bridge upload release ID (uit een archief: bridge delivery release ID)"
_REJECT = "bridge upload reject ID (uit een archief: bridge delivery cancel ID)"
_DROP = f"en laat dit vervallen: {_REJECT}"
_COMPLETE = (
    "Vraag de afzender of de export volledig is. Wordt het vastgehouden en klopt het zoals het is: "
    f"{_GO}. Klopt het niet, laat dan de volledige export aanleveren {_DROP}."
)
_CORRECT = (
    f"Laat het verbeteren en opnieuw aanleveren, {_DROP}. Wordt het vastgehouden en mag het toch worden "
    f"verzonden: {_GO}."
)

REASONS: dict[ReasonCode, Reason] = {
    ReasonCode.EMPTY_DATA_FILE: Reason(
        sender="Er staan geen facturen in het databestand; graag alle openstaande facturen aanleveren.",
        admin="Het databestand is leeg; Payt zou elke openstaande factuur op betaald zetten.",
        todo=f"Vraag de afzender om de volledige export {_DROP}. Alleen als er geen factuur meer "
        f"openstaat: {_GO}.",
    ),
    ReasonCode.ROWS_FALLEN: Reason(
        sender="Het databestand heeft veel minder regels dan het vorige; graag controleren of de export "
        "volledig is.",
        admin="Het databestand heeft veel minder regels dan het vorige; Payt zet elke factuur die erin "
        "ontbreekt op betaald.",
        todo=_COMPLETE,
    ),
    ReasonCode.OPEN_INVOICES_FALLEN: Reason(
        sender="Er staan veel minder facturen open dan in het vorige bestand; graag de export controleren.",
        admin="Er staan veel minder facturen open dan in het vorige databestand; Payt zet elke factuur "
        "die ontbreekt of waarop niets meer openstaat op betaald.",
        todo=_COMPLETE,
    ),
    ReasonCode.OPEN_AMOUNT_CHANGED: Reason(
        sender="Het totale openstaande bedrag wijkt sterk af van het vorige bestand; graag de export "
        "controleren.",
        admin="Het totale openstaande bedrag wijkt sterk af van dat in het vorige databestand: decimalen "
        "kunnen zijn verschoven, of er ontbreken facturen, die Payt dan op betaald zet.",
        todo=_COMPLETE,
    ),
    ReasonCode.SAME_AS_LAST: Reason(
        sender="Het databestand is gelijk aan het vorige; graag controleren of de export nog loopt.",
        admin="Het databestand is gelijk aan het vorige; hapert de export, dan blijft Payt aanmanen voor "
        "facturen die intussen betaald zijn en kent het geen nieuwe.",
        todo="Vraag de afzender of de export nog loopt. Wordt het vastgehouden en is er niets veranderd: "
        f"{_GO}. Hapert de export, laat dan een nieuwe aanleveren {_DROP}.",
    ),
    ReasonCode.FOREIGN_ADMINISTRATION: Reason(
        sender="De regels zijn van een andere administratie dan waarvoor het is gestuurd; graag controleren.",
        admin="De regels noemen een andere administratie dan die waar het bestand heen zou gaan; daar zou "
        "het alle openstaande facturen op betaald zetten.",
        todo=f"Laat het naar de map van de juiste administratie sturen {_DROP}. Alleen als de regels fout "
        f"zijn en de plek goed is: {_GO}.",
    ),
    ReasonCode.INVOICE_TWICE: Reason(
        sender="Een factuurnummer komt meer dan eens voor; graag elke factuur maar één keer exporteren.",
        admin="Hetzelfde factuurnummer komt meer dan eens voor; Payt ziet dat bij de import als fout, en "
        "daar hoort de bridge niets van.",
        todo=_CORRECT,
    ),
    ReasonCode.COLUMNS_MISSING: Reason(
        sender="In het databestand ontbreken kolommen die worden verwacht; graag de indeling controleren.",
        admin="Er ontbreken kolommen die worden verwacht; mogelijk importeert Payt het bestand niet, of "
        "wist het wat er eerder in die kolommen stond.",
        todo=_CORRECT,
    ),
    ReasonCode.DUE_BEFORE_INVOICE: Reason(
        sender="Bij sommige facturen ligt de vervaldatum vóór de factuurdatum; graag de datums controleren.",
        admin="Bij facturen ligt de vervaldatum vóór de factuurdatum; aanmaningen zouden te vroeg "
        "uitgaan, en Payt overschrijft een datum die het eenmaal heeft niet.",
        todo=_CORRECT,
    ),
    ReasonCode.FIELD_TOO_LONG: Reason(
        sender="Sommige velden zijn langer dan de 255 tekens die Payt aanneemt; graag inkorten.",
        admin="Er zijn velden van meer dan 255 tekens, het maximum dat Payt aanneemt; mogelijk mislukt de "
        "import, en daar hoort de bridge niets van.",
        todo=_CORRECT,
    ),
    ReasonCode.OUTDATED: Reason(
        sender="Het databestand is ouder dan het vorige; graag de nieuwste export aanleveren.",
        admin="Volgens de datum in de naam of de tijd van het bestand is het databestand ouder dan het "
        "vorige; het zou dat ongedaan maken, en Payt zou facturen die nieuwer zijn op betaald zetten.",
        todo=f"Vraag de afzender om de nieuwste export {_DROP}. Alleen als dit de nieuwste is: {_GO}.",
    ),
    ReasonCode.SENT_BEFORE: Reason(
        sender="Hetzelfde bestand is al eerder verzonden en wordt daarom niet nog eens verzonden.",
        admin="Een identieke pdf of UBL is al eerder onder deze naam verzonden; dit bestand is daarom "
        "overgeslagen, en er gaat niets verloren.",
        todo="",
    ),
    ReasonCode.DUPLICATE: Reason(
        sender="Hetzelfde bestand is al eerder verzonden; de beheerder beslist of het nog eens wordt "
        "verzonden.",
        admin="Hetzelfde bestand is al eerder verzonden, of zit twee keer in dezelfde upload; een bijlage "
        "zou er dubbel staan, een declaratie dubbel worden gedeclareerd.",
        todo="Vraag de afzender of het echt twee keer moet. Alleen dan, met het soort dat het al is: "
        "bridge upload retry ID --kind KIND (uit een archief: bridge delivery release ID). "
        f"Zo niet, laat het dan vervallen: {_REJECT}.",
    ),
    ReasonCode.DECLARATION_NUMBER_USED: Reason(
        sender="Een declaratie met dit factuurnummer is al eerder verzonden; graag de nummering controleren.",
        admin="Een declaratie met deze praktijk en dit factuurnummer is al eerder verzonden, of zit twee "
        "keer in dezelfde upload; verzekeraars weigeren een gebruikt nummer.",
        todo=f"Vraag de afzender om een declaratie met een nieuw nummer {_DROP}. Alleen als de vorige de "
        "verzekeraar nooit heeft bereikt: bridge upload retry ID --kind declaration "
        "(uit een archief: bridge delivery release ID).",
    ),
    ReasonCode.DAMAGED_SPOOL: Reason(
        sender="Het bestand is op de server beschadigd geraakt; graag opnieuw aanleveren.",
        admin="De opgeslagen bytes ontbreken of zijn niet die van de ontvangst; het is niet verzonden.",
        todo="Controleer de schijf. Vraag de afzender daarna het bestand opnieuw aan te leveren.",
    ),
    ReasonCode.INTAKE_FAILED: Reason(
        sender="De server kon dit bestand niet verwerken; neem contact op met de beheerder van de server.",
        admin="De bridge liep vast bij het verwerken van dit bestand; dat ligt aan de bridge zelf. Er is "
        "niets van verzonden.",
        todo="Zoek het incidentnummer uit de toelichting op in het logboek en meld het. "
        "Daarna: bridge upload retry ID.",
    ),
    ReasonCode.NEVER_RENAMED: Reason(
        sender="Het bestand hield zijn tijdelijke naam en is daarom niet verwerkt; graag opnieuw aanleveren.",
        admin="Het hield een tijdelijke naam tot zijn bewaartermijn voorbij was; het is nooit verzonden.",
        todo="Vraag de afzender of er een upload is mislukt, en of het opnieuw kan worden aangeleverd.",
    ),
    ReasonCode.NEVER_RESUMED: Reason(
        sender="De upload brak af en is nooit voltooid; graag het bestand opnieuw aanleveren.",
        admin="De verbinding brak af, en tot het eind van de bewaartermijn is de upload niet hervat; een "
        "half bestand wordt nooit verzonden.",
        todo="Vraag de afzender of het bestand onder een andere naam opnieuw is aangeleverd.",
    ),
    ReasonCode.REMOVED_BY_CLIENT: Reason(
        sender="De afzender heeft het bestand verwijderd voordat het werd verwerkt.",
        admin="De afzender verwijderde het voordat het werd opgepakt; het is niet verzonden.",
        todo="",
    ),
    ReasonCode.OVERWRITTEN_BY_CLIENT: Reason(
        sender="Het bestand is door een nieuwere upload vervangen voordat het werd verwerkt.",
        admin="De afzender schreef het opnieuw voordat het werd opgepakt; het nieuwere geldt.",
        todo="",
    ),
    ReasonCode.OVERTAKEN: Reason(
        sender="Intussen kwam er een nieuwer bestand; dit wordt niet zonder besluit van de beheerder "
        "verzonden.",
        admin="Het kwam vrij nadat een nieuwer bestand zijn plaats had ingenomen; nu verzenden zou dat "
        "ongedaan maken.",
        todo=f"Laat het vervallen: {_REJECT}. Is het toch nodig, laat het dan opnieuw exporteren "
        "en aanleveren.",
    ),
    ReasonCode.REJECTED: Reason(
        sender="Payt heeft dit bestand meermaals geweigerd; neem contact op met de beheerder van de server.",
        admin="De bestemming heeft dit bestand meermaals geweigerd; het is niet afgeleverd.",
        todo="Lees het antwoord (bridge delivery show ID), verhelp de oorzaak, en dan: bridge delivery "
        "release ID.",
    ),
    ReasonCode.GIVEN_UP: Reason(
        sender="Het bestand kon niet op tijd worden afgeleverd; neem contact op met de beheerder van de "
        "server.",
        admin="Het kon niet binnen de maximale leeftijd worden afgeleverd (destination.max_age_hours).",
        todo="Herstel de verbinding met de bestemming. Is het bestand nog nodig: bridge delivery release ID. "
        f"Is er al een nieuwer bestand verzonden: {_REJECT}.",
    ),
    ReasonCode.AMBIGUOUS: Reason(
        sender="Het is niet zeker of dit bestand bij Payt is aangekomen; graag nog niet opnieuw sturen.",
        admin="Nadat het bestand was verzonden viel de verbinding weg, of zei een gateway dat hij het "
        "antwoord kwijt is (502, 504, 524): de bestemming heeft het wel of niet, en een tweede "
        "zou dubbel tellen.",
        todo="Kijk in Payt of het er staat: een bijlage staat met haar naam bij haar factuur, een "
        "declaratie met praktijk en factuurnummer bij wat is ingediend. Is het in Payt niet te zien, "
        "vraag het dan aan Payt, met de naam van het bestand en het tijdstip van de poging "
        "(bridge delivery show ID). Staat het er niet: bridge delivery release ID. Staat het er wel: "
        f"{_REJECT}.",
    ),
    ReasonCode.UNKNOWN_REPLACED: Reason(
        sender="Het is niet zeker of dit bestand bij Payt is aangekomen; het nieuwere komt in zijn plaats.",
        admin="Het is eenmaal zonder antwoord verzonden: de bestemming heeft het wel of niet. Er kwam een "
        "nieuwer bestand dat in zijn plaats gaat; dit wordt niet nog eens verzonden.",
        todo="",
    ),
    ReasonCode.GAVE_WAY: Reason(
        sender="Verzenden van dit bestand mislukte een paar keer; het nieuwere gaat in zijn plaats.",
        admin="De bestemming nam het drie keer of vaker niet aan, en een nieuwer databestand van de "
        "administratie, dat alles zegt wat dit zegt, gaat in zijn plaats.",
        todo="",
    ),
    ReasonCode.TURNED_DOWN: Reason(
        sender="De beheerder heeft besloten dat dit bestand niet wordt afgeleverd.",
        admin="Een beheerder heeft het afgewezen; er is niets van verzonden.",
        todo="Was dat een vergissing: bridge upload retry ID.",
    ),
    ReasonCode.BY_OPERATOR: Reason(
        sender="De beheerder houdt dit bestand voorlopig vast.",
        admin="Een beheerder houdt het vast; het wordt pas verzonden als een beheerder het vrijgeeft.",
        todo=f"Mag het worden verzonden: bridge delivery release ID. Mag dat niet: {_REJECT}.",
    ),
    ReasonCode.REPLAYED: Reason(
        sender="De beheerder heeft dit bestand nog een keer verzonden.",
        admin="Een beheerder heeft het na aflevering nog een keer laten verzenden.",
        todo="Wie en waarom: bridge audit list. Een bijlage kan er nu dubbel staan: kijk bij Payt.",
    ),
    ReasonCode.RESTORED: Reason(
        sender="De server is uit een reservekopie hersteld; de beheerder kijkt of dit bestand is aangekomen.",
        admin="Het wachtte toen de reservekopie werd gemaakt die is teruggezet, en is daarna misschien "
        "verzonden: een tweede declaratie of bijlage telt dubbel, en een databestand kan een nieuwer "
        "ongedaan maken.",
        todo="Kijk in Payt of het er staat, of bij een databestand of er een nieuwer staat. Is geen van "
        "beide zo: bridge upload retry ID (al in de wachtrij: bridge delivery release ID). Staat het er, "
        f"laat het dan vervallen: {_REJECT}.",
    ),
}
