// The theme map: one point for each ask, near points mean alike. Used in the report and, alone, in the notebook.
var MAP_W = 1000, MAP_H = 640, MAP_EDGE = 34, MAP_COLOURS = 12;

function drawMap(box) {
  var map = DATA.map;
  if (!map || !map.points.length) { box.appendChild(el("p", {class: "small"}, "没有可以画出的观点。")); return; }
  var points = spread(map.points), groups = mapGroups(points), state = {only: {}, at: -1, stance: false};
  var canvas = svg("svg", {viewBox: "0 0 " + MAP_W + " " + MAP_H, class: "map", tabindex: "0", role: "application",
    "aria-label": "主题地图，共 " + points.length + " 个诉求。用方向键在诉求之间移动，按 Enter 键看原话。"});
  var says = el("div", {class: "map-says", role: "status", "aria-live": "polite"}, el("p", {class: "small"}, "把鼠标指到一个点上，或者选中地图后用方向键移动，这里显示原话；点一下看全文。"));
  var dots = points.map(function (p, i) { return dot(canvas, p, i, groups, state, show, open); });
  var labels = mapLabels(canvas, points, groups);
  var ring = svg("circle", {class: "ring", r: 0});
  canvas.appendChild(ring);

  function show(i) {
    var p = points[i];
    state.at = i;
    ring.setAttribute("cx", p.x); ring.setAttribute("cy", p.y); ring.setAttribute("r", p.r + 4);
    var theme = DATA.themes[p.theme], parent = theme && DATA.themes[theme.parent];
    clear(says);
    append(says, [el("p", {class: "map-where"}, theme ? (parent ? parent.title + " › " : "") + theme.title : "没有归入主题",
      el("span", {class: "chip"}, STANCES[p.stance]), el("span", {class: "chip"}, p.people + " 人")), quotation(p.words)]);
  }
  function open(i) { var p = points[i]; openDrawer("同一诉求的意见", {opinions: expand(p.ops)}); }
  function apply() {
    var any = Object.keys(state.only).length;
    dots.forEach(function (d, i) { d.setAttribute("class", dotClass(points[i], groups, state) + (any && !state.only[groups.of(points[i])] ? " dim" : "")); });
    labels.forEach(function (l) { l.node.style.display = any && !state.only[l.group] ? "none" : ""; });
  }
  canvas.addEventListener("keydown", function (event) {
    var way = {ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1]}[event.key];
    if (way) { event.preventDefault(); show(nextPoint(points, state, way, groups)); }
    if (event.key === "Enter" && state.at >= 0) { event.preventDefault(); open(state.at); }
  });
  append(box, [mapLead(map, points), el("div", {class: "map-frame"}, el("div", {class: "map-left"}, canvas, says), mapLegend(groups, state, apply))]);
}

function mapLead(map, points) {
  return el("p", {class: "lead"}, "一个点是一个诉求（说法不同、要求相同的算一个，不含只讲理由的句子），点的大小是人数，相近的点谈的事相近；远近只供浏览，不是精确的距离。" +
    (map.total > points.length ? "共 " + map.total + " 个诉求，画出人数最多的和抽取的 " + points.length + " 个。" : ""));
}

function spread(rows) {
  var xs = rows.map(function (r) { return r[0]; }), ys = rows.map(function (r) { return r[1]; });
  function scale(values, size) {
    var low = Math.min.apply(null, values), high = Math.max.apply(null, values), width = high - low || 1;
    return function (v) { return values.length < 2 || high === low ? size / 2 : MAP_EDGE + (v - low) / width * (size - 2 * MAP_EDGE); };
  }
  var least = rows.length < 60 ? 7 : 3.4, fx = scale(xs, MAP_W), fy = scale(ys, MAP_H);
  return rows.map(function (r) {
    return {x: fx(r[0]), y: fy(r[1]), r: Math.min(26, least + 2.6 * Math.sqrt(Math.max(0, r[2] - 1))), people: r[2], theme: r[3], stance: r[4], words: r[5], ops: r[6]};
  });
}

// Points by their upper theme, the largest first; those after the eleventh share a colour.
function mapGroups(points) {
  var size = {}, top = function (t) { while (t >= 0 && DATA.themes[t].parent >= 0) { t = DATA.themes[t].parent; } return t; };
  points.forEach(function (p) { p.top = top(p.theme); size[p.top] = (size[p.top] || 0) + 1; });
  var order = Object.keys(size).map(Number).filter(function (t) { return t >= 0; });
  order.sort(function (a, b) { return size[b] - size[a] || a - b; });
  var colour = {};
  order.forEach(function (t, i) { colour[t] = i < MAP_COLOURS ? "c" + i : "cx"; });
  return {order: order, size: size, colour: colour, of: function (p) { return p.top; }};
}

