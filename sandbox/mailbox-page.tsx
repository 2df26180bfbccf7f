import { raw } from 'hono/html'
import type { ReceivedMail } from './mailbox.ts'

/** Mails listed; a development shop has read the older ones. */
const LISTED = 200

/** Mails for eyes: newest first, one of them open, new ones come by themselves. */
export function MailboxPage({ mails, id }: { mails: readonly ReceivedMail[]; id?: string }) {
  const listed = mails.slice(-LISTED).toReversed()
  const open = mails.find((mail) => mail.id === id) ?? listed[0]
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Mailbox ({mails.length})</title>
        <link rel="icon" href="data:," />
        <style>{raw(STYLE)}</style>
        <script type="module">{raw(SCRIPT)}</script>
      </head>
      <body>
        <nav id="list" aria-label="Mails">
          <h1>Mailbox</h1>
          {listed.map((mail) => (
            <MailLink mail={mail} open={mail === open} />
          ))}
          {listed.length === 0 && <p>No mail yet.</p>}
        </nav>
        <main id="mail">{open && <Mail mail={open} />}</main>
      </body>
    </html>
  )
}

function MailLink({ mail, open }: { mail: ReceivedMail; open: boolean }) {
  const { id, subject, to, receivedAt } = mail
  return (
    <a href={`?id=${id}`} {...(open && { 'aria-current': 'true' })}>
      <strong>{subject}</strong>
      <span>
        {to.join(', ')} · <time datetime={receivedAt}>{receivedAt.slice(11, 19)} UTC</time>
      </span>
    </a>
  )
}

/** Without scripts and in an origin of its own; what is linked opens in a tab of its own. */
function Mail({ mail: { subject, from, to, html } }: { mail: ReceivedMail }) {
  return (
    <>
      <header>
        <h2>{subject}</h2>
        <p>
          {from} → {to.join(', ')}
        </p>
      </header>
      <iframe
        title={subject}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        srcdoc={`<base target="_blank">${html}`}
      ></iframe>
    </>
  )
}

/** Looks again every two seconds, and touches only what has changed. */
const SCRIPT = `
setInterval(async () => {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => undefined)
  if (!answer?.ok) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  document.title = fresh.title
  for (const part of ['list', 'mail']) {
    const [old, now] = [document, fresh].map((page) => page.getElementById(part))
    if (old.innerHTML !== now.innerHTML) old.innerHTML = now.innerHTML
  }
}, 2000)
`

const STYLE = `
:root { color-scheme: light dark; --line: #8883; --quiet: light-dark(#59635d, #a3aea8); --open: light-dark(#e3f0ea, #1a3329) }
* { box-sizing: border-box }
body { margin: 0; height: 100dvh; display: grid; grid-template: minmax(0, 1fr) / 340px minmax(0, 1fr);
  font: 15px/1.45 system-ui, 'PingFang SC', 'Microsoft YaHei', sans-serif; overflow-wrap: anywhere }
nav { overflow-y: auto; border-right: 1px solid var(--line) }
h1, h2, p { margin: 0 }
h1 { padding: 16px; font-size: 18px }
h2 { font-size: 18px }
nav a { display: block; padding: 12px 16px; border-top: 1px solid var(--line); color: inherit; text-decoration: none }
nav a[aria-current] { background: var(--open) }
nav a:focus-visible { outline: 3px solid #2f8f6e; outline-offset: -3px }
nav p { padding: 0 16px }
nav strong, nav span { display: block }
nav span, header p { color: var(--quiet); font-size: 13px }
main { display: flex; flex-direction: column; min-height: 0 }
header { padding: 16px 24px; border-bottom: 1px solid var(--line) }
iframe { flex: 1; width: 100%; border: 0; background: #fff; color-scheme: light }
@media (width < 760px) {
  body { grid-template: 34dvh minmax(0, 1fr) / minmax(0, 1fr) }
  nav { border-right: 0; border-bottom: 2px solid var(--line) }
  header { display: none }
}
`
