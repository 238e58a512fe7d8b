/** Figures: amounts, durations, instants, parties, meters, charts, texts to copy. */

import { useHouse } from '../../shell/house.tsx'
import { Chart } from '../../ui/chart.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Duration, InstantText, MoneyText, PartyText } from '../../ui/figures.tsx'
import { Meter } from '../../ui/meter.tsx'
import { Figure, Panel } from '../../ui/panel.tsx'

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** The samples. */
export function FigureSamples() {
  const { me } = useHouse()
  return (
    <div className="grid gap-5">
      <div className="grid gap-4 sm:grid-cols-3">
        <Figure label="Balance owed" note="All charges so far">
          <MoneyText micros={18_022_500n} currency="CAD" />
        </Figure>
        <Figure label="Credit" note={<Meter label="Share of the limit that is used" percent={39} text="39 % used" />}>
          <MoneyText micros={-232_000_000n} currency="CAD" withCode />
        </Figure>
        <Figure label="Minutes">
          <Duration seconds={24_720} />
        </Figure>
      </div>
      <Panel title="Facts">
        <div className="px-4 pb-4">
          <Facts
            facts={[
              { name: 'Instant', value: <InstantText iso="2026-10-31T20:20:11Z" /> },
              { name: 'Zone', value: me.zone },
              { name: 'Party', value: <PartyText number="+14165550142" name="Acme Dental" /> },
              { name: 'Number', value: <PartyText number="+442079460990" name="" /> },
              { name: 'Account ID', value: <CopyText name="the account ID" text="NW-100231" /> },
            ]}
          />
        </div>
      </Panel>
      <Panel>
        <Chart
          label="Minutes a day"
          kind="bars"
          labels={days}
          series={[
            { name: 'Outgoing', values: [12, 40, 33, 28, 51, 4, 0] },
            { name: 'Incoming', values: [30, 22, 41, 35, 20, 9, 3] },
          ]}
        />
      </Panel>
      <Panel>
        <Chart
          label="Calls at once"
          kind="line"
          labels={days}
          series={[{ name: 'Calls', values: [3, 8, 6, null, 9, 2, 1] }]}
          limit={{ value: 10, name: 'Channels' }}
        />
      </Panel>
    </div>
  )
}
