"use strict";
// "Check first" without leaving the page, so that the chosen files need not be chosen again.
(() => {
  const form = document.querySelector("form:has(#checked)");

  async function check(button) {
    const body = new FormData(form, button);
    const chosen = [...form.querySelectorAll("input[type=file][name]")].map((input) => [input.name, input.files]);
    button.disabled = true;
    button.textContent = "Checking …";
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(form.id);
    // Signed out meanwhile, or an error page: show it as the browser would have.
    if (!fresh) return location.reload();
    form.replaceChildren(...fresh.childNodes);
    for (const [name, files] of chosen) if (form.elements[name]) form.elements[name].files = files;
    form.dispatchEvent(new CustomEvent("renewed"));
    const told = form.querySelector(".errornote, #checked > *");
    told.tabIndex = -1;
    told.focus();
    told.scrollIntoView({ block: "start" });
  }

  form.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "preflight") return;
    event.preventDefault();
    check(event.submitter).catch((error) => {
      event.submitter.disabled = false;
      event.submitter.textContent = "Check first, store nothing";
      form.querySelector("#checked").textContent = `The portal could not be asked: ${error.message}`;
    });
  });
})();
