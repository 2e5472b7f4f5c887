"""Alarms in English."""

from collections.abc import Mapping

from bridge.domain.alarms import AlarmKind, AlarmText

TEXTS: Mapping[AlarmKind, AlarmText] = {
    AlarmKind.BATCH_INCOMPLETE: AlarmText(
        label="batch incomplete",
        raised="Files that came together were not all delivered when the import ran.",
        recovered="All of the files that came together are delivered, or decided about.",
        todo="Look what is missing and why: bridge batch show ID.",
    ),
    AlarmKind.UPLOAD_MISSING: AlarmText(
        label="upload missing",
        raised="An upload that is usual at this time has not come.",
        recovered="What was missing has come, or is expected no more.",
        todo="Ask the sender whether the export ran. If nothing is to be expected any more: "
        "bridge account expect off NAME.",
        sender="We usually have files from you by now, and they have not come. "
        "Please check whether your export has run, and send them.",
        sender_recovered="The files that were missing have come, or are no longer expected. Thank you.",
    ),
    AlarmKind.CUT_OFF_AT_RISK: AlarmText(
        label="at risk",
        raised="What waits will be there for the import, but with little room.",
        recovered="What waits will be there for the next import, with room to spare.",
        todo="See how much room is left: bridge lane forecast.",
    ),
    AlarmKind.CUT_OFF_LATE: AlarmText(
        label="late",
        raised="Not all that waits will be there when the import runs.",
        recovered="What waits now will be there for the next import.",
        todo="See who will be late: bridge lane forecast. Is anything paused: bridge lane list. "
        "Have the rest uploaded for the next import.",
    ),
    AlarmKind.FILES_HELD: AlarmText(
        label="files held",
        raised="Files wait for somebody to decide about them.",
        recovered="No files of the account wait for a decision any more.",
        todo="Look why, and release, mend or reject them: bridge upload list --account NAME.",
        sender="Files that you sent are waiting and have not been passed on.",
        sender_recovered="No files of yours are waiting any more.",
    ),
    AlarmKind.ADMINISTRATION_PAUSED: AlarmText(
        label="administration paused",
        raised="Nothing is sent for the administration.",
        recovered="Files are sent for the administration again.",
        todo="See why, and give it a new import token if Payt refuses the old one: "
        "bridge administration show NAME.",
    ),
    AlarmKind.LANE_PAUSED: AlarmText(
        label="lane paused",
        raised="Nothing is sent in the lane.",
        recovered="Files are sent in the lane again.",
        todo="See why: bridge lane list. If an operator stopped it and it may go on: "
        "bridge lane resume NAME.",
    ),
    AlarmKind.DESTINATION_AWAY: AlarmText(
        label="destination away",
        raised="The destination does not answer, so only probes go and the rest waits.",
        recovered="The destination answers again.",
        todo="Nothing is lost, and sending goes on by itself. Since when, and the next probe: "
        "bridge lane list.",
    ),
    AlarmKind.DISK_LOW: AlarmText(
        label="disk low",
        raised="The disk is getting full, and uploads will be refused when it is.",
        recovered="There is enough room on the disk again.",
        todo="Make room; no restart is needed. How much is free: bridge check.",
    ),
    AlarmKind.CERTIFICATE_EXPIRING: AlarmText(
        label="certificate expiring",
        raised="A certificate on the way to the destination ends soon, or is not trusted; "
        "without a good one nothing can be sent.",
        recovered="The certificates on the way to the destination are good.",
        todo="Ask who runs the destination, or renew destination.ca_file. As it is now: bridge check.",
    ),
    AlarmKind.CREDENTIAL_EXPIRING: AlarmText(
        label="credential expiring",
        raised="A password or key of the account ends soon, or has just ended.",
        recovered="No password or key of the account ends soon.",
        todo="Give the sender a new one in time: bridge account show NAME, then bridge account password NAME "
        "or bridge account key add NAME.",
        sender="A password or key with which you send files ends soon. "
        "Please ask the administrator of the server for a new one.",
        sender_recovered="No password or key with which you send files ends soon.",
    ),
}
