import { numeric, Share, Table } from './reconciliation-box.tsx'
import type { Shown } from './reconciliation-box.tsx'
import { counted, durationOf } from './reconciliation-words.ts'

export function SpeedOf({ found: { speed }, words: { count } }: Shown) {
  const { orders, seconds, perSecond, atOnce, parts, bound } = speed
  return (
    <section class="card" id="speed">
      <h2>Speed</h2>
      <p class="also">
        {`${counted(orders, 'order')} in ${durationOf(seconds)}: ${perSecond.toFixed(1)} orders/s, ${count(atOnce)} at once. ${bound}`}
      </p>
      <Table
        label="Processor time"
        columns={['', numeric('processor'), numeric('per order'), numeric('share')]}
      >
        {parts.map(({ part, seconds, perOrder, share }) => (
          <tr>
            <th scope="row">{part}</th>
            <td class="n">{seconds.toFixed(1)} s</td>
            <td class="n">{(perOrder * 1000).toFixed(0)} ms</td>
            <Share of={share} />
          </tr>
        ))}
      </Table>
    </section>
  )
}
