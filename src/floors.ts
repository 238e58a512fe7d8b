/**
 * The floors of the house as data. A module imports only modules that stand before it in this list
 * (lower floors, or earlier on its own floor where `ordered` says so), and only their `index.ts`.
 * Read by test/tidy.test.ts and by ARCHITECTURE.md's picture.
 */

export type Floor = {
  readonly name: string
  /** Module folders under src/, in order. */
  readonly modules: readonly string[]
  /** Modules that may import the ones before them on this floor; the others do not see each other. */
  readonly ordered: readonly string[]
}

export const floors: readonly Floor[] = [
  { name: 'base', modules: ['base'], ordered: [] },
  {
    name: 'platform',
    modules: [
      'platform/db',
      'platform/bus',
      'platform/jobs',
      'platform/mail',
      'platform/pdf',
      'platform/certificates',
      'platform/transitions',
      'platform/identity',
      'platform/http',
    ],
    ordered: [
      'platform/db',
      'platform/bus',
      'platform/jobs',
      'platform/mail',
      'platform/pdf',
      'platform/certificates',
      'platform/transitions',
      'platform/identity',
      'platform/http',
    ],
  },
  {
    name: 'network',
    modules: ['network/sdp', 'network/transport', 'network/sip', 'network/trace', 'network/media', 'network/stir'],
    ordered: ['network/sdp', 'network/transport', 'network/sip', 'network/trace', 'network/media'],
  },
  {
    name: 'company',
    modules: [
      'company/tenant',
      'company/rating',
      'company/catalog',
      'company/numbers',
      'company/ledger',
      'company/switch',
      'company/billing',
      'company/support',
    ],
    ordered: ['company/tenant', 'company/rating', 'company/catalog', 'company/numbers', 'company/ledger'],
  },
  { name: 'doors', modules: ['doors/portal', 'doors/gateways'], ordered: [] },
  { name: 'processes', modules: ['processes'], ordered: [] },
  { name: 'world', modules: ['world'], ordered: [] },
]
