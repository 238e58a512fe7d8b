/** The simulated outside: it speaks only what the real one speaks. */
export { openCarrier, type Carrier, type CarrierState } from './actors/carrier.ts'
export { openEmergencyCentre, type EmergencyCentre } from './actors/emergency-centre.ts'
export { openPhones, type PhoneAccount, type Phones } from './actors/phones.ts'
export { createAudio, type Audio } from './actors/talker.ts'
