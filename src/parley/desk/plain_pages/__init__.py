"""The pages without JavaScript: server-made HTML over the very paths of the API."""
