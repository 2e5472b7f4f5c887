"""What is decided about deliveries, one or many: held, released, cancelled, sent again.

Send again 3 files?
They go to the destination once more ...
  F1001.pdf   jansen, invoice_pdf, NL01
Not among them: delivery 7 (open.csv) is left out: ... only the newest goes
why [.............]   (Send again 3 files)   Leave them as they are
"""

from dataclasses import asdict

from fastapi import APIRouter, Response

from bridge.admin.operations import deliveries, many, replaying
from bridge.admin.operations.deliveries import DeliveryReport, Step
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.many import POSSIBLE, Filter, Verb
from bridge.admin.web.addresses import one_of
from bridge.admin.web.asking import SupportVisitor, Visit
from bridge.admin.web.delivery_filter import STATES, Wanted
from bridge.admin.web.sure import Sure, ids_of, told
from bridge.domain.audit import Deed
from bridge.domain.deliveries import DeliveryId, DeliveryState
from bridge.domain.errors import Invalid
from bridge.domain.kinds import Kind
from bridge.domain.roles import check, may
from bridge.domain.wording import counted

routes = APIRouter()
_BY_FILTER = "by_filter"  # carried from the page that asks: these are not ticked one by one
_AT_ONCE = {Verb.HOLD, Verb.RETRY}  # of what was ticked: nothing is lost by these
_WORDS = {  # on the button, of the question, and what follows from it
    Verb.HOLD: ("Hold", "Hold back", "Nothing of this is sent until somebody releases it."),
    Verb.RELEASE: ("Release", "Release", "It is sent as it is, whatever it is held for."),
    Verb.RETRY: ("Retry", "Send at once", "It is sent at once, as it is."),
    Verb.CANCEL: ("Cancel", "Cancel", "It is never sent. The sender can send it afresh."),
    Verb.REPLAY: ("Send again", "Send again", "It goes to the destination once more, as a new delivery."),
}


@routes.post("/deliveries")
def decide(visit: SupportVisitor) -> Response:
    """Do something to deliveries that were ticked, or to all of a list; ask first what cannot be undone."""
    verb = one_of(Verb, visit.text("verb"))
    if verb is None:
        raise Invalid("expected hold, release, retry, cancel or replay")
    wanted = Wanted(**{name: visit.text(f"of_{name}") for name in asdict(Wanted())})
    is_all = visit.has("all")
    check(visit.desk.actor, Deed(act=f"delivery {verb}", subject="delivery:many"))
    ids = _all_of(visit.desk, verb, wanted) if is_all else ids_of(visit.texts("ids"))
    if not ids:
        raise Invalid("nothing is ticked; tick what you mean, or all of the list")
    back = visit.text("back") or wanted.address()
    left_out: list[str] = []
    if verb is Verb.REPLAY:
        plan = replaying.plan(visit.desk, ids=ids)
        ids, left_out = list(plan.ids), list(plan.left_out)
    is_sure = visit.has("sure") or (verb in _AT_ONCE and not is_all)
    if not is_sure:
        return visit.page("sure.html", sure=_ask(visit, verb, ids, left_out, back))
    step = _step(visit, verb)
    detail = {"chosen_by": _filter(wanted).told()} if is_all or visit.has(_BY_FILTER) else {}
    portions = many.perform(visit.desk, act=f"delivery {verb}", ids=ids, step=step, detail=detail)
    done = many.together(portions)
    return visit.go(back, told(_WORDS[verb][1], len(done.done), [*left_out, *done.refusals]))


def _filter(wanted: Wanted) -> Filter:
    search = wanted.search()
    return Filter(
        account=search.account,
        administration=search.administration,
        states=search.states,
        reason=search.reason,
        kind=search.kind,
        lane=search.lane,
    )


def _chosen_by(visit: Visit) -> dict[str, str]:
    """Return the fields with which the page that asks carries on by which filter its files were chosen."""
    if not visit.has("all"):
        return {}
    fields = {name: visit.text(name) for name in visit.form if name.startswith("of_") and visit.text(name)}
    return fields | {_BY_FILTER: "yes"}


def _all_of(desk: Desk, verb: Verb, wanted: Wanted) -> list[DeliveryId]:
    search, which = wanted.search(), _filter(wanted)
    if which.is_empty:
        raise Invalid("narrow the list first, by a state or an account: all of everything is never meant")
    if not set(POSSIBLE[verb]).issuperset(search.states):
        can = " or ".join(STATES[one] for one in POSSIBLE[verb])
        raise Invalid(f"{_WORDS[verb][0].lower()} is for what is {can}; this list is of others")
    return many.choose(desk, verb=verb, which=which)[: many.MOST_AT_ONCE]


def _ask(visit: Visit, verb: Verb, ids: list[DeliveryId], left_out: list[str], back: str) -> Sure:
    _, doing, consequence = _WORDS[verb]
    refused = replaying.refusals(visit.desk, ids=ids) if verb is Verb.REPLAY else {}
    going = [one for one in ids if one not in refused]
    seen = many.look(visit.desk, ids=going[:20])
    notes = [consequence]
    if verb is Verb.REPLAY:
        notes.append("Of data files only the newest goes; attachments may show twice at Payt.")
    if len(ids) >= many.MOST_AT_ONCE:
        notes.append(f"These are the oldest {many.MOST_AT_ONCE:,} of the list; do the rest afterwards.")
    return Sure(
        question=f"{doing} {counted(len(going), 'file')}?" if going else "None of these can go again.",
        notes=notes if going else [],
        names=[(f"/deliveries/{one.delivery.id}", one.document.name, _beside(one)) for one in seen],
        more=len(going) - len(seen),
        refusals=[*left_out, *refused.values()][:20],
        action="/deliveries",
        fields={"verb": verb, "back": back}
        | _chosen_by(visit)
        | {name: visit.text(name) for name in ("kind", "administration") if visit.text(name)},
        ids="\n".join(map(str, going)),
        word=f"{doing} {counted(len(going), 'file')}" if going else "",
        is_danger=verb is Verb.CANCEL,
        why=visit.text("why"),
        back=back,
    )


def _beside(one: DeliveryReport) -> str:
    parts = [one.account, one.delivery.kind or "kind not known", one.administration or "for whom not known"]
    return ", ".join(parts)


def _step(visit: Visit, verb: Verb) -> Step:
    match verb:
        case Verb.HOLD:
            return deliveries.holding()
        case Verb.CANCEL:
            return deliveries.cancelling(visit.desk)
        case Verb.REPLAY:
            return replaying.replaying(visit.desk)
        case Verb.RELEASE | Verb.RETRY:
            return deliveries.releasing(
                visit.desk,
                kind=one_of(Kind, visit.text("kind")),
                administration=visit.text("administration") or None,
            )


def verbs_for(visit: Visit, state: DeliveryState | None) -> list[tuple[Verb, str]]:
    """Return what the visitor may do to deliveries in *state*."""
    return [
        (verb, words[0])
        for verb, words in _WORDS.items()
        if (state is None or state in POSSIBLE[verb])
        and may(visit.desk.actor, Deed(act=f"delivery {verb}", subject="delivery:many"))
    ]
