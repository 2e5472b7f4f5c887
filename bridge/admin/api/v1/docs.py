"""The page that shows the API's description (Swagger UI); all that it loads is vendored."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

PATH = "/api/v1/docs"
routes = APIRouter()
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>HTTP API of sftp-bridge</title>
<link rel="icon" href="/static/icon.svg">
<link rel="stylesheet" href="/static/vendor/swagger-ui.css">
</head>
<body>
<noscript>This page needs JavaScript; the description itself is
<a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</noscript>
<div id="docs"></div>
<script src="/static/vendor/swagger-ui-bundle.js"></script>
<script src="/static/docs.js"></script>
</body>
</html>
"""


@routes.get(PATH)
async def page() -> HTMLResponse:
    """Show the description; it is the same for everybody, and no secret."""
    return HTMLResponse(_PAGE)
