"""Alarms in Dutch."""

from collections.abc import Mapping

from bridge.domain.alarms import AlarmKind, AlarmText

TEXTS: Mapping[AlarmKind, AlarmText] = {
    AlarmKind.BATCH_INCOMPLETE: AlarmText(
        label="niet compleet",
        raised="Bestanden die bij elkaar horen waren bij de import niet allemaal afgeleverd.",
        recovered="Alle bestanden die bij elkaar horen zijn afgeleverd, of er is over beslist.",
        todo="Kijk wat er ontbreekt en waarom: bridge batch show ID.",
    ),
    AlarmKind.UPLOAD_MISSING: AlarmText(
        label="upload ontbreekt",
        raised="Een upload die er rond deze tijd meestal is, ontbreekt.",
        recovered="Wat ontbrak is gekomen, of wordt niet meer verwacht.",
        todo="Vraag de afzender of de export heeft gelopen. Wordt er niets meer verwacht: "
        "bridge account expect off NAME.",
        sender="Meestal hebben wij rond deze tijd bestanden van u, en die zijn er nog niet. "
        "Wilt u nagaan of de export heeft gelopen, en ze sturen?",
        sender_recovered="De bestanden die ontbraken zijn gekomen, of worden niet meer verwacht. Dank u wel.",
    ),
    AlarmKind.CUT_OFF_AT_RISK: AlarmText(
        label="krap",
        raised="Wat wacht komt op tijd voor de import, maar met weinig speling.",
        recovered="Wat wacht komt ruim op tijd voor de volgende import.",
        todo="Kijk hoeveel speling er is: bridge lane forecast.",
    ),
    AlarmKind.CUT_OFF_LATE: AlarmText(
        label="te laat",
        raised="Niet alles wat wacht, is op tijd voor de import.",
        recovered="Wat nu wacht komt op tijd voor de volgende import.",
        todo="Kijk wie te laat is: bridge lane forecast. Is er iets gepauzeerd: bridge lane list. "
        "Laat de rest uploaden voor de volgende import.",
    ),
    AlarmKind.FILES_HELD: AlarmText(
        label="bestanden wachten",
        raised="Er zijn bestanden waarover iemand moet beslissen.",
        recovered="Er zijn geen bestanden van het account meer waarover iemand moet beslissen.",
        todo="Kijk waarom, en geef ze vrij, herstel ze of wijs ze af: bridge upload list --account NAME.",
        sender="Bestanden die u hebt gestuurd wachten en zijn nog niet doorgestuurd.",
        sender_recovered="Er wachten geen bestanden van u meer.",
    ),
    AlarmKind.ADMINISTRATION_PAUSED: AlarmText(
        label="administratie gepauzeerd",
        raised="Er wordt niets verstuurd voor de administratie.",
        recovered="Er wordt weer verstuurd voor de administratie.",
        todo="Kijk waarom, en geef een nieuw importtoken als Payt het oude weigert: "
        "bridge administration show NAME.",
    ),
    AlarmKind.LANE_PAUSED: AlarmText(
        label="baan gepauzeerd",
        raised="Er wordt niets verstuurd in de baan.",
        recovered="Er wordt weer verstuurd in de baan.",
        todo="Kijk waarom: bridge lane list. Heeft een beheerder hem gestopt en mag hij verder: "
        "bridge lane resume NAME.",
    ),
    AlarmKind.DESTINATION_AWAY: AlarmText(
        label="bestemming onbereikbaar",
        raised="De bestemming antwoordt niet; af en toe gaat er één bestand als proef, de rest wacht.",
        recovered="De bestemming antwoordt weer.",
        todo="Er gaat niets verloren, en het gaat vanzelf verder. Sinds wanneer, en de volgende poging: "
        "bridge lane list.",
    ),
    AlarmKind.DISK_LOW: AlarmText(
        label="schijf raakt vol",
        raised="De schijf raakt vol, en dan worden uploads geweigerd.",
        recovered="Er is weer genoeg ruimte op de schijf.",
        todo="Maak ruimte; herstarten is niet nodig. Hoeveel er vrij is: bridge check.",
    ),
    AlarmKind.CERTIFICATE_EXPIRING: AlarmText(
        label="certificaat verloopt",
        raised="Een certificaat op weg naar de bestemming verloopt bijna, of wordt niet vertrouwd; "
        "zonder geldig certificaat kan er niets verstuurd worden.",
        recovered="De certificaten op weg naar de bestemming zijn in orde.",
        todo="Vraag het de beheerder van de bestemming, of vernieuw destination.ca_file. Hoe het nu is: "
        "bridge check.",
    ),
    AlarmKind.CREDENTIAL_EXPIRING: AlarmText(
        label="toegang verloopt",
        raised="Een wachtwoord of sleutel van het account verloopt bijna, of is net verlopen.",
        recovered="Er verloopt geen wachtwoord of sleutel van het account binnenkort.",
        todo="Geef de afzender op tijd een nieuwe: bridge account show NAME, "
        "daarna bridge account password NAME of bridge account key add NAME.",
        sender="Een wachtwoord of sleutel waarmee u bestanden stuurt, verloopt bijna. "
        "Wilt u de beheerder van de server om een nieuwe vragen?",
        sender_recovered="Er verloopt binnenkort geen wachtwoord of sleutel waarmee u bestanden stuurt.",
    ),
}
