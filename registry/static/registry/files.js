// Tells that a file is being made, and stops when it arrives: the answer sets the cookie "file-ready".
// Without script the browser's own sign of waiting is all there is.
"use strict";

const READY = "file-ready=1";

document.addEventListener("click", (event) => {
  const link = event.target.closest(".files a");
  if (!link) return;
  const status = link.parentElement.querySelector("[role=status]");
  const started = Date.now();
  document.cookie = "file-ready=; Max-Age=0; Path=/; SameSite=Lax";
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    const ready = document.cookie.split("; ").includes(READY);
    status.textContent = ready ? status.dataset.done : `${status.dataset.wait} ${seconds}`;
    if (ready) clearInterval(timer);
  }, 250);
});
