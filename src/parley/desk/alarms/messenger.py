"""A message to an address, by the library apprise: it got through, or why not."""

from typing import Protocol

NO_ADDRESS = "no address is set for this post"
UNKNOWN = "the address cannot be read"
REFUSED = "it was not taken"


class Messenger(Protocol):
    """What carries a message to an address."""

    def send(self, address: str, title: str, text: str) -> str:
        """Send; give why it failed, or nothing."""
        ...


class AppriseMessenger:
    """Mail, SMS and pager gateways, webhooks: whatever apprise knows by its address."""

    def send(self, address: str, title: str, text: str) -> str:
        """Send plain text; give why it failed, or nothing. Never says the address."""
        try:
            import apprise
        except ImportError:
            return "apprise is not installed here"
        try:
            carrier = apprise.Apprise()
            if not carrier.add(address):
                return UNKNOWN
            taken = carrier.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT)
        except Exception as error:  # noqa: BLE001 - whatever a carrier raises, it did not carry
            return f"it failed: {type(error).__name__}"
        return "" if taken else REFUSED
