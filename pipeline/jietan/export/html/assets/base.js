// What every part uses: the data, making elements (text is always set as text, never as markup), references to comments.
var DATA = JSON.parse(document.getElementById("data").textContent);
var STANCES = ["支持", "反对", "要求修改", "疑问"];
var STANCE_KEYS = ["support", "oppose", "modify", "neutral"];
var TRIAGE = ["立法意见", "治理事项", "个人诉求", "无关内容", "空白内容"];

function byId(id) { return document.getElementById(id); }

function append(node, child) {
  if (child === null || child === undefined || child === false || child === "") { return; }
  if (Array.isArray(child)) { child.forEach(function (c) { append(node, c); }); return; }
  node.appendChild(child.nodeType ? child : document.createTextNode(String(child)));
}

// el("p", {class: "x", onclick: f}, "text", otherElement)
function el(tag, attributes) {
  var node = document.createElement(tag);
  Object.keys(attributes || {}).forEach(function (name) {
    var value = attributes[name];
    if (name.slice(0, 2) === "on") { node.addEventListener(name.slice(2), value); }
    else if (value === true) { node.setAttribute(name, ""); }
    else if (value !== false && value !== null && value !== undefined) { node.setAttribute(name, value); }
  });
  for (var i = 2; i < arguments.length; i++) { append(node, arguments[i]); }
  return node;
}

function svg(tag, attributes, text) {
  var node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.keys(attributes || {}).forEach(function (name) { node.setAttribute(name, attributes[name]); });
  if (text) { node.textContent = text; }
  return node;
}

function clear(node) { while (node.firstChild) { node.removeChild(node.firstChild); } return node; }

// Numbers are stored as distances from the one before.
function expand(deltas) {
  var at = 0;
  return (deltas || []).map(function (d) { at += d; return at; });
}

// The number that links to the comments behind it.
function count(number, unit, title, open, before) {
  if (!number) { return el("span", {class: "n none"}, el("b", {}, "0"), unit); }
  return el("button", {type: "button", class: "n", title: "看这些意见", "aria-label": title + "，" + number + unit + "，看原话", onclick: open},
    before, el("b", {}, String(number)), unit);
}

function percent(part, whole) { return (whole ? Math.max(0, Math.min(100, part / whole * 100)) : 0).toFixed(2) + "%"; }

// A bar of several parts; what it says is also said in words beside it.
function bar(parts, whole, names, classes) {
  var node = el("span", {class: "bar-parts", "aria-hidden": "true"});
  parts.forEach(function (part, i) {
    if (part <= 0) { return; }
    var piece = el("i", {class: classes[i], title: names[i] + " " + part});
    piece.style.width = percent(part, whole);
    node.appendChild(piece);
  });
  return node;
}

// Show a long list some at a time.
function Paged(container, make, step) {
  var shown = 0, items = [], more = null;
  function grow(n) {
    if (more) { more.parentNode.removeChild(more); more = null; }
    var block = document.createDocumentFragment(), end = Math.min(items.length, shown + n);
    for (; shown < end; shown++) { block.appendChild(make(items[shown], shown)); }
    container.appendChild(block);
    if (shown < items.length) {
      var left = items.length - shown;
      more = el("p", {class: "more"},
        el("button", {type: "button", onclick: function () { grow(step); }}, "再显示 " + Math.min(step, left) + " 条"),
        el("span", {}, "还有 " + left + " 条"));
      container.appendChild(more);
    }
  }
  this.show = function (list) { items = list; shown = 0; more = null; clear(container); grow(step); };
  this.all = function () { grow(items.length); };
  this.upTo = function (position) { if (position >= shown) { grow(position - shown + 1); } };
}

function option(value, label) { return el("option", {value: value}, label); }

function streetName(number) { return DATA.streets[number] || "未注明"; }
