// Asks before what cannot be undone, ticks all boxes at once, and copies ids.  Pages work without it.
"use strict";

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.ask || (event.submitter && event.submitter.dataset.ask);
  if (question && !window.confirm(question)) event.preventDefault();
});

document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-ticks]");
  if (!all) return;
  for (const box of document.querySelectorAll(all.dataset.ticks)) box.checked = all.checked;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = "copied";
});

// A list that is shown anew keeps the boxes that were ticked and where the page was scrolled to.
let ticked = new Set();
let left = 0;
document.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target;
  ticked = new Set([...part.querySelectorAll("[name=ids]:checked")].map((box) => box.value));
  left = part.querySelector(".wide")?.scrollLeft ?? 0;
});
document.addEventListener("htmx:afterSettle", (event) => {
  for (const box of document.querySelectorAll("[name=ids]")) if (ticked.has(box.value)) box.checked = true;
  const wide = event.detail.elt.querySelector?.(".wide");
  if (wide) wide.scrollLeft = left;
});
