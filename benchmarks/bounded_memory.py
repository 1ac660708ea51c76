"""How much one answer and one zip take: bytes sent, and the most memory that a process ever had.

Run with `make bench`. The answer is the largest that could be asked for with a read token: each definition with its
category, and each category with its definitions. The zip unpacks to 700 MiB.
"""

import base64
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.admx import samples
from tests.journeys.portal import FILES, REPOSITORY, Portal, processes_of

POLICIES = 1000
AT_ONCE = 4
ADDRESS = "/beta/deviceManagement/groupPolicyDefinitions?$top=1000&$expand=category($expand=definitions($top=1000))"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        portal = Portal(Path(folder) / "data").start()
        try:
            answers(portal)
        finally:
            portal.stop()
        a_zip(Path(folder))


def answers(portal: Portal) -> None:
    policies = "".join(samples.policy(f"Policy{number}") for number in range(POLICIES))
    languages = [{"fileName": "a.adml", "languageCode": "en-US", "content": in_base64(samples.adml())}]
    body = {
        "content": in_base64(samples.admx(policies)),
        "fileName": "many.admx",
        "defaultLanguageCode": "en-US",
        "groupPolicyUploadedLanguageFiles": languages,
    }
    portal.finished(portal.call("POST", FILES, body).json["id"])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda _: asked(portal), range(AT_ONCE)))
    print("answers (status, MiB):", [(status, round(size / 1024**2, 1)) for status, size in found])
    most = max(memory(number) for number, line in processes_of(portal.folder).items() if "run_huey" not in line)
    print(f"most memory of a web process: {most // 1024} MiB")


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def asked(portal: Portal) -> tuple[int, int]:
    request = urllib.request.Request(portal.root + ADDRESS, headers={"Authorization": f"Bearer {portal.token}"})
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            return answer.status, len(answer.read())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, len(refusal.read())


def memory(process: int) -> int:
    """KiB at the most so far."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def a_zip(folder: Path) -> None:
    made = folder / "bomb.zip"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for number in range(175):
            archive.writestr(f"{number}.admx", bytes(4 * 1024 * 1024))
    script = (
        "import django; django.setup(); import resource, sys; from operations.services.importing import sources\n"
        "try: sources.read_uploaded([('bomb.zip', open(sys.argv[1], 'rb'))])\n"
        "except Exception as error: print(error)\n"
        "print(f'most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB')"
    )
    environment = {"PORTAL_DATA_DIR": str(folder / "zip"), "DJANGO_SETTINGS_MODULE": "gpo_portal.settings"}
    print(f"a zip of {made.stat().st_size // 1024} KiB:", flush=True)
    subprocess.run([sys.executable, "-c", script, str(made)], cwd=REPOSITORY, env=environment, check=True)


if __name__ == "__main__":
    main()
