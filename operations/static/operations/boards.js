"use strict";
// What only a script can do is offered only where there is one.
for (const offer of document.querySelectorAll("[data-scripted]")) offer.hidden = false;
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
