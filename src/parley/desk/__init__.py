"""The faces of a node: command line, HTTP interface and pages; no decision is taken here."""
