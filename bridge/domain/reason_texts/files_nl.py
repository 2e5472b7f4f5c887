"""Dutch: what is wrong with a file or its place, seen when it comes in."""

from bridge.domain.reasons import Reason, ReasonCode

_AGAIN = "Vraag de afzender het opnieuw aan te leveren."
_DROP = "en laat dit vervallen: bridge upload reject ID (uit een archief: bridge delivery cancel ID)"
_PLACE = (
    "De toelichting zegt wat er mis is en waar. Vraag de afzender het opnieuw te exporteren en aan "
    "te leveren. Is het toch volledig: bridge upload release ID "
    "(uit een archief: bridge delivery release ID)."
)
_RETRY = "Daarna: bridge upload retry ID (uit een archief: bridge delivery release ID --kind KIND)."

REASONS: dict[ReasonCode, Reason] = {
    ReasonCode.BROKEN_ARCHIVE: Reason(
        sender="Het zipbestand is beschadigd of onvolledig; graag opnieuw aanleveren.",
        admin="Het zipbestand is beschadigd of afgebroken; er is niets van verzonden.",
        todo=_AGAIN,
    ),
    ReasonCode.ENCRYPTED_ARCHIVE: Reason(
        sender="Het zipbestand is versleuteld; graag zonder wachtwoord aanleveren.",
        admin="Het zipbestand is versleuteld; er is niets van verzonden.",
        todo="Vraag de afzender het zonder wachtwoord aan te leveren.",
    ),
    ReasonCode.UNSUPPORTED_ARCHIVE: Reason(
        sender="Dit soort zipbestand kan niet worden gelezen; graag een gewoon zipbestand uit één deel "
        "aanleveren.",
        admin="Het zipbestand gebruikt een compressie die de bridge niet leest, of is één deel van meerdere; "
        "er is niets van verzonden.",
        todo="Vraag de afzender om een zipbestand uit één deel met de gewone compressie (Deflate), "
        "of om de bestanden zelf.",
    ),
    ReasonCode.UNSAFE_ARCHIVE: Reason(
        sender="Het zipbestand heeft onderdelen die geen bestand zijn of dubbelzinnig zijn; graag een gewoon "
        "zipbestand aanleveren.",
        admin="Het zipbestand bevat onderdelen die op twee manieren te lezen zijn of geen bestanden zijn; "
        "er is niets van verzonden.",
        todo="Vraag de afzender om een nieuw gemaakt, gewoon zipbestand.",
    ),
    ReasonCode.ARCHIVE_TOO_LARGE: Reason(
        sender="Het zipbestand is te groot of bevat te veel bestanden; graag over meerdere zipbestanden "
        "verdelen.",
        admin="Het zipbestand gaat over een grens voor aantal bestanden, uitgepakte omvang of compressie; "
        "er is niets van verzonden.",
        todo="Vraag om meerdere kleinere zipbestanden (een databestand zelf mag nooit worden gesplitst), "
        "of verhoog de grens onder [intake] in de configuratie. Daarna: bridge upload retry ID.",
    ),
    ReasonCode.EMPTY_ARCHIVE: Reason(
        sender="Het zipbestand bevat geen bestanden om door te sturen; graag de export controleren.",
        admin="Het zipbestand bevat geen bestanden om door te sturen; er is niets verzonden.",
        todo="Vraag de afzender of dat de bedoeling was.",
    ),
    ReasonCode.NESTED_ARCHIVE: Reason(
        sender="Er zit een zipbestand in het zipbestand; graag het binnenste apart aanleveren.",
        admin="Dit is een zipbestand in een zipbestand; het is niet uitgepakt en er is niets van verzonden.",
        todo="Vraag de afzender het apart aan te leveren (en laat dit vervallen: bridge delivery cancel ID).",
    ),
    ReasonCode.SAME_NAME_TWICE: Reason(
        sender="Twee bestanden in het zipbestand hebben dezelfde naam; graag elk een eigen naam geven.",
        admin="Een ander bestand uit hetzelfde zipbestand heeft dezelfde naam; Payt koppelt op naam, en "
        "het latere zou het eerste vervangen.",
        todo="Bekijk beide. Moet dit ook worden verzonden: bridge delivery release ID. "
        "Zo niet: bridge delivery cancel ID.",
    ),
    ReasonCode.BROKEN_GZIP: Reason(
        sender="Het .gz-bestand is beschadigd of onvolledig; graag opnieuw aanleveren.",
        admin="Het .gz-bestand is beschadigd of afgebroken; het is niet verzonden.",
        todo=_AGAIN,
    ),
    ReasonCode.GZIP_TOO_LARGE: Reason(
        sender="Het .gz-bestand is uitgepakt groter dan is toegestaan; neem contact op met de beheerder "
        "van de server.",
        admin="Het .gz-bestand is uitgepakt groter dan de grens; het is niet verzonden.",
        todo="Verhoog de grens onder [intake] in de configuratie; een databestand mag nooit worden "
        "gesplitst. Daarna: bridge upload retry ID.",
    ),
    ReasonCode.GZIP_DECLARATION: Reason(
        sender="Een declaratie mag niet met gzip zijn gecomprimeerd; graag het bestand zelf of een zip "
        "aanleveren.",
        admin="Er kwam een met gzip gecomprimeerde declaratie binnen; die neemt Payt niet aan. Ze is niet "
        "verzonden.",
        todo="Vraag de afzender om het bestand zelf, of om een zipbestand.",
    ),
    ReasonCode.GZIP_INNER_NAME: Reason(
        sender="De naam moet zeggen wat er in het .gz-bestand zit, zoals facturen.csv.gz; graag zo "
        "aanleveren.",
        admin="De naam van het .gz-bestand zegt niet wat erin zit (zoals facturen.csv.gz dat doet); Payt "
        "zou er niets mee kunnen.",
        todo="Vraag de afzender om een naam met de oorspronkelijke extensie erin, of om het bestand zonder "
        "compressie.",
    ),
    ReasonCode.UNKNOWN_KIND: Reason(
        sender="Het is niet duidelijk wat voor bestand dit is; graag in de map van zijn soort plaatsen.",
        admin="Noch de map, noch de extensie, noch de inhoud zegt wat voor bestand dit is.",
        todo="Voeg een route toe (bridge account route add) of laat het naar de map van zijn soort "
        "sturen; of geef het voor dit bestand op: bridge upload retry ID --kind KIND "
        "(uit een archief: bridge delivery release ID --kind KIND).",
    ),
    ReasonCode.OTHER_XML: Reason(
        sender="Deze XML is geen UBL-factuur of -creditnota; is het een databestand, plaats het dan in /csv.",
        admin="Deze XML is geen UBL-factuur of -creditnota en is niet als databestand bekend.",
        todo="Is het een databestand, laat het dan naar /csv sturen of voeg een route toe "
        "(bridge account route add). " + _RETRY,
    ),
    ReasonCode.UNKNOWN_FOLDER: Reason(
        sender="Deze map is hier niet bekend; graag een van de mappen gebruiken die de server toont.",
        admin="De map is geen soort en geen administratie van dit account, dus het is niet zeker voor wie "
        "het bestand is; op de verkeerde plek richt het schade aan.",
        todo="Geef het account de administratie die de map noemt (bridge account change NAME "
        "--administration CODE, met alle die het moet hebben), of voeg een route voor de map toe "
        "(bridge account route add). Daarna: bridge upload retry ID "
        "(uit een archief: bridge delivery release ID --administration CODE).",
    ),
    ReasonCode.UNKNOWN_ADMINISTRATION: Reason(
        sender="Dit account heeft geen administratie met die naam; graag de map controleren.",
        admin="De map, of wie erover besliste, noemt een administratie die dit account niet heeft.",
        todo="Geef het account die administratie (bridge account change NAME --administration CODE, met "
        "alle die het moet hebben). Daarna: bridge upload retry ID "
        "(uit een archief: bridge delivery release ID --administration CODE).",
    ),
    ReasonCode.NO_ADMINISTRATION: Reason(
        sender="Dit account kan nog geen bestanden aannemen; neem contact op met de beheerder van de server.",
        admin="Het account heeft geen administratie, dus het is niet bekend voor wie het bestand is.",
        todo="Geef het er een: bridge account change NAME --administration CODE. Daarna: bridge upload "
        "retry ID (uit een archief: bridge delivery release ID --administration CODE).",
    ),
    ReasonCode.BROKEN_CSV: Reason(
        sender="De CSV is onvolledig of beschadigd; graag opnieuw exporteren en aanleveren.",
        admin="De CSV is onvolledig of beschadigd; Payt zou elke factuur die erin ontbreekt op betaald "
        "zetten.",
        todo=_PLACE,
    ),
    ReasonCode.BROKEN_XML: Reason(
        sender="De XML is onvolledig of beschadigd; graag opnieuw exporteren en aanleveren.",
        admin="De XML is onvolledig of beschadigd; met zo'n databestand kan Payt openstaande facturen op "
        "betaald zetten.",
        todo=_PLACE,
    ),
    ReasonCode.BROKEN_JSON: Reason(
        sender="De JSON is onvolledig of beschadigd; graag opnieuw exporteren en aanleveren.",
        admin="De JSON is onvolledig of beschadigd; Payt zou elke factuur die erin ontbreekt op betaald "
        "zetten.",
        todo=_PLACE,
    ),
    ReasonCode.BROKEN_PDF: Reason(
        sender="De pdf is onvolledig of beschadigd; graag opnieuw maken en aanleveren.",
        admin="De pdf is onvolledig of beschadigd; de debiteur zou hem niet kunnen openen.",
        todo=_PLACE,
    ),
    ReasonCode.BROKEN_DECLARATION: Reason(
        sender="De declaratie is onvolledig of beschadigd; graag opnieuw exporteren en aanleveren.",
        admin="De declaratie is onvolledig of beschadigd, of de tellingen in het sluitrecord kloppen niet; "
        "een deel zou nooit worden gedeclareerd.",
        todo=_PLACE,
    ),
    ReasonCode.DECLARATION_RETURN: Reason(
        sender="Dit is een retourbestand van een verzekeraar; dat wordt niet doorgestuurd. Graag de "
        "declaratie zelf aanleveren.",
        admin="Dit is een retourbestand van een verzekeraar, geen declaratie; het mag niet worden ingediend.",
        todo=f"Vraag de afzender retourbestanden uit deze map te houden {_DROP}.",
    ),
    ReasonCode.DECLARATION_TEST: Reason(
        sender="Deze declaratie is als test gemarkeerd; graag de echte aanleveren.",
        admin="Deze declaratie is als test gemarkeerd; in een productieadministratie zou ze als echte "
        "declaratie gelden.",
        todo=f"Vraag de afzender om de echte {_DROP}. Alleen als een test de bedoeling is: "
        "bridge upload retry ID --kind declaration "
        "(uit een archief: bridge delivery release ID).",
    ),
    ReasonCode.UNKNOWN_ENCODING: Reason(
        sender="De tekenset van dit bestand is hier niet bekend; graag als UTF-8 exporteren.",
        admin="De tekst is geen UTF-8, en niemand heeft gezegd welke tekenset het wel is; een verkeerde gok "
        "verminkt namen.",
        todo="Geef het op: bridge account change NAME --encoding ENCODING. Alles wat daarop wacht, wordt "
        "dan ook weer opgepakt.",
    ),
    ReasonCode.WRONG_ENCODING: Reason(
        sender="De tekst past niet bij zijn tekenset; graag de export controleren, liefst als UTF-8.",
        admin="De tekst bevat bytes die de ingestelde of opgegeven tekenset niet kent; namen zouden worden "
        "verminkt.",
        todo="Vraag de afzender welke tekenset het is. Is die van het account verkeerd: bridge account "
        "change NAME --encoding ENCODING. Laat het bestand daarna opnieuw aanleveren.",
    ),
    ReasonCode.NAME_LACKS_NUMBER: Reason(
        sender="In de bestandsnaam ontbreekt het factuurnummer, dus Payt vindt de factuur misschien niet.",
        admin="In de naam van het UBL-bestand ontbreekt het factuurnummer dat erin staat (cbc:ID); Payt "
        "koppelt op bestandsnaam en laat zonder melding weg wat niet past.",
        todo="Vraag de afzender het factuurnummer in de bestandsnaam te zetten, of Payt welk patroon voor "
        "deze administratie is ingesteld.",
    ),
    ReasonCode.LEFT_OUT: Reason(
        sender="Een deel van het zipbestand is overgeslagen: systeembestanden, of bestanden in mappen.",
        admin="Een deel van het zipbestand is overgeslagen: rommel zoals __MACOSX of .DS_Store, of "
        "bestanden in mappen waar intake.zip_directories op skip staat.",
        todo="Lees de namen in de toelichting. Moeten bestanden in mappen ook mee, zet "
        "intake.zip_directories dan op flatten en laat het zipbestand opnieuw aanleveren.",
    ),
}
