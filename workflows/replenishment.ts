import {
  ActivityFailure,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import { REMINDER_PATIENCE_DAYS } from '../domain/replenishment.ts'
import type { OpenPurchase, ShelfKey } from '../domain/replenishment.ts'
import { codeOf } from './book.ts'
import { described } from './descriptions.ts'
import { purchases, suppliers } from './effects.ts'
import { purchaseChangedSignal } from './replenishment-messages.ts'
import { NEEDS_ATTENTION } from './search-attributes.ts'

/**
 * Restocking one shelf: its purchase requests are seen through one after the other, until none is open. Their rows say
 * all that was decided; here is only when to do what, so that a run that is lost can be started again.
 */
export async function replenishment(shelf: ShelfKey): Promise<void> {
  const desk = openDesk(shelf)
  for (let next = await desk.look(); next !== undefined; next = await desk.look()) {
    await seeThrough(desk, next)
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof replenishment>(shelf)
  }
}

async function seeThrough(desk: Desk, purchase: OpenPurchase): Promise<void> {
  const { id } = purchase
  const dueAt = await agreeOnDate(desk, purchase)
  if (dueAt !== undefined) {
    if (await desk.closes(id, { by: dueAt, next: 'the supplier is reminded' })) return
    const expectedAt = new Date(dueAt).toISOString()
    await trying(desk, id, () => suppliers.remindSupplier({ id, expectedAt }))
    const patience = REMINDER_PATIENCE_DAYS * DAY
    if (await desk.closes(id, { by: dueAt + patience, next: 'a person is asked' })) return
    await raise(desk, id, 'OVERDUE')
  }
  await desk.closes(id)
}

const DAY = 24 * 60 * 60_000

/** Until when the supplier should deliver; undefined where nobody can be told, and for a request that closed meanwhile. */
async function agreeOnDate(desk: Desk, purchase: OpenPurchase): Promise<number | undefined> {
  const { id, supplierId, leadDays, expectedAt } = purchase
  if (expectedAt !== undefined) return Date.parse(expectedAt)
  if (supplierId === undefined) return raise(desk, id, 'SUPPLIER_MISSING')
  const now = Date.now()
  const [at, due] = [new Date(now).toISOString(), new Date(now + leadDays * DAY).toISOString()]
  const isTold = await trying(desk, id, () => suppliers.tellSupplier({ id, at, expectedAt: due }))
  return isTold ? now + leadDays * DAY : undefined
}

/** False where the supplier can't be reached: then a person is asked. */
async function trying(desk: Desk, id: string, deed: () => Promise<void>): Promise<boolean> {
  try {
    await deed()
    return true
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error
    await raise(desk, id, codeOf(error))
    return false
  }
}

async function raise(desk: Desk, id: string, code: string): Promise<undefined> {
  await purchases.raisePurchaseTask({ id, code, at: new Date().toISOString() })
  desk.flag('PURCHASE_STUCK')
}

type Desk = ReturnType<typeof openDesk>
type Wait = { by: number; next: string }

/** What is known of the shelf's open request, and how it is waited for. */
function openDesk(shelf: ShelfKey) {
  let news = false
  let flagged: string | null = null
  setHandler(purchaseChangedSignal, () => void (news = true), described(purchaseChangedSignal))

  /** The open request as it stands; what is heard while it is read has it read again. */
  async function look(wait?: Wait): Promise<OpenPurchase | undefined> {
    let purchase: OpenPurchase | undefined
    do {
      news = false
      purchase = await purchases.readPurchase(shelf)
    } while (news)
    setCurrentDetails(cardOf(shelf, purchase, wait))
    return purchase
  }

  function flag(kind: string | null): void {
    if (kind !== flagged) upsertSearchAttributes([{ key: NEEDS_ATTENTION, value: kind }])
    flagged = kind
  }

  /** Whether a request was received or cancelled by then; without a date, waits for as long as it takes. */
  async function closes(id: string, wait?: Wait): Promise<boolean> {
    while ((await look(wait))?.id === id) {
      if (wait === undefined) await condition(() => news)
      else if (!(await hears(wait))) return false
    }
    flag(null)
    return true
  }

  async function hears({ by, next: summary }: Wait): Promise<boolean> {
    const left = by - Date.now()
    return news || (left > 0 && condition(() => news, left, { summary }))
  }
  return { look, flag, closes }
}

/** What operations people see in Temporal's Web UI, in Markdown. */
function cardOf({ sku, warehouseId }: ShelfKey, purchase?: OpenPurchase, wait?: Wait): string {
  const title = `### ${sku} at ${warehouseId}`
  if (purchase === undefined) return `${title}\n\nNothing is on order.`
  const { id, supplierId, quantity, received } = purchase
  const next =
    wait && `${new Date(wait.by).toISOString().slice(0, 16).replace('T', ' ')}, ${wait.next}`
  return [
    title,
    `${received} of ${quantity} received · ${supplierId ?? 'no supplier'} · request \`${id}\``,
    `**Next:** ${next ?? 'nothing by itself, however late it gets'}.`,
  ].join('\n\n')
}
