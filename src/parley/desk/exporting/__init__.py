"""Records of a channel as files that others read: tables, maps, alerts, calendars.

The node gives items, already as old and as coarse as they may leave it; the command writes the
file. Nothing that a sealed or personal part holds is ever in an item.
"""
