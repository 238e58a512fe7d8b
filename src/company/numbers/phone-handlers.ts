/** What the operations of extensions and devices do. */

import { ok, toHex } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { readPage, toPage, type Handlers } from '../../platform/http/index.ts'
import { isPersonOf } from '../tenant/index.ts'
import { createDevice, FIRST_SECRET_VERSION, type NewDevice } from './create-device.ts'
import { createExtension } from './create-extension.ts'
import { listDevices, type ListedDevice } from './devices.ts'
import { noSuchPerson } from './errors.ts'
import { listExtensions } from './extensions.ts'
import { offerTo } from './offers.ts'
import type { phoneOperations } from './operations.ts'
import type { Binding, NumbersOperationsParts } from './parts.ts'
import { renewPassword } from './renew-password.ts'
import { setForward } from './set-forward.ts'

type OwnHandlers = Handlers<typeof phoneOperations>

/** Handlers of extensions and of the phones on them. */
export function phoneHandlers(parts: NumbersOperationsParts): OwnHandlers {
  return { ...extensionHandlers(parts), ...deviceHandlers(parts) }
}

function extensionHandlers({
  clock,
}: NumbersOperationsParts): Pick<OwnHandlers, 'listExtensions' | 'createExtension' | 'setForward'> {
  return {
    async listExtensions({ query }, { transaction }) {
      const page = readPage(query, ['text', 'id'])
      if (!page.ok) return page
      const rows = await transaction((tx) => listExtensions(tx, query, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.number, row.id]))
    },
    createExtension: ({ body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const { customerId = caller.tenantId, productCode, number, name, personId } = body
        const sale = await offerTo(tx, clock, { customerId, kind: 'extension', productCode })
        if (!sale.ok) return sale
        if (personId !== undefined && !(await isPersonOf(tx, customerId, personId))) return noSuchPerson
        const whose = personId === undefined ? {} : { personId }
        const created = await createExtension(tx, clock, { ...sale.value.terms, number, name, ...whose })
        if (!created.ok) return created
        note({ subjectKind: 'extension', subjectId: created.value.id, after: { number, name, ...whose } })
        return created
      }),
    async setForward({ params, body }, { transaction, note }) {
      const set = await transaction((tx) => setForward(tx, { extensionId: params.id, forward: body }))
      if (set.ok) note({ subjectKind: 'extension', subjectId: params.id, after: { forward: body } })
      return set
    },
  }
}

function deviceHandlers(
  parts: NumbersOperationsParts,
): Pick<OwnHandlers, 'listDevices' | 'createDevice' | 'renewSipPassword'> {
  const { clock, secrets } = parts
  return {
    async listDevices({ query }, { transaction }) {
      const page = readPage(query, ['text'])
      if (!page.ok) return page
      const rows = await transaction((tx) => listDevices(tx, query, page.value))
      const { items, next } = toPage(rows, page.value.limit, (row) => [row.sipUser])
      const bindings = await parts.bindings()
      return ok({ items: items.map((row) => withRegistration(row, bindings)), next })
    },
    createDevice: ({ body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const { customerId = caller.tenantId, productCode, extensionId, label } = body
        const sale = await offerTo(tx, clock, { customerId, kind: 'device', productCode })
        if (!sale.ok) return sale
        const secretKeyId = secrets.newestKeyId()
        const wanted = { ...sale.value.terms, extensionId, label, secretKeyId }
        const named = body.sipUser ?? (await proposeSipUser(tx, sale.value.accountCode, extensionId))
        const created = await createNamed(tx, parts, { ...wanted, sipUser: named }, body.sipUser === undefined)
        if (!created.ok) return created
        const { sipUser, id, subscriptionId } = created.value
        note({ subjectKind: 'device', subjectId: id, after: { label, sipUser, extensionId } })
        const sipPassword = secrets.passwordOf({ sipUser, secretKeyId, secretVersion: FIRST_SECRET_VERSION })
        return ok({ id, subscriptionId, sipUser, sipPassword })
      }),
    async renewSipPassword({ params }, { transaction, note }) {
      const secretKeyId = secrets.newestKeyId()
      const renewed = await transaction((tx) => renewPassword(tx, { deviceId: params.id, secretKeyId }))
      if (!renewed.ok) return renewed
      note({ subjectKind: 'device', subjectId: params.id, after: { secretVersion: renewed.value.secretVersion } })
      return ok({ sipUser: renewed.value.sipUser, sipPassword: secrets.passwordOf(renewed.value) })
    },
  }
}

/** A SIP user that its owner can recognise: account ID and extension number. */
async function proposeSipUser(tx: Tx, accountCode: string, extensionId: string): Promise<string> {
  const [extension] = await tx<{ number: string }[]>`select number from extension where id = ${extensionId}`
  return `${accountCode.toLowerCase()}-${extension?.number ?? 'phone'}`
}

/** Creates a device; a proposed name that is taken (a second phone on the extension) gets a random ending. */
async function createNamed(tx: Tx, { clock, random }: NumbersOperationsParts, device: NewDevice, isProposed: boolean) {
  const created = await createDevice(tx, clock, device)
  if (created.ok) return ok({ ...created.value, sipUser: device.sipUser })
  if (!isProposed || created.failure.code !== 'numbers.sip_user_taken') return created
  const sipUser = `${device.sipUser}-${toHex(random(3))}`
  const again = await createDevice(tx, clock, { ...device, sipUser })
  return again.ok ? ok({ ...again.value, sipUser }) : again
}

function withRegistration(row: ListedDevice, bindings: readonly Binding[] | undefined) {
  const binding = bindings?.find((one) => one.sipUser === row.sipUser)
  const registration = bindings
    ? binding
      ? ('registered' as const)
      : ('not_registered' as const)
    : ('unknown' as const)
  return {
    ...row,
    registration,
    userAgent: binding?.userAgent ?? null,
    protocol: binding?.protocol ?? null,
    source: binding?.source ?? null,
    registeredUntil: binding?.expiresAt ?? null,
  }
}
