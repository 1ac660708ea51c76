"use strict";
// Live parts keep the reader's place: no refresh while a form or a link inside them has the focus.
document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.detail.elt;
  if (document.hidden || (part.contains(document.activeElement) && document.activeElement !== document.body)) {
    event.preventDefault();
  }
});

// What was unfolded stays so.
let unfolded = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  const { finalRequestPath, responsePath } = event.detail.pathInfo;
  // Whoever is no longer signed in was sent to another page, which is not to stand inside this one.
  if (responsePath && responsePath.split("?")[0] !== finalRequestPath.split("?")[0]) {
    event.detail.shouldSwap = false;
    location.reload();
    return;
  }
  unfolded = [...event.detail.target.querySelectorAll("details[id][open]")].map((one) => one.id);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
});
