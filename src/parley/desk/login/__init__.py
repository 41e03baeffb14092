"""Logging in over HTTP: who asks, sessions in cookies, one-time links, second factors, issuers."""
