// A new record is begun in its first field. Django's own script takes the first control of all, which is the button above
// the fields; this one comes after the boxes of Select2 are in place.
"use strict";

django.jQuery(() => {
  if (document.activeElement !== document.body) return; // somebody was quicker
  const fields = document.querySelectorAll("#content-main form fieldset :is(input, select, textarea)");
  const first = [...fields].find((field) => !field.disabled && field.offsetParent);
  const box = first?.matches(".select2-hidden-accessible") && first.parentElement.querySelector("[role=combobox]");
  (box || first)?.focus();
});
