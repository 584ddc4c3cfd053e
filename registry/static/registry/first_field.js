// A new record is begun in its first field. Django's own script takes the first control of all, which is the button above
// the fields; this one waits until the boxes of Select2 stand in place of what they hide.
"use strict";

window.addEventListener("load", () => {
  if (document.activeElement !== document.body) return; // somebody was quicker
  const fields = document.querySelectorAll("#content-main form fieldset :is(input, select, textarea)");
  [...fields].find((field) => !field.disabled && field.offsetParent)?.focus();
});
