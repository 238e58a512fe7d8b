/** What a customer is reached at and calls with: extensions, devices, numbers, emergency addresses; and carriers. */
export { createExtension, type NewExtension } from './create-extension.ts'
export { createDevice, FIRST_SECRET_VERSION, type NewDevice } from './create-device.ts'
export { assignNumber, routeNumber, type NewNumber, type NumberKind } from './assign-number.ts'
export {
  activateEmergencyAddress,
  emergencyAddressMachine,
  submitEmergencyAddress,
  type AddressStatus,
  type NewEmergencyAddress,
} from './emergency-address.ts'
export {
  addCarrier,
  addCarrierRoute,
  listCarriers,
  moveCarrier,
  type ListedCarrier,
  type NewCarrier,
  type NewCarrierRoute,
} from './carriers.ts'
export { setCostDeck } from './cost-deck.ts'
export { createTrunk, type NewTrunk, type TrunkFormat } from './create-trunk.ts'
export { changeTrunk } from './change-trunk.ts'
export type { ServiceTerms, SoldService } from './terms.ts'
export type { AddressFailure, CarrierFailure, DeviceFailure, ExtensionFailure, NumberFailure } from './errors.ts'
export { numbersOperations } from './handlers.ts'
export type { Binding, NumbersOperationsParts } from './parts.ts'
export type { SipSecret } from './renew-password.ts'
export { setCarrierCredentials } from './carrier-credentials.ts'
export { changeCarrier } from './change-carrier.ts'
export {
  extensionService,
  setService,
  type ExtensionService,
  type Choice,
  type ConferenceService,
  type GroupService,
  type MenuService,
  type PromptName,
} from './extension-service.ts'
export {
  countMessages,
  keepMessage,
  listMessages,
  markMessage,
  type MessageCount,
  type NewMessage,
} from './voice-messages.ts'
export { linesOfService, removeService } from './remove-service.ts'
