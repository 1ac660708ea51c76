"""Files dropped on a page, as people drop them."""

import base64
from collections.abc import Sequence

from playwright.sync_api import Page

# A drop as the browser makes it: real File objects in a real DataTransfer on the real target.
DROP = """([files]) => {
  const transfer = new DataTransfer();
  for (const [name, content] of files) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
  }
  const target = document.getElementById("drop");
  for (const type of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
  }
}"""
# A dropped folder exists in the browser as entries that are read one by one, in portions.
DROP_FOLDER = """([folder, languages]) => {
  const file = ([name, content]) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const whole = new File([bytes], name);
    return { isFile: true, name, file: (done) => done(whole) };
  };
  const directory = (name, children) => ({
    isFile: false,
    name,
    createReader: () => {
      const portions = children.map((child) => [child]);
      return { readEntries: (done) => done(portions.shift() || []) };
    },
  });
  const content = [file(folder), ...languages.map(([language, ...adml]) => directory(language, [file(adml)]))];
  const event = new DragEvent("drop", { bubbles: true, cancelable: true });
  const item = { webkitGetAsEntry: () => directory("PolicyDefinitions", content) };
  Object.defineProperty(event, "dataTransfer", { value: { items: [item], files: [] } });
  document.getElementById("drop").dispatchEvent(event);
}"""


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def there(page: Page) -> None:
    """A link that was clicked may not have led there yet."""
    page.locator("#drop").wait_for()
    page.wait_for_load_state()


def drop(page: Page, *files: tuple[str, str]) -> None:
    there(page)
    page.evaluate(DROP, [[[name, in_base64(text)] for name, text in files]])


def drop_folder(page: Page, definition: tuple[str, str], languages: Sequence[tuple[str, str, str]]) -> None:
    """One ADMX, and ADMLs as (language folder, name, text)."""
    name, text = definition
    there(page)
    page.evaluate(
        DROP_FOLDER,
        [[name, in_base64(text)], [[code, file, in_base64(adml)] for code, file, adml in languages]],
    )
