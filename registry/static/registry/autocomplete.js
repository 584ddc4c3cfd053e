// Select2 leaves its boxes without a name and says that they are fields to type in. Here each is called as the field it
// stands for, followed by what is chosen, so that it is told apart by ear.
"use strict";
{
  const $ = django.jQuery;

  const called = (select) => select.getAttribute("aria-label") || select.labels[0]?.textContent.trim() || "";

  const nameBox = (select) => {
    const box = select.nextElementSibling.querySelector("[role=combobox]");
    const chosen = box.querySelector(".select2-selection__rendered");
    chosen.removeAttribute("role");
    chosen.removeAttribute("aria-readonly");
    box.id = `${select.id}-box`;
    box.setAttribute("aria-label", called(select));
    box.setAttribute("aria-labelledby", `${box.id} ${chosen.id}`);
  };

  const nameBoxesIn = (part) => part.querySelectorAll("select.select2-hidden-accessible").forEach(nameBox);

  $(() => nameBoxesIn(document)); // after those that Django has begun in the same way
  document.addEventListener("formset:added", (event) => nameBoxesIn(event.target));

  $(document).on("select2:open", (event) => {
    const parts = ".select2-container--open :is(.select2-search__field, .select2-results__options)";
    document.querySelectorAll(parts).forEach((part) => part.setAttribute("aria-label", called(event.target)));
  });
}
