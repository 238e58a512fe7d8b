/** The running outside: every actor open on its port, the traffic between them, and the acts that change it. */

import { assertNever, type Clock, type Log, type RandomBytes, type Result, ok } from '../base/index.ts'
import type { Bus } from '../platform/bus/index.ts'
import type { SocketAddress } from '../network/transport/index.ts'
import { crashProcess } from '../processes/index.ts'
import type { AuthorityServer } from './authority/serve-authority.ts'
import { openCarrier, type Carrier } from './actors/carrier.ts'
import { openEmergencyCentre, type EmergencyCentre } from './actors/emergency-centre.ts'
import { openPhones, type Phones } from './actors/phones.ts'
import { createAudio, type Audio } from './actors/talker.ts'
import { startTraffic, type Traffic } from './actors/traffic.ts'
import { chooseCallers, type WorldPhone, type WorldTrunk } from './population.ts'
import { carrierNames } from './seed/write-carriers.ts'
import type { WorldAct, WorldFigures } from './topics.ts'

export type StagePorts = { readonly carrierA: number; readonly carrierB: number; readonly psap: number }

export type StageOptions = {
  readonly clock: Clock
  readonly log: Log
  readonly random: RandomBytes
  readonly bus: Bus
  /** Where the switch takes calls. */
  readonly house: SocketAddress
  readonly ports: StagePorts
  /** Signs the calls of carriers, where there is an authority. */
  readonly signerOf?: AuthorityServer['signerOf']
}

export type Stage = {
  readonly carriers: { readonly a: Carrier; readonly b: Carrier }
  readonly emergency: EmergencyCentre
  readonly phones: Phones
  /** Lets the phones of the demo register and call; once. */
  populate(all: readonly WorldPhone[], trunks: readonly WorldTrunk[]): void
  /** Undefined before `populate`. */
  traffic(): Traffic | undefined
  act(act: WorldAct): Promise<string>
  figures(): WorldFigures
  close(): Promise<void>
}

const ADDRESS = '127.0.0.1'
const REGISTRATIONS_MAX = 2000

type Props = {
  readonly options: StageOptions
  readonly audio: Audio
  readonly carriers: { readonly a: Carrier; readonly b: Carrier }
  readonly emergency: EmergencyCentre
  /** The first holds the phones of the demo; more are opened for many registrations. */
  readonly rooms: Phones[]
  population: readonly WorldPhone[]
  traffic: Traffic | undefined
}

/** Opens carriers, emergency centre and the phones' socket; nobody calls yet. */
export async function openStage(options: StageOptions): Promise<Result<Stage>> {
  const { clock, log, random, house, ports, signerOf } = options
  const audio = createAudio({ clock, random, address: ADDRESS })
  const parts = { clock, log, random, audio }
  const at = (port: number): SocketAddress => ({ address: ADDRESS, port })
  const opened: { close(): Promise<void> }[] = []
  const give = async <T>(failed: T): Promise<T> => {
    await Promise.all(opened.map((one) => one.close()))
    return failed
  }
  const signed = (key: 'a' | 'b') => (signerOf ? { sign: signerOf(key) } : {})
  const a = await openCarrier({ ...parts, ...signed('a'), name: carrierNames.a, listen: at(ports.carrierA), house })
  if (!a.ok) return give(a)
  opened.push(a.value)
  const b = await openCarrier({ ...parts, ...signed('b'), name: carrierNames.b, listen: at(ports.carrierB), house })
  if (!b.ok) return give(b)
  opened.push(b.value)
  const emergency = await openEmergencyCentre({ ...parts, listen: at(ports.psap) })
  if (!emergency.ok) return give(emergency)
  opened.push(emergency.value)
  const phones = await openPhones({ ...parts, listen: at(0), house })
  if (!phones.ok) return give(phones)
  const carriers = { a: a.value, b: b.value }
  const rooms = [phones.value]
  return ok(
    stageOf({ options, audio, carriers, emergency: emergency.value, rooms, population: [], traffic: undefined }),
  )
}

