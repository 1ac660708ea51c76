"""One policy with every kind of element, each with its control, in a category below another."""

from tests.admx import samples

BELOW = samples.CATEGORY + (
    '<category name="Below" displayName="$(string.Below)"><parentCategory ref="Main"/></category>'
)
SETTINGS = (
    '<policy name="Set" class="Both" displayName="$(string.Proxy)" explainText="$(string.Proxy_Help)" '
    'key="Software\\Example" presentation="$(presentation.Set)"><parentCategory ref="Below"/><elements>'
    '<boolean id="On" valueName="On"/><decimal id="Number" valueName="Number" minValue="2" maxValue="8"/>'
    '<text id="Say" valueName="Say" required="true" maxLength="20"/><text id="Pick" valueName="Pick"/>'
    '<multiText id="Lines" valueName="Lines"/><list id="List" key="Software\\Example\\List" valuePrefix="v"/>'
    '<enum id="Choice" valueName="Choice"><item displayName="$(string.Main)"><value><decimal value="1"/></value>'
    '</item></enum><longDecimal id="Long" valueName="Long"/></elements></policy>'
)
SHOWN = (
    '<presentationTable><presentation id="Set"><text>Hello</text><checkBox refId="On" defaultChecked="true">On'
    '</checkBox><decimalTextBox refId="Number" defaultValue="3">Number</decimalTextBox><textBox refId="Say"><label>Say'
    '</label><defaultValue>hi</defaultValue></textBox><comboBox refId="Pick"><label>Pick</label><default>a</default>'
    '<suggestion>a</suggestion></comboBox><multiTextBox refId="Lines"/><listBox refId="List">List</listBox>'
    '<dropdownList refId="Choice" defaultItem="0">Choice</dropdownList><longDecimalTextBox refId="Long">Long'
    "</longDecimalTextBox></presentation></presentationTable>"
)
ADML = samples.adml(samples.STRINGS | {"Below": "Inside"}).replace("</stringTable>", f"</stringTable>{SHOWN}")
