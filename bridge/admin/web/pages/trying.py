"""A trial of a path: where would a file go, by which rule, and what would be asked of the destination.

    +------------------------------------------------------------------------------+
    | /export/a.csv goes to NL03 as data, by route.                                 |
    |  path [/export/a.csv      ]   file [choose]   (Try)                           |
    |  1 route 3 /export/*.csv      fits, and wins                                  |
    |  POST https://…/csv     file.filename a.csv  …                                |
    +------------------------------------------------------------------------------+

Nothing is sent and nothing is kept, neither the path nor the file.
"""

import io

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from bridge.admin.operations import accounts, records, trials
from bridge.admin.operations.trials import Trial
from bridge.admin.web import advice
from bridge.admin.web.asking import SupportVisitor, Visit
from bridge.admin.web.forms import Form
from bridge.domain.errors import NotFound

routes = APIRouter()


@routes.get("/accounts/{name}/try")
def ask(visit: SupportVisitor, name: str, path: str = "") -> Response:
    """Try the path in the address; without one show the form."""
    return _try(visit, name, Form({"path": path}), None, is_asked=bool(path))


@routes.post("/accounts/{name}/try")
async def look(visit: SupportVisitor, name: str) -> Response:
    """Try a path with the file itself, where its content decides."""
    content = await _file(visit)
    return await run_in_threadpool(_try, visit, name, Form.typed(visit), content, is_asked=True)


async def _file(visit: Visit) -> bytes | None:
    """Return the bytes of the file that was chosen; a form's fields are text already, and files are not."""
    chosen = (await visit.request.form()).get("file")
    if not isinstance(chosen, UploadFile) or not chosen.filename:
        return None
    try:
        await chosen.seek(0)
        return await chosen.read()
    finally:
        await chosen.close()


def _try(visit: Visit, name: str, form: Form, content: bytes | None, *, is_asked: bool) -> Response:
    accounts.get(visit.desk, name=name)
    trier = visit.console.trier
    if trier is None:
        raise NotFound("no trials here", public="paths cannot be tried here")
    trial = None
    if is_asked:
        trial = form.check(
            "path",
            lambda: trials.try_path(
                visit.desk,
                account=name,
                path=form["path"],
                recognise=trier.recognise,
                requester=trier.requester,
                sample=None
                if content is None
                else trials.sample_of(io.BytesIO(content), path=form["path"], size=len(content)),
            ),
        )
    return visit.page(
        "try.html",
        status=200 if form.is_right else 422,
        name=name,
        form=form,
        trial=trial,
        answer="Try a path: where a file would go, and what decides it." if trial is None else answer(trial),
        reason=None if trial is None else records.reason_text(trial.hold),
        todo=None if trial is None else advice.todo(trial.hold, visit.role, has_buttons=False),
        above=visit.desk.settings.destination.gzip_above_bytes,
    )


def answer(trial: Trial) -> str:
    """Return the sentence that says where a file would go."""
    if trial.hold is not None:
        return f"{trial.path} would be held."
    whom = trial.administration or "nobody"
    if trial.kind_by == "members":
        return f"{trial.path} would be unpacked, and each file in it placed by itself, for {whom}."
    if trial.kind is None:
        return f"{trial.path} goes to {whom}; what it is, its content says: choose the file to see it."
    return f"{trial.path} goes to {whom} as {trial.kind}, by its {trial.kind_by}."