function stageOf(props: Props): Stage {
  const { options, audio, carriers, emergency, rooms } = props
  const phones = rooms[0]!
  return {
    carriers,
    emergency,
    phones,
    populate(all, trunks) {
      props.population = all
      const callers = [...chooseCallers(all), ...trunks.filter((one) => !one.reserved)]
      phones.register(callers)
      props.traffic = startTraffic({ ...options, phones, carriers: [carriers.a, carriers.b], callers })
    },
    traffic: () => props.traffic,
    act: (act) => perform(props, act),
    figures() {
      const { sent, heard } = audio.packets()
      const traffic = props.traffic?.figures()
      return {
        registered: rooms.reduce((sum, room) => sum + room.registered(), 0),
        callsInProgress: traffic?.inProgress ?? 0,
        callsPlaced: traffic?.placed ?? 0,
        callsAnswered: traffic?.answered ?? 0,
        callsRefused: traffic?.refused ?? 0,
        packetsSent: sent,
        packetsHeard: heard,
      }
    },
    async close() {
      props.traffic?.close()
      await Promise.all([...rooms, carriers.a, carriers.b, emergency].map((one) => one.close()))
      audio.close()
    },
  }
}

async function perform(props: Props, act: WorldAct): Promise<string> {
  const { traffic, carriers, options } = props
  if (!traffic) return 'The world is still being set up; try again in a moment.'
  switch (act.kind) {
    case 'startCalls': {
      const count = traffic.startCalls(act.count, act.callKind)
      return count === 0 ? 'As many calls as the demo may have are in progress.' : `${count} calls are being placed.`
    }
    case 'stopCalls':
      traffic.stopCalls()
      return 'Every call of the world was hung up.'
    case 'trickle':
      traffic.setTrickle(act.on)
      return act.on ? 'The world calls by itself again.' : 'The world places no more calls by itself.'
    case 'carrier': {
      const carrier = carriers[act.carrier]
      carrier.setState(act.state)
      return carrierSentence(carrier)
    }
    case 'playMonth':
      return traffic.playMonth() ? 'A month is being played: about three minutes.' : 'A month is being played already.'
    case 'emergency':
      return traffic.callEmergency() ? 'A phone dials 911.' : 'No phone is registered yet.'
    case 'register':
      return registerMany(props, act.registrations)
    case 'crash': {
      const ended = await options.bus.request('supervisor', crashProcess, { name: act.process })
      const isEnded = ended.ok && ended.value.ended
      return isEnded
        ? `The process ${act.process} was killed; watch it come back.`
        : `The process ${act.process} could not be killed.`
    }
    default:
      return assertNever(act, 'an act of the world')
  }
}

function carrierSentence(carrier: Carrier): string {
  const state = carrier.state()
  switch (state) {
    case 'working':
      return `${carrier.name} takes calls again.`
    case 'refusing':
      return `${carrier.name} refuses every call with 503: calls go through the other carrier.`
    case 'silent':
      return `${carrier.name} answers nothing: calls go through the other carrier once the switch gives up on it.`
    default:
      return assertNever(state, 'a state of a carrier')
  }
}

/** More sockets give each phone more contacts: a switch sees them as phones of their own. */
async function registerMany(props: Props, registrations: number): Promise<string> {
  const { options, audio, population, rooms } = props
  const wanted = Math.min(Math.max(0, Math.floor(registrations)), REGISTRATIONS_MAX)
  const free = population.filter((phone) => !phone.reserved)
  let left = wanted
  for (let at = 0; left > 0; at++) {
    if (!rooms[at]) {
      const listen = { address: ADDRESS, port: 0 }
      const room = await openPhones({ ...options, audio, listen, set: at })
      if (!room.ok) return room.failure.message
      rooms.push(room.value)
    }
    rooms[at]!.register(free.slice(0, left))
    left -= Math.min(left, free.length)
    if (free.length === 0) break
  }
  return `${wanted} registrations are being made.`
}
