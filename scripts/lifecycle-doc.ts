import { finalStates, STATE_MACHINES } from '../domain/state-machines.ts'
import type { StateMachineName } from '../domain/state-machines.ts'
import { STATUS_NAMES } from '../domain/status-names.ts'
import { HEADER_RULES } from '../domain/status.ts'

/** `docs/lifecycle.md`, drawn from the tables that the decisions are checked against. */
export function lifecycleDoc(): string {
  const machines = Object.keys(STATE_MACHINES) as StateMachineName[]
  return [INTRODUCTION, headerTable(), ...machines.map(machineSection)].join('\n\n') + '\n'
}

const INTRODUCTION = `<!-- Drawn by \`npm run lifecycle\` from domain/state-tables.ts and domain/status.ts; a test compares them. -->

# Lifecycle

An order has no status of its own that anyone could set. Its workflow, the only writer, records events; five small tables
([\`domain/state-tables.ts\`](../domain/state-tables.ts)) say which event may follow which state; and three axes follow from
what stands in them:

| axis | follows from | values |
|---|---|---|
| payment | tenders and refunds | \`unpaid\`, \`partially_paid\`, \`paid\`, \`overpaid\`, \`cod_due\`, \`cod_collected\`, \`not_required\`, \`partially_refunded\`, \`refunded\` |
| fulfillment | stages and parcels: the least advanced one | \`pending_processing\` … \`delivered\`, \`refused\`, \`cancelled\`, \`closed\` |
| after-sales | requests | \`none\`, \`open\` |

A transition that has no row is a bug in whoever proposed it: folding such an event throws, and commands are refused
before, with 409 and the order's status. The same tables are served at \`GET /v1/meta/state-machines\`.

A simple order, paid by card and delivered in one parcel, changes its status nine times: \`pending_payment\` → \`paid\` →
\`pending_processing\` → \`picking\` → \`checking\` → \`awaiting_shipment\` → \`awaiting_delivery\` → \`in_delivery\` →
\`delivered\` → \`completed\`.`

function headerTable(): string {
  const rows = HEADER_RULES.map(({ status, when }, i) => {
    const { en, zh } = STATUS_NAMES[status]
    return `| ${i + 1} | \`${status}\` | ${en} | ${zh} | ${when} |`
  })
  return [
    '## The status of an order\n\nThe first of these that holds:\n',
    '| | status | | | when |\n|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

const ABOUT: Record<StateMachineName, { title: string; text: string }> = {
  tender: {
    title: 'A tender',
    text:
      'One means of payment: a card payment begins `created`, cash at the door `due`. Money can arrive on a tender that\n' +
      'failed, is being closed or was closed, because the platform is a world of its own; it is booked where it arrives\n' +
      'and paid back where nothing is due.',
  },
  stage: {
    title: 'A fulfillment in the warehouse',
    text: 'From `packed` on, its parcels tell the rest.',
  },
  parcel: {
    title: 'A parcel',
    text: 'As far as the order cares; finer positions are the carrier’s scans.',
  },
  refund: {
    title: 'A refund',
    text: 'One that failed for good is paid by hand; it never disappears.',
  },
  closure: {
    title: 'The order’s own ends',
    text: 'An expired order may be taken up again by a late payment, a cancelled one not.',
  },
}

function machineSection(name: StateMachineName): string {
  const { title, text } = ABOUT[name]
  const { initial, table } = STATE_MACHINES[name]
  const edges = [
    ...initial.map((state) => `[*] --> ${state}`),
    ...table.map(({ from, on, to }) => `${from} --> ${to}: ${on.replace(/^\w+\./, '')}`),
    ...finalStates(STATE_MACHINES[name]).map((state) => `${state} --> [*]`),
  ]
  const diagram = ['stateDiagram-v2', ...edges.map((edge) => `  ${edge}`)].join('\n')
  return `## ${title}\n\n${text}\n\n\`\`\`mermaid\n${diagram}\n\`\`\``
}
