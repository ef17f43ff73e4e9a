// How the gathering went, where the office's collection points are known.
function shareCell(part, whole) {
  if (whole < DATA.collection.few) { return el("td", {}, whole ? part + "/" + whole + " 件" : "—"); }
  var length = el("i", {class: "length", "aria-hidden": "true"});
  length.style.width = percent(part, whole);
  return el("td", {class: "share"}, el("span", {class: "place-bar"}, length), el("span", {}, Math.round(part / whole * 100) + "%"));
}

function qualityTable() {
  var c = DATA.collection, most = c.points.reduce(function (m, p) { return Math.max(m, p[3]); }, 1);
  return el("table", {class: "quality"},
    el("thead", {}, el("tr", {}, ["街镇", "采集点", "类型", "来件", "人数", "讲了理由"].concat(c.draft ? ["写明条文"] : []).map(function (h) { return el("th", {scope: "col"}, h); }))),
    el("tbody", {}, c.points.map(function (p, i) {
      var length = el("i", {class: "length", "aria-hidden": "true"});
      length.style.width = percent(p[3], most);
      return el("tr", {class: p[3] ? "" : "silent"}, el("td", {}, i && c.points[i - 1][0] === p[0] ? "" : p[0]), el("td", {}, p[1]), el("td", {}, p[2]),
        el("td", {class: "share"}, el("span", {class: "place-bar"}, length), el("span", {}, p[3] ? String(p[3]) : "没有")), el("td", {}, String(p[4])),
        shareCell(p[6], p[5]), c.draft ? shareCell(p[7], p[5]) : null);
    })),
    el("tfoot", {}, el("tr", {}, el("th", {colspan: "5"}, "全部立法意见 " + c.total[0] + " 件"), shareCell(c.total[1], c.total[0]), c.draft ? shareCell(c.total[2], c.total[0]) : null)));
}

function streetTable() {
  var c = DATA.collection, most = c.themes.reduce(function (m, t) { return t[2].reduce(function (k, n) { return Math.max(k, n || 0); }, m); }, 1);
  return el("table", {class: "heat"},
    el("thead", {}, el("tr", {}, el("th", {scope: "col"}, "主题"), el("th", {scope: "col"}, "人数"), c.streets.map(function (s) { return el("th", {scope: "col"}, s); }))),
    el("tbody", {}, c.themes.map(function (t) {
      return el("tr", {}, el("th", {scope: "row"}, t[0]), el("td", {}, String(t[1])), t[2].map(function (n) {
        var cell = el("td", {class: n === null ? "few" : ""}, n === null ? "略" : n ? String(n) : "");
        if (n) { cell.style.setProperty("--heat", (n / most).toFixed(2)); cell.className = "warm"; }
        return cell;
      }));
    })));
}

function showCollection() {
  var c = DATA.collection, box = byId("collection");
  if (!c) { return; }
  append(box, [
    el("h3", {}, "采集情况"),
    el("p", {class: "lead"}, "采集点 " + c.points.length + " 个，有来件的 " + (c.points.length - c.silent.length) + " 个。讲了理由、写明条文的比例只看立法意见，供培训信息员参考；不到 " + c.few + " 件的不算比例。" + (c.unplaced ? "另有 " + c.unplaced + " 件没有写明采集点。" : "")),
    c.silent.length ? el("p", {class: "warning"}, el("strong", {}, "没有来件的采集点："), c.silent.map(function (s) { return s[1] + (s[0] ? "（" + s[0] + "）" : ""); }).join("、")) : null,
    el("div", {class: "scroll"}, qualityTable()),
    c.themes.length ? el("h3", {}, "主题与街镇") : null,
    c.themes.length ? el("p", {class: "lead"}, "各主题在各街镇的人数。" + (c.least > 1 ? "不到 " + c.least + " 人的写“略”；只略去一处会被推算出来的，再略去一处。" : "")) : null,
    c.themes.length ? el("div", {class: "scroll"}, streetTable()) : null,
    c.misnamed.length ? el("h3", {}, "名称核对") : null,
    c.misnamed.length ? el("p", {class: "lead"}, "来件里写的采集点不在采集点的表里：") : null,
    c.misnamed.length ? el("ul", {}, c.misnamed.map(function (m) { return el("li", {}, m[0] + m[1] + "，" + m[2] + " 件" + (m[3] ? "，最接近的是" + m[3] : "")); })) : null]);
}
