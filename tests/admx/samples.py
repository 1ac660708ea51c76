"""Small hand-written templates, and builders for variations of them."""

from operations.admx import Finding, Reading, SourceFile, read
from operations.admx.model.rules import Group

POLICY = (
    '<policy name="Proxy" class="Machine" displayName="$(string.Proxy)" explainText="$(string.Proxy_Help)" '
    'key="Software\\Example" valueName="Proxy"><parentCategory ref="Main"/></policy>'
)
CATEGORY = '<category name="Main" displayName="$(string.Main)"/>'
NAMESPACE = "Example.Policies"
TARGET = f'<target prefix="example" namespace="{NAMESPACE}"/>'
STRINGS = {"Main": "Example", "Proxy": "Use a proxy", "Proxy_Help": "Sends traffic through a proxy."}


def admx(
    *policies: str,
    categories: str = CATEGORY,
    target: str = TARGET,
    revision: str = 'revision="1.0"',
    minimum: str = "1.0",
) -> str:
    """An ADMX; without arguments one with a policy and a category and nothing to complain about."""
    inside = "".join(policies) if policies else POLICY
    return (
        f'<policyDefinitions {revision} schemaVersion="1.0">\n<policyNamespaces>{target}</policyNamespaces>\n'
        f'<resources minRequiredRevision="{minimum}"/>\n<categories>{categories}</categories>\n'
        f"<policies>{inside}</policies>\n</policyDefinitions>"
    )


def target(namespace: str) -> str:
    """For a template that is to be in force beside others."""
    return TARGET.replace(NAMESPACE, namespace)


def policy(name: str = "Proxy", inside: str = "", *, without: str = "", **changed: str) -> str:
    """One policy with nothing to complain about, with attributes changed or left out, and more inside it."""
    attributes = {
        "name": name,
        "class": "User",
        "displayName": "$(string.Proxy)",
        "explainText": "$(string.Proxy_Help)",
        "key": "Software\\Example",
        "valueName": "Proxy",
    }
    attributes |= {key.rstrip("_"): value for key, value in changed.items()}
    attributes.pop(without, None)
    written = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return f'<policy {written}><parentCategory ref="Main"/>{inside}</policy>'


def adml(
    strings: dict[str, str] | None = None,
    *,
    revision: str = 'revision="1.0"',
    more: str = "",
    xmlns: str = "",
) -> str:
    """An ADML with the texts the default ADMX needs."""
    entries = "".join(f'<string id="{key}">{text}</string>' for key, text in (strings or STRINGS).items())
    return (
        f'<policyDefinitionResources {revision} schemaVersion="1.0"{xmlns}>\n<displayName/><description/>\n'
        f"<resources><stringTable>{entries}{more}</stringTable></resources>\n</policyDefinitionResources>"
    )


def english(text: str | bytes | None = None, language_code: str | None = "en-US") -> SourceFile:
    """An ADML as handed in."""
    return language(adml() if text is None else text, language_code)


def language(text: str | bytes, language_code: str | None) -> SourceFile:
    """An ADML as handed in for some language."""
    return SourceFile("example.adml", as_bytes(text), language_code)


def template(text: str | bytes | None = None) -> SourceFile:
    """An ADMX as handed in."""
    return SourceFile("example.admx", as_bytes(admx() if text is None else text))


def as_bytes(text: str | bytes) -> bytes:
    """UTF-8 unless the sample is bytes already."""
    return text if isinstance(text, bytes) else text.encode()


def read_sample(definition: str | bytes | None = None, *languages: SourceFile, default: str = "en-US") -> Reading:
    """Read an ADMX text with the languages given, or with the English that fits the default ADMX."""
    return read(template(definition), languages or (english(),), default_language=default)


def told(reading: Reading) -> list[Finding]:
    """All findings but those that concern Intune alone: samples are too small to please it."""
    return [finding for finding in reading.findings if finding.group is not Group.INTUNE]


def codes(reading: Reading) -> list[str]:
    """The codes of all findings."""
    return [finding.code for finding in told(reading)]


def only(reading: Reading) -> Finding:
    """The one finding."""
    found = told(reading)
    assert len(found) == 1, [finding.sentence for finding in found]
    return found[0]
