"""Print the requirements of the dev group, since pip before 25.1 cannot read dependency groups."""

import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
print(*project["dependency-groups"]["dev"])  # noqa: T201
