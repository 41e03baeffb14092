"""Who is called when nobody at the desk reacts, and what came of it."""
