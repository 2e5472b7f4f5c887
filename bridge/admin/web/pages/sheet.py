"""The connection sheet: one page of paper with all that a sender needs, in the sender's language.

    +------------------------------------------------------------------+
    | Connection sheet for jansen                     (Print) (Dutch)   |
    |   Host       sftp.example.com        Port     22                 |
    |   Name       jansen                  Password k3Ty…  shown once   |
    | 1 Check the server    fingerprints, and how to compare them       |
    | 2 Put files           folder -> what it takes                     |
    | 3 What comes back     /status, what OK means                      |
    | 4 Commands            OpenSSH, WinSCP, lftp; ready to paste       |
    +------------------------------------------------------------------+

The password is on it only in the answer to the form that made it; it is kept nowhere.
"""

from typing import Literal

from fastapi import APIRouter, Response

from bridge.admin.operations import sheets
from bridge.admin.web.asking import AnyVisitor, Visit

routes = APIRouter()


@routes.get("/accounts/{name}/sheet")
def show(visit: AnyVisitor, name: str, language: Literal["en", "nl"] | None = None) -> Response:
    """Show the sheet, without a password."""
    return page(visit, name, language=language)


def page(
    visit: Visit,
    name: str,
    *,
    password: str | None = None,
    is_new: bool = False,
    language: Literal["en", "nl"] | None = None,
) -> Response:
    """Return the sheet; with a *password* that was just made."""
    found = sheets.sheet(visit.desk, name=name, language=language)
    return visit.page(
        f"sheet_{found.language}.html",
        sheet=found,
        account=found.account,
        password=password,
        is_new=is_new,
        port=found.port or "PORT",
    )
