"use strict";
// Django's chooser of groups and permissions makes icons whose words belong to no role.
addEventListener("load", () => {
  for (const icon of document.querySelectorAll(".search-label-icon[aria-label]")) icon.setAttribute("role", "img");
});
