"""The relief of the watch: what is open is listed, and both officers sign."""
