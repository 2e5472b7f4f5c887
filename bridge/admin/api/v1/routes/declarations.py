"""All administrations and accounts at once, as they should be and as they are."""

from typing import Annotated

from fastapi import Query

from bridge.admin.api.v1.calling import Operator
from bridge.admin.api.v1.router import CONFLICT, router
from bridge.admin.api.v1.shapes.rehearsal import Applied, Described
from bridge.admin.operations import declaring, described, differences
from bridge.admin.operations.declared import Declaration
from bridge.admin.operations.records import Record

routes = router("", tag="declarations")
DryRun = Annotated[bool, Query(description="Change nothing; show what would.")]
Prune = Annotated[bool, Query(description="Remove what is not declared, of the nouns that the body has.")]


@routes.post("/apply", response_model=Applied, responses=CONFLICT)
def apply_declaration(
    call: Operator, body: Declaration, dry_run: DryRun = False, prune: Prune = False
) -> Record:
    """Make administrations and accounts as the body says: all of it, or nothing; twice is once."""
    return differences.record(declaring.apply(call.desk, body, prune=prune, is_rehearsal=dry_run))


@routes.get("/declaration", response_model=Described)
def get_declaration(call: Operator) -> Record:
    """Show administrations and accounts in the form that `apply` takes; no secrets, no hashes."""
    return described.present(call.desk)
