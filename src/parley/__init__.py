"""values -> (record -> log | sky) -> projection -> kinds | watch -> node -> desk."""
