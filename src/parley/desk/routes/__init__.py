"""The API's paths by noun; ``parley.desk.api`` lists them."""
