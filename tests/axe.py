"""What axe-core has against a page: rules of WCAG 2.2 AA and of good practice that are broken in earnest."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "preload": False,  # asks for the stylesheets once more, for a rule that is not among these
}
# Of a long table the first rows are looked at; the side menu of the admin, half of the elements of every page, on the
# front page alone.
RUN = """async (options) => {
  const exclude = [["tbody tr:nth-child(n+11)"]];
  if (!document.querySelector("body.dashboard")) exclude.push(["#nav-sidebar"]);
  const found = await axe.run({include: [["html"]], exclude}, options);
  const grave = found.violations.filter(({impact}) => ["serious", "critical"].includes(impact));
  return grave.flatMap(({id, nodes}) => nodes.map(({target, html, failureSummary}) =>
    `${id} at ${target.flat().join(" ")}: ${html.slice(0, 200)} ${failureSummary.replace(/\\s+/g, " ")}`));
}"""


def faults(page: Page, *, colours: bool = True) -> list[str]:
    """Those serious or critical, each with its page, rule and place.

    Colours take most of the time and are the same in every language: look at them in one.
    """
    if not page.evaluate("'axe' in window"):
        page.context.add_init_script(AXE_SCRIPT)  # every page of this window begins with it: half a megabyte, sent once
        page.evaluate(AXE_SCRIPT)
    options = OPTIONS | {"rules": {"color-contrast": {"enabled": colours}}}
    return [f"{page.url}: {fault}" for fault in page.evaluate(RUN, options)]
