/*
 * Follows the order's stream and takes over, part by part, what a new rendering of this page has changed. Everything
 * works without it; with it nobody needs to reload.
 */

/** Scans come without an event, and "in 25 minutes" gets old. Milliseconds. */
const REFRESH_EVERY = 30_000
/** A stream that was closed for good, by a full or draining server, is opened anew. Milliseconds. */
const REOPEN_AFTER = 5_000
/** Streams come back within seconds by themselves; only longer breaks are worth a word. Milliseconds. */
const GRACE = 3_000
/** Events of one decision come together; one rendering shows them all. Milliseconds. */
const GATHER = 50
/** Parts that are taken over where they differ; buttons and folds within keep their state otherwise. */
const PARTS = ['hero', 'deliveries', 'summary', 'happened', 'order-time', 'language']

const byId = (id) => document.getElementById(id)
const order = byId('order')
const live = byId('live')

let rendering
let again = false

/** One rendering at a time; what comes meanwhile asks for one more. */
async function refresh() {
  again = rendering !== undefined
  if (rendering) return
  rendering = fetch(location.href, { headers: { accept: 'text/html' } })
  try {
    const answer = await rendering
    if (answer.ok) takeOver(await answer.text())
  } catch {
    // The server is away; the stream says so, and its return asks again.
  } finally {
    rendering = undefined
  }
  if (again) void refresh()
}

function refreshSeen() {
  if (!document.hidden && order.dataset.stream !== undefined) void refresh()
}

function takeOver(html, parts = PARTS) {
  const fresh = new DOMParser().parseFromString(html, 'text/html')
  const { scrollX, scrollY } = window
  const focus = focused()
  for (const id of parts) takePart(byId(id), fresh.getElementById(id))
  restore(focus)
  window.scrollTo(scrollX, scrollY)
  announce(fresh.getElementById('order')?.dataset.announce)
  if (fresh.getElementById('order')?.dataset.stream === undefined) finish()
}

function takePart(old, fresh) {
  if (!old || !fresh || old.outerHTML === fresh.outerHTML) return
  for (const { id } of old.querySelectorAll('details[open][id]')) {
    fresh.querySelector(`#${CSS.escape(id)}`)?.setAttribute('open', '')
  }
  if (old.outerHTML !== fresh.outerHTML) old.replaceWith(document.adoptNode(fresh))
}

/** Focus is found again by id, or by what is pressed. */
function focused() {
  const { activeElement: at } = document
  if (!at || at === document.body) return undefined
  const part = at.closest(PARTS.map((id) => `#${id}`).join(','))
  const inside = [...(part?.querySelectorAll('a, button, summary') ?? [])].indexOf(at)
  return part && { element: at, part: part.id, inside }
}

function restore(focus) {
  if (focus === undefined || focus.element.isConnected) return
  const found = byId(focus.part)?.querySelectorAll('a, button, summary')[focus.inside]
  ;(found ?? order).focus({ preventScroll: true })
}

/** Screen readers are told what changed, once, and never that minutes go by. */
function announce(text) {
  if (text === undefined || text === order.dataset.announce) return
  order.dataset.announce = text
  byId('said').textContent = text
}

async function submit(event) {
  event.preventDefault()
  const form = event.target
  const button = event.submitter
  if (form.getAttribute('aria-busy') === 'true') return
  form.setAttribute('aria-busy', 'true')
  try {
    const body = new URLSearchParams(new FormData(form, button))
    const answer = await fetch(form.action, { method: 'POST', body })
    takeOver(await answer.text(), ['problem', ...PARTS])
  } catch {
    // Nobody answered: the browser's own way says so best.
    form.submit()
  } finally {
    form.removeAttribute('aria-busy')
  }
}

let source
let gathering
let silence

function follow() {
  const { stream, after, events } = order.dataset
  if (stream === undefined) return
  source = new EventSource(`${stream}&after=${after}`)
  source.addEventListener('open', () => show('live'))
  source.addEventListener('error', lost)
  for (const type of events.split(' ')) source.addEventListener(type, heard)
}

function heard({ lastEventId }) {
  order.dataset.after = lastEventId
  clearTimeout(gathering)
  gathering = setTimeout(refresh, GATHER)
}

function lost() {
  silence ??= setTimeout(() => show('reconnecting'), GRACE)
  if (source.readyState !== EventSource.CLOSED) return
  source.close()
  setTimeout(follow, REOPEN_AFTER)
}

function show(state) {
  clearTimeout(silence)
  silence = undefined
  const wasAway = live.className === 'reconnecting'
  live.className = state
  live.textContent = live.dataset[state]
  live.hidden = false
  if (wasAway && state === 'live') void refresh()
}

/** The order was put away: nothing follows. */
function finish() {
  source?.close()
  delete order.dataset.stream
  clearTimeout(silence)
  live.hidden = true
}

if (order?.dataset.stream !== undefined) {
  follow()
  document.addEventListener('submit', (event) => void submit(event))
  document.addEventListener('visibilitychange', refreshSeen)
  setInterval(refreshSeen, REFRESH_EVERY)
}
