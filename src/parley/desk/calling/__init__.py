"""The call card: a call as it goes on, and the record that it becomes."""
