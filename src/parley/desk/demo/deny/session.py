from pathlib import Path
from parley.desk.demo.script import Script


def deny(folder: Path, script: Script) -> bool:
    return True
