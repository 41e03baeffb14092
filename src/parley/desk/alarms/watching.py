"""The thread that keeps the alarms going while the API is served."""

import threading

from parley.desk.alarms.escalation import Escalation
from parley.node.runtime import Node

_PAUSE_S = 2.0
_LOOK_S = 15.0


class AlarmWatch:
    """Looks whenever something happened here, and every quarter of a minute besides."""

    def __init__(
        self,
        node: Node,
        escalation: Escalation | None = None,
        *,
        pause_s: float = _PAUSE_S,
        look_s: float = _LOOK_S,
    ) -> None:
        self._node = node
        self._escalation = escalation or Escalation(node)
        self._pause_s, self._look_s = pause_s, look_s
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="alarms", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, once a message that is being sent has gone or failed."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        seen, looked = -1, 0.0
        while not self._stop.wait(self._pause_s):
            changes, elapsed = self._node.changes, self._node.clock.elapsed()
            if changes == seen and elapsed - looked < self._look_s:
                continue
            seen, looked = changes, elapsed
            try:
                self._escalation.step(self._node.clock.now())
                self._node.desk_state.alarm_fault = ""
            except Exception as error:  # noqa: BLE001 - alarms that died would be silent
                self._node.desk_state.alarm_fault = f"{type(error).__name__}: {error}"
