"""A strict local stand-in for Payt's endpoints: the demo's and the tests' destination.

It knows nothing of the bridge: it is written from Payt's public documentation, so that both cannot share a
mistake.  `server` answers, `contract` judges a request, `records` keeps what came.
"""

from bridge.sandbox.records import Received
from bridge.sandbox.server import Sandbox, ScriptedAnswer

__all__ = ["Received", "Sandbox", "ScriptedAnswer"]
