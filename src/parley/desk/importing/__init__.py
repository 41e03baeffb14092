"""Files of others into records: rows -> mapping -> drafts -> batches, and forms the way out.

A row is read from a table, a spreadsheet, GeoJSON or a submission (``rows``); a mapping says which
of its cells become which fields of a kind (``mapping``); a draft is what the node is to log
(``drafts``); it goes there in batches (``batches``), and a report says what came of every row.
"""
