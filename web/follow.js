/*
 * Follows the order's stream and takes over, part by part, what a new rendering of this page has changed. Everything
 * works without it; with it nobody needs to reload.
 */

/** Scans come without an event, and "in 25 minutes" gets old. Milliseconds. */
const REFRESH_EVERY = 30_000
/** A stream that was closed for good, by a full or draining server, is opened anew, each time later. Milliseconds. */
const REOPEN_AFTER = { first: 5_000, last: 60_000 }
/** Streams come back within seconds by themselves; only longer breaks are worth a word. Milliseconds. */
const GRACE = 3_000
/** Events of one decision come together; one rendering shows them all. Milliseconds. */
const GATHER = 50
/** The longest that an answer may take: an order's clock stops at each timer on its way. Milliseconds. */
const PATIENCE = 30_000
/** Parts that are taken over where they differ; buttons and folds within keep their state otherwise. */
const PARTS = ['hero', 'paying', 'deliveries', 'summary', 'happened', 'order-time', 'language']

const byId = (id) => document.getElementById(id)
const order = byId('order')
const live = byId('live')

let rendering = false
let again = false

/** One rendering at a time; what comes meanwhile asks for one more. */
async function refresh() {
  again = rendering
  if (rendering) return
  rendering = true
  // Where nobody answers the stream says so, and its return asks again.
  const answer = await ask(order.dataset.page)
  rendering = false
  take(answer, PARTS)
  if (again) void refresh()
}

/** A page and its status; undefined where nothing came that can be read. */
async function ask(url, options = {}) {
  try {
    const signal = AbortSignal.timeout(PATIENCE)
    const answer = await fetch(url, { headers: { accept: 'text/html' }, signal, ...options })
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    return { status: answer.status, page }
  } catch {
    return undefined
  }
}

/** Whether the answer was of use: the order anew, or why it isn't shown any more. */
function take(answer, parts) {
  if (answer?.page.getElementById('hero')) takeOver(answer.page, parts)
  else if (answer?.status >= 400 && answer.status < 500) giveUp(answer.page)
  else return false
  return true
}

/** The link opens nothing any more: the page says so instead of growing old. */
function giveUp(page) {
  finish()
  for (const id of ['order-time', 'language']) byId(id)?.remove()
  const notice = page.querySelector('.notice')
  if (notice) order.replaceChildren(document.adoptNode(notice))
}

function refreshSeen() {
  if (!document.hidden && order.dataset.stream !== undefined) void refresh()
}

function takeOver(fresh, parts) {
  const { scrollX, scrollY } = window
  const focus = focused()
  announce(fresh.getElementById('order').dataset)
  for (const id of parts) takePart(byId(id), fresh.getElementById(id))
  restore(focus)
  window.scrollTo(scrollX, scrollY)
  if (fresh.getElementById('order').dataset.stream === undefined) finish()
}

function takePart(old, fresh) {
  if (!old || !fresh || old.outerHTML === fresh.outerHTML) return
  for (const { id } of old.querySelectorAll('details[open][id]')) {
    fresh.querySelector(`#${CSS.escape(id)}`)?.setAttribute('open', '')
  }
  for (const chosen of old.querySelectorAll('input:checked')) {
    const same = sameInput(fresh, chosen)
    if (same) same.checked = true
  }
  if (old.outerHTML !== fresh.outerHTML) old.replaceWith(document.adoptNode(fresh))
}

const sameInput = (part, { name, value }) =>
  [...part.querySelectorAll('input')].find((one) => one.name === name && one.value === value)

/** Focus is found again by id, by what is chosen, or by what is pressed. */
function focused() {
  const { activeElement: at } = document
  if (!at || at === document.body) return undefined
  const part = at.closest(PARTS.map((id) => `#${id}`).join(','))
  const inside = [...(part?.querySelectorAll('a, button, summary') ?? [])].indexOf(at)
  return part && { element: at, part: part.id, inside }
}

function restore(focus) {
  if (!focus || focus.element.isConnected) return
  const part = byId(focus.part)
  const found = focus.element.matches('input')
    ? part && sameInput(part, focus.element)
    : part?.querySelectorAll('a, button, summary')[focus.inside]
  ;(found ?? order).focus({ preventScroll: true })
}

/** Screen readers are told what changed, once, and never that minutes go by; what was told of before is over. */
function announce({ announce: ahead, payment }) {
  const known = order.dataset
  const isAhead = ahead !== known.announce
  if (!isAhead && payment === known.payment) return
  Object.assign(known, { announce: ahead, payment })
  byId('said').textContent = `${ahead} ${payment}`.trim()
  if (isAhead) byId('told').replaceChildren()
}

async function submit(event) {
  event.preventDefault()
  const form = event.target
  const button = event.submitter
  if (form.getAttribute('aria-busy') === 'true') return
  form.setAttribute('aria-busy', 'true')
  const body = new URLSearchParams(new FormData(form, button))
  const answer = await ask(form.action, { method: 'POST', body })
  form.removeAttribute('aria-busy')
  if (!take(answer, ['told', ...PARTS])) tell(order.dataset.unanswered)
}

function tell(text) {
  const line = document.createElement('p')
  line.className = 'told refused'
  line.textContent = text
  byId('told').replaceChildren(line)
}

let source
let pause = REOPEN_AFTER.first
let gathering
let silence

function follow() {
  const { stream, after, events } = order.dataset
  if (stream === undefined) return
  source = new EventSource(`${stream}&after=${after}`)
  source.addEventListener('open', opened)
  source.addEventListener('error', lost)
  for (const type of events.split(' ')) source.addEventListener(type, heard)
}

function heard({ lastEventId }) {
  order.dataset.after = lastEventId
  clearTimeout(gathering)
  gathering = setTimeout(refresh, GATHER)
}

function opened() {
  pause = REOPEN_AFTER.first
  show('live')
}

/** Only the page tells why a stream was closed for good: what it can't show needn't be followed. */
function lost() {
  silence ??= setTimeout(() => show('reconnecting'), GRACE)
  if (source.readyState !== EventSource.CLOSED) return
  setTimeout(follow, pause)
  pause = Math.min(2 * pause, REOPEN_AFTER.last)
  void refresh()
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

/** The order was put away, or isn't shown any more: nothing follows. */
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
