// Makes what is shown into what came, and leaves alone what is the same: focus, selection and what is open stay.

const key = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.dataset.key : undefined);

// What somebody is reading stays, though newer rows have pushed it out, as long as the mock itself keeps it.
const isRead = (row) =>
  Number(row.dataset.key) >= Number(row.parentNode.dataset.oldest ?? Infinity) &&
  (row.querySelector("details[open]") !== null || row.contains(document.activeElement));

const isAlike = (old, fresh) =>
  old.nodeName === fresh.nodeName && key(old) === undefined && (old.id ?? "") === (fresh.id ?? "");

// `moved` says that somebody went elsewhere: nothing of before is kept, and nothing counts as new.
export function morph(old, fresh, moved = false) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  // The script has written how long ago it was.
  if (old.nodeName === "TIME" && old.dateTime === fresh.dateTime) return;
  attributes(old, fresh);
  if (old.matches("details[data-row]")) morph(old.querySelector("summary"), fresh.querySelector("summary"));
  else children(old, fresh, moved);
}

function attributes(old, fresh) {
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
}

function children(old, fresh, moved) {
  const coming = new Set([...fresh.children].map(key));
  const known = new Map();
  for (const each of [...old.children]) {
    if (key(each) === undefined) continue;
    if (coming.has(key(each))) known.set(key(each), each);
    else if (moved || !isRead(each)) each.remove();
  }
  let place = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const same = key(next) === undefined ? place && isAlike(place, next) && place : known.get(key(next));
    if (!same) {
      const added = old.insertBefore(document.adoptNode(next), place);
      if (key(added) !== undefined && !moved) added.classList.add("fresh");
    } else {
      if (same === place) place = place.nextSibling;
      else old.insertBefore(same, place);
      morph(same, next, moved);
    }
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    if (key(gone) === undefined) gone.remove();
  }
}
