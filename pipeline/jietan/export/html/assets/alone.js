// The map by itself.
document.documentElement.setAttribute("data-tone", window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
drawMap(byId("map-body"));
document.documentElement.setAttribute("data-ready", "1");
