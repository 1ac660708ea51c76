"use strict";
// Live parts keep the reader's place: no refresh while a form or a link inside them has the focus.
document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.detail.elt;
  if (document.hidden || (part.contains(document.activeElement) && document.activeElement !== document.body)) {
    event.preventDefault();
  }
});
