"""The console: pages for people, server-rendered, with nothing loaded from elsewhere.

Each page opens with one sentence that answers its question, then shows what needs a hand, then the rest:

    +------------------------------------------------------------------------------------------+
    | bridge   Tonight  Files  Held 3  Deliveries  Accounts  Administrations  Audit  Health  me |
    +------------------------------------------------------------------------------------------+
    | All 14 administrations are on time; 3 files are held, the oldest since 21:40.            | answer
    |                                                                                          |
    | Needs a hand                                                                             |
    |  ^ late     NL03 by 20 min      5,120 wait, import 01:00 CET            forecast         | word, shape
    |  # held     3 files             encoding not set (2), broken zip (1)    look             |
    |                                                                                          |
    | Lane   2.9 of 3 a second  ########--   5,120 wait   oldest 28 min   2 under way          |
    | Last 24 h   received and delivered, by the hour  (bars, with a table for who hears it)   |
    |                                                                                          |
    | administration  account  waiting  expected done  cut-off  slack      upload until        | aligned
    +------------------------------------------------------------------------------------------+

`asking` says who asks, `answering` makes the page, `guarding` is between a browser and everything; a page's
module in `pages` asks `bridge.admin.operations` and names a template of the same name.  Pages work without
scripts; htmx only refreshes parts of them when the ledger has changed (`live`).
"""
