"""A template with one of everything, one thing to a line, and ways to break it."""

import re
from collections.abc import Iterator

from operations.admx import Reading, SourceFile, ValidationContext, read
from operations.admx.model.validation_context import Declared
from tests.admx.samples import told

ADMX = """<?xml version="1.0" encoding="utf-8"?>
<policyDefinitions revision="1.0" schemaVersion="1.0">
  <policyNamespaces>
    <target prefix="example" namespace="Example.Policies"/>
    <using prefix="windows" namespace="Microsoft.Policies.Windows"/>
  </policyNamespaces>
  <resources minRequiredRevision="1.0"/>
  <supportedOn>
    <definitions>
      <definition name="Recent" displayName="$(string.Recent)"/>
    </definitions>
  </supportedOn>
  <categories>
    <category name="Main" displayName="$(string.Main)">
      <parentCategory ref="windows:Network"/>
    </category>
    <category name="Inner" displayName="$(string.Inner)">
      <parentCategory ref="Main"/>
    </category>
  </categories>
  <policies>
    <policy name="Switch" class="Machine" displayName="$(string.Switch)" explainText="$(string.Help)" key="Software\\Example" valueName="Switch">
      <parentCategory ref="Inner"/>
      <supportedOn ref="windows:W11"/>
      <enabledValue>
        <decimal value="1"/>
      </enabledValue>
      <disabledList defaultKey="Software\\Example\\Off">
        <item key="Software\\Example\\Listed" valueName="Off">
          <value>
            <string>off</string>
          </value>
        </item>
      </disabledList>
    </policy>
    <policy name="All" class="Both" displayName="$(string.All)" explainText="$(string.Help)" presentation="$(presentation.All)" key="Software\\Example">
      <parentCategory ref="Inner"/>
      <supportedOn ref="Recent"/>
      <elements>
        <boolean id="Boolean" valueName="Boolean"/>
        <decimal id="Decimal" valueName="Decimal" minValue="1" maxValue="10"/>
        <longDecimal id="LongDecimal" valueName="LongDecimal" maxValue="5000000000"/>
        <text id="Text" valueName="Text" maxLength="100"/>
        <multiText id="MultiText" valueName="MultiText" maxStrings="5"/>
        <enum id="Enum" valueName="Enum">
          <item displayName="$(string.First)">
            <value>
              <decimal value="0"/>
            </value>
          </item>
          <item displayName="$(string.Second)">
            <value>
              <longDecimal value="1"/>
            </value>
          </item>
        </enum>
        <list id="List" key="Software\\Example\\List"/>
      </elements>
    </policy>
  </policies>
</policyDefinitions>
"""  # noqa: E501

ADML = """<?xml version="1.0" encoding="utf-8"?>
<policyDefinitionResources revision="1.0" schemaVersion="1.0">
  <displayName>Example</displayName>
  <description>An example</description>
  <resources>
    <stringTable>
      <string id="Recent">Recent systems</string>
      <string id="Main">Example</string>
      <string id="Inner">Details</string>
      <string id="Switch">Switch it</string>
      <string id="All">Set all</string>
      <string id="Help">It helps.</string>
      <string id="First">First</string>
      <string id="Second">Second</string>
    </stringTable>
    <presentationTable>
      <presentation id="All">
        <text>Please choose</text>
        <checkBox refId="Boolean">Boolean</checkBox>
        <decimalTextBox refId="Decimal" defaultValue="5" spinStep="2">Decimal</decimalTextBox>
        <longDecimalTextBox refId="LongDecimal" defaultValue="7">Large</longDecimalTextBox>
        <textBox refId="Text"><label>Text</label></textBox>
        <multiTextBox refId="MultiText" defaultHeight="4"/>
        <dropdownList refId="Enum" defaultItem="1">Enum</dropdownList>
        <listBox refId="List">List</listBox>
      </presentation>
    </presentationTable>
  </resources>
</policyDefinitionResources>
"""

AROUND = ValidationContext(
    declared={
        "Microsoft.Policies.Windows": Declared(
            "Microsoft.Policies.Windows", "Windows.admx", frozenset({"Network"}), frozenset({"W11"})
        )
    }
)


def read_full(admx: str | bytes = ADMX, adml: str | bytes = ADML) -> Reading:
    """Read the two files, either of them broken."""
    definition, language = (text if isinstance(text, bytes) else text.encode() for text in (admx, adml))
    files = (SourceFile("example.adml", language, "en-US"),)
    return read(SourceFile("example.admx", definition), files, default_language="en-US", context=AROUND)


def found(reading: Reading) -> set[tuple[str, int | None]]:
    """Each finding's code and line."""
    return {(finding.code, finding.line) for finding in told(reading)}


def attributes(text: str) -> Iterator[tuple[str, str, int, str]]:
    """Each attribute in turn: its element, its name, its line, and the text without it."""
    for tag in re.finditer(r"<(\w+)(( \w+=\"[^\"]*\")+)", text):
        for attribute in re.finditer(r" (\w+)=\"[^\"]*\"", tag[2]):
            start, end = (tag.start(2) + position for position in attribute.span())
            yield tag[1], attribute[1], line_of(text, start), text[:start] + text[end:]


def numbers(text: str, value: str) -> Iterator[tuple[str, str, int, str]]:
    """Each attribute that holds a number in turn: its element, its name, its line, and the text with this instead."""
    for match in re.finditer(r"<(\w+)[^<>]*>", text):
        for number in re.finditer(r" (\w+)=\"(\d+)\"", match[0]):
            start, end = (match.start() + position for position in number.span(2))
            yield match[1], number[1], line_of(text, start), text[:start] + value + text[end:]


def lines_with(text: str, word: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if word in line]


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def with_line(text: str, number: int, changed: str | None) -> str:
    """The text with one line changed, or (None) left out."""
    lines = text.splitlines(keepends=True)
    lines[number - 1] = "" if changed is None else changed + "\n"
    return "".join(lines)