function dotClass(p, groups, state) {
  return "dot " + (state.stance ? "by-" + STANCE_KEYS[p.stance] : p.top < 0 ? "c-tail" : groups.colour[p.top]);
}

function dot(canvas, p, i, groups, state, show, open) {
  var node = svg("circle", {cx: p.x.toFixed(1), cy: p.y.toFixed(1), r: p.r.toFixed(1), class: dotClass(p, groups, state)});
  node.appendChild(svg("title", {}, p.words[0]));
  node.addEventListener("mouseenter", function () { show(i); });
  node.addEventListener("click", function () { show(i); open(i); });
  canvas.appendChild(node);
  return node;
}

function median(values) { var v = values.slice().sort(function (a, b) { return a - b; }); return v[v.length >> 1]; }

// Names of the largest themes at the middle of their points, moved apart where they would overlap.
function mapLabels(canvas, points, groups) {
  var taken = [];
  return groups.order.slice(0, MAP_COLOURS).map(function (t, i) {
    var own = points.filter(function (p) { return p.top === t; });
    var title = DATA.themes[t].title, half = title.length * 8.5;
    var x = Math.max(half, Math.min(MAP_W - half, median(own.map(function (p) { return p.x; })))), y = median(own.map(function (p) { return p.y; }));
    for (var k = 0; k < 24 && taken.some(function (o) { return Math.abs(o[0] - x) < o[2] + half && Math.abs(o[1] - y) < 22; }); k++) {
      y += (k % 2 ? -1 : 1) * 11 * (k + 1);
    }
    y = Math.max(18, Math.min(MAP_H - 8, y));
    taken.push([x, y, half]);
    var node = svg("text", {x: x.toFixed(1), y: y.toFixed(1), class: "map-label" + (i > 4 ? " minor" : "")}, title);
    canvas.appendChild(node);
    return {node: node, group: t};
  });
}

function nextPoint(points, state, way, groups) {
  var any = Object.keys(state.only).length, from = points[state.at], best = -1, least = Infinity;
  points.forEach(function (p, i) {
    if (i === state.at || (any && !state.only[groups.of(p)])) { return; }
    if (!from) { if (best < 0) { best = i; } return; }
    var dx = p.x - from.x, dy = p.y - from.y, ahead = dx * way[0] + dy * way[1], aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
    if (ahead > 0 && ahead + 2 * aside < least) { least = ahead + 2 * aside; best = i; }
  });
  return best < 0 ? Math.max(0, state.at) : best;
}

function mapLegend(groups, state, apply) {
  var buttons = [], list = el("ul", {class: "map-legend", "aria-label": "图例，点一下只看这个主题"});
  function add(key, colour, label) {
    var button = el("button", {type: "button", "aria-pressed": "false"}, el("i", {class: "key " + colour, "aria-hidden": "true"}), label, el("span", {}, String(groups.size[key])));
    button.addEventListener("click", function () {
      if (state.only[key]) { delete state.only[key]; } else { state.only[key] = true; }
      button.setAttribute("aria-pressed", state.only[key] ? "true" : "false");
      apply();
    });
    buttons.push(button);
    list.appendChild(el("li", {}, button));
  }
  groups.order.forEach(function (t) { add(t, groups.colour[t], DATA.themes[t].title); });
  if (groups.size[-1]) { add(-1, "c-tail", "没有归入主题"); }
  var all = el("button", {type: "button", onclick: function () {
    state.only = {};
    buttons.forEach(function (b) { b.setAttribute("aria-pressed", "false"); });
    apply();
  }}, "全部显示");
  var tint = el("button", {type: "button", "aria-pressed": "false", onclick: function () {
    state.stance = !state.stance;
    tint.setAttribute("aria-pressed", state.stance ? "true" : "false");
    keys.hidden = !state.stance;
    apply();
  }}, "按态度着色");
  var keys = el("p", {class: "small", hidden: true}, STANCES.map(function (s, i) { return el("span", {class: "stance-key"}, el("i", {class: "key by-" + STANCE_KEYS[i]}), s); }));
  return el("div", {class: "map-side"}, el("p", {class: "row-tools"}, all, tint), keys, list);
}
