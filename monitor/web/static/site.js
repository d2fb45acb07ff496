// Small conveniences; every page works without them.
"use strict";

// Reviewing by keyboard: a form may name the key that presses its button.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// A filter that changes is a search: the button stays for those without scripts.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-at-once]");
  if (form) form.requestSubmit();
});

// On a narrow screen the menu goes on sideways: begin where the reader is.
const here = document.querySelector(".top [aria-current]");
const menu = here?.closest("ul");
if (menu && menu.scrollWidth > menu.clientWidth) menu.scrollLeft = here.offsetLeft - 40;
