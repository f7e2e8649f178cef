// Fetches the page again every minute and shows the new content; without this script the page
// simply stays as it was loaded. Nobody who is typing or has something open is disturbed.
(function () {
  "use strict";
  const EVERY_MS = 60000;
  async function refresh() {
    const here = document.activeElement;
    const busy = here && ["INPUT", "SELECT", "TEXTAREA", "SUMMARY"].includes(here.tagName);
    if (document.hidden || busy || document.querySelector("main details[open]")) return;
    try {
      const answer = await fetch(location.href, {headers: {"X-Refresh": "auto"}});
      if (answer.redirected || !answer.ok) return location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("main");
      if (fresh) document.querySelector("main").replaceWith(fresh);
    } catch (error) {
      document.body.classList.add("cut-off");
    }
  }
  setInterval(refresh, EVERY_MS);
})();
