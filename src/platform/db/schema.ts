/** Generated from the migrations by write-schema.test.ts; not edited by hand. */

import type { Generated, GeneratedAlways } from 'kysely'

export type AccountTable = {
  id: string
  tenant_id: string
  kind: 'customer' | 'wholesale' | 'revenue' | 'cash' | 'adjustments' | 'tax' | 'rounding'
  currency: string
  credit_limit_micros: Generated<bigint>
  rate_deck_id: string | null
  calls_max: Generated<number>
  status: 'open' | 'suspended' | 'closed'
  created_at: number
  prepaid: Generated<boolean>
}

export type AccountBalanceTable = {
  tenant_id: string
  account_id: string
  balance_micros: bigint
  updated_at: number
}

export type AccountLimitTable = {
  id: string
  tenant_id: string
  account_id: string
  name: string
  classes: Generated<string[]>
  window_hours: number | null
  amount_micros: bigint
  zone: string
  created_by: string | null
  created_at: number
}

export type AllocationTable = {
  id: string
  tenant_id: string
  payment_id: string
  invoice_id: string
  amount_micros: bigint
  reverses_id: string | null
  reason: Generated<string>
  created_by: string | null
  created_at: number
}

export type ApiKeyTable = {
  id: string
  tenant_id: string
  name: string
  prefix: string
  secret_hash: Buffer
  role:
    | 'provider_admin'
    | 'provider_director'
    | 'provider_manager'
    | 'provider_engineer'
    | 'provider_noc'
    | 'provider_oncall'
    | 'provider_billing'
    | 'provider_porting'
    | 'provider_success'
    | 'partner_admin'
    | 'partner_billing'
    | 'partner_support'
    | 'customer_admin'
    | 'customer_billing'
  zone: string
  created_by: string | null
  created_at: number
  expires_at: number | null
  revoked_at: number | null
}

export type AuditChainTable = {
  tenant_id: string
  head: Buffer
  sealed: bigint
}

export type AuditEntryTable = {
  id: string
  sequence: GeneratedAlways<bigint>
  tenant_id: string
  recorded_at: number
  actor_id: string | null
  actor_role: string
  on_behalf_of: string | null
  source_address: string | null
  action: string
  subject_kind: string
  subject_id: string | null
  before: unknown
  after: unknown
  reason: string | null
  previous_hash: Buffer | null
  hash: Buffer | null
}

export type BankStatementTable = {
  id: string
  tenant_id: string
  sha256: string
  format: 'camt053' | 'bai2' | 'ofx' | 'csv'
  file_name: string
  account: string
  currency: string
  opening_micros: bigint | null
  closing_micros: bigint | null
  line_count: number
  new_count: number
  imported_by: string | null
  imported_at: number
}

export type BelowCostRouteTable = {
  id: string
  tenant_id: string
  carrier_id: string
  version_id: string
  prefix: string
  cost_version_id: string
  cost_prefix: string
  destination_name: string
  currency: string
  price_nanos: bigint
  cost_nanos: bigint
  refused: boolean
  calls: bigint
  first_seen_at: number
  last_seen_at: number
}

export type BillingPolicyTable = {
  tenant_id: string
  run_at: string
  zone: string
  due_days: number
  invoice_prefix: string
  issuing: 'automatic' | 'approved'
  calls_listed_max: number
  created_at: number
}

export type BillingProfileTable = {
  tenant_id: string
  region: string
  country: string
  postal_address: string
  email: string
  bill_day: Generated<number>
  tax_exempt: string | null
  created_at: number
}

export type BillingRunTable = {
  id: string
  tenant_id: string
  period_to: string
  kind: 'customer' | 'wholesale'
  state: 'drafting' | 'drafted' | 'issuing' | 'issued'
  started_at: number
  drafted_at: number | null
  approved_at: number | null
  approved_by: string | null
  issued_at: number | null
}

export type BrandTable = {
  tenant_id: string
  name: string
  host: string
  colour: string
  support_email: string
  phone: string
  postal_address: string
  below_cost: Generated<'refuse' | 'allow'>
  billing_email: Generated<string>
  sender_email: Generated<string>
  terms_url: Generated<string>
  voice_text: Generated<string>
  zone: Generated<string>
  hours: Generated<unknown>
  holidays: Generated<unknown>
  logo_sha256: string | null
}

export type BrandBankTable = {
  tenant_id: string
  sealed: string
  set_by: string | null
  set_at: number
}

export type BrandLogoTable = {
  tenant_id: string
  type: 'image/png' | 'image/jpeg'
  bytes: Buffer
  sha256: string
  set_at: number
}

export type CallSampleTable = {
  id: string
  tenant_id: string
  ticket_id: string
  entry_id: string
  from_text: string
  to_text: string
  called_at: number | null
  missing: string[]
  cdr_id: string | null
  finding: unknown
  found_at: number | null
  created_at: number
}

export type CardGatewayTable = {
  tenant_id: string
  api_url: string
  publishable_key: string
  sealed_keys: string
  set_by: string | null
  set_at: number
}

export type CarrierTable = {
  id: string
  tenant_id: string
  name: string
  host: string
  port: number | null
  protocol: 'udp' | 'tcp' | 'tls' | 'any'
  status: 'active' | 'disabled'
  created_at: number
  cost_deck_id: string | null
  channels_max: number | null
  ping_seconds: Generated<number>
  down_after: Generated<number>
  up_after: Generated<number>
  auth_user: string | null
  auth_realm: string | null
  auth_secret: string | null
  registration: Generated<'none' | 'single' | 'bulk'>
}

export type CarrierRouteTable = {
  id: string
  tenant_id: string
  carrier_id: string
  prefix: string
  priority: number
  kind: 'normal' | 'emergency'
}

export type CdrTable = {
  id: string
  tenant_id: string
  call_id: string
  account_id: string | null
  person_id: string | null
  direction: 'outbound' | 'inbound' | 'internal'
  class: 'onnet' | 'domestic' | 'international' | 'premium' | 'tollfree' | 'inbound' | 'emergency' | 'service'
  from_number: string
  from_name: string
  to_number: string
  to_name: string
  started_at: number
  ringing_at: number | null
  answered_at: number | null
  ended_at: number
  occurred_at: number
  duration_seconds: number
  ended_by: 'caller' | 'callee' | 'system'
  hangup_cause: string
  sip_status: number
  estimated: boolean
  carrier_id: string | null
  sip_call_id: string
  quality: unknown
  charge_micros: bigint
  currency: string
  charge_reason: string
  billed_seconds: number
  version_id: string | null
  prefix: string | null
  destination_name: string | null
  explanation: unknown
  stored_at: number
  cost_micros: bigint | null
  cost_currency: string | null
  cost_version_id: string | null
  cost_prefix: string | null
  anonymised_at: number | null
  verstat: 'TN-Validation-Passed' | 'TN-Validation-Failed' | 'No-TN-Validation' | null
  assigned_period: string | null
  plan: unknown
}

export type CdrChargeTable = {
  cdr_id: string
  level: number
  tenant_id: string
  account_id: string
  occurred_at: number
  charge_micros: bigint
  currency: string
  charge_reason: string
  billed_seconds: number
  version_id: string | null
  prefix: string | null
  destination_name: string | null
  explanation: unknown
}

export type CdrComponentTable = {
  cdr_id: string
  line: number
  tenant_id: string
  kind: 'free' | 'quota' | 'connect' | 'usage' | 'surcharge' | 'minimum' | 'money_quota'
  from_second: number
  seconds: number
  amount_micros: bigint
  price_nanos: bigint | null
  discount_ppm: number | null
  prefix: string | null
  period: string | null
  item_id: string | null
  units: bigint | null
}

export type CdrDayTable = {
  tenant_id: string
  day: string
  currency: string
  calls: bigint
  duration_seconds: bigint
  charge_micros: bigint
}

export type CdrDayProgressTable = {
  tenant_id: string
  summed_until: string
}

export type CdrRevisionTable = {
  id: string
  tenant_id: string
  account_id: string
  cdr_id: string
  level: number
  rerate_id: string | null
  old_micros: bigint
  new_micros: bigint
  currency: string
  old_line: unknown
  new_line: unknown
  adjusted: boolean
  period: string
  posting_id: string
  reason: string
  created_by: string | null
  created_at: number
}

export type ChequeTable = {
  payment_id: string
  tenant_id: string
  number: string
  dated_on: string
  scan_type: 'image/png' | 'image/jpeg' | 'application/pdf' | null
  scan: Buffer | null
  batch_id: string | null
}

export type CounterTable = {
  tenant_id: string
  assignment_id: string
  item_id: string
  period_from: number
  period_to: number
  expires_at: number
  granted_units: bigint
  used_units: bigint
  updated_at: number
}

export type CreditNoteTable = {
  id: string
  tenant_id: string
  seller_id: string
  invoice_id: string
  account_id: string
  number: string
  number_in_series: bigint
  currency: string
  reason: string
  net_micros: bigint
  tax_micros: bigint
  total_micros: bigint
  taxes: unknown
  created_by: string | null
  issued_at: number
  posted_at: number | null
}

export type CustomerTable = {
  tenant_id: string
  account_code: string
  country: string
  area_code: string
  zone: string
  status: 'active' | 'suspended' | 'terminated'
  created_at: number
}

export type DebitFileTable = {
  id: string
  tenant_id: string
  format: 'cpa005' | 'nacha'
  file_number: number
  due_on: string
  item_count: number
  total_micros: bigint
  sealed: string
  created_by: string | null
  created_at: number
}

export type DepositBatchTable = {
  id: string
  tenant_id: string
  bank: string
  total_micros: bigint
  currency: string
  deposited_on: string
  created_by: string | null
  created_at: number
}

export type DestinationGroupTable = {
  id: string
  tenant_id: string
  name: string
  direction: 'outbound' | 'inbound'
  classes: string[]
  prefixes: string[]
  created_at: number
}

export type DeviceTable = {
  id: string
  tenant_id: string
  extension_id: string
  label: string
  sip_user: string
  secret_key_id: number
  secret_version: number
  subscription_id: string
  status: 'active' | 'removed'
  created_at: number
}

export type DirectoryChangeTable = {
  seq: GeneratedAlways<bigint>
  xid: Generated<string>
  at: number
  entity: string
  entity_id: string
  tenant_id: string
}

export type DocumentSeriesTable = {
  tenant_id: string
  series: 'invoice' | 'credit_note'
  latest: bigint
}

export type DunningTable = {
  id: string
  tenant_id: string
  account_id: string
  stage: 'current' | 'overdue' | 'reminder' | 'final_notice' | 'restricted' | 'suspended' | 'terminated'
  oldest_due_at: number | null
  overdue_micros: Generated<bigint>
  hold_until: number | null
  held_at: number | null
  told_percent: Generated<number>
  moved_at: number | null
  looked_at: number
}

export type EmergencyAddressTable = {
  id: string
  tenant_id: string
  phone_number_id: string
  caller_name: string
  street: string
  unit: Generated<string>
  city: string
  region: string
  postal_code: string
  country: string
  status: 'submitted' | 'active' | 'retired'
  created_at: number
  activated_at: number | null
}

export type ExpectedPaymentTable = {
  id: string
  tenant_id: string
  customer_id: string | null
  method: 'etransfer' | 'eft' | 'cheque'
  amount_micros: bigint | null
  payer: string
  reference: string
  note: string
  source: 'mail' | 'portal'
  status: 'open' | 'arrived' | 'dismissed'
  payment_id: string | null
  created_by: string | null
  created_at: number
}

export type ExtensionTable = {
  id: string
  tenant_id: string
  number: string
  name: string
  person_id: string | null
  subscription_id: string
  status: 'active' | 'removed'
  created_at: number
  forward_always: string | null
  forward_busy: string | null
  forward_no_answer: string | null
  forward_after_seconds: Generated<number>
}

export type ExtensionServiceTable = {
  tenant_id: string
  extension_id: string
  kind: 'menu' | 'conference' | 'group'
  settings: unknown
  changed_at: number
}

export type GatewayCustomerTable = {
  tenant_id: string
  customer_ref: string
  created_at: number
}

export type GatewayEventTable = {
  tenant_id: string
  event_ref: string
  type: string
  received_at: number
}

export type IdempotentAnswerTable = {
  tenant_id: string
  subject_id: string
  key: string
  operation: string
  request_hash: Buffer
  status: number | null
  body: string | null
  created_at: number
  expires_at: number
}

export type InvoiceTable = {
  id: string
  tenant_id: string
  seller_id: string
  customer_id: string | null
  run_id: string | null
  kind: 'customer' | 'wholesale'
  account_id: string
  number: string | null
  number_in_series: bigint | null
  status: 'draft' | 'issued' | 'part_paid' | 'paid' | 'overdue' | 'void'
  currency: string
  period_from: string
  period_to: string
  window_from: number
  window_to: number
  zone: string
  usage_micros: Generated<bigint>
  call_count: Generated<number>
  net_micros: Generated<bigint>
  tax_micros: Generated<bigint>
  total_micros: Generated<bigint>
  billed: unknown
  created_at: number
  drafted_at: number | null
  issued_at: number | null
  due_at: number | null
  posted_at: number | null
}

export type InvoiceDocumentTable = {
  invoice_id: string
  tenant_id: string
  content: Buffer
  sha256: Buffer
  created_at: number
}

export type InvoiceLineTable = {
  invoice_id: string
  line: number
  tenant_id: string
  kind: 'activation' | 'partial' | 'monthly' | 'credit' | 'one_off' | 'usage' | 'correction'
  subscription_id: string | null
  source_id: string | null
  description: string
  from_day: string | null
  to_day: string | null
  days: number | null
  days_of: number | null
  quantity: bigint
  seconds: bigint | null
  amount_micros: bigint
  tax_code: string
  calls: unknown
}

export type InvoiceTaxTable = {
  invoice_id: string
  line: number
  tenant_id: string
  name: string
  region: string
  rate_ppm: number
  base_micros: bigint
  amount_micros: bigint
  registration: string | null
  reference: string | null
}

export type JobTable = {
  id: string
  tenant_id: string
  kind: string
  payload: unknown
  state: 'waiting' | 'running' | 'done' | 'dead'
  run_at: number
  attempts: Generated<number>
  attempts_max: number
  unique_key: string | null
  created_at: number
  locked_by: string | null
  locked_until: number | null
  last_error: string | null
  finished_at: number | null
}

export type JobScheduleTable = {
  tenant_id: string
  name: string
  plan: unknown
  next_run_at: number
  last_run_at: number | null
}

export type KbArticleTable = {
  id: string
  tenant_id: string
  slug: string
  category: string
  department: string
  audience: 'public' | 'customer' | 'partner' | 'internal'
  created_at: number
}

export type KbMissTable = {
  id: string
  tenant_id: string
  query: string
  locale: string
  at: number
}

export type KbPublishedTable = {
  tenant_id: string
  article_id: string
  locale: string
  version_id: string
  published_at: number
  search: string
  plain: string
}

export type KbTaskTable = {
  id: string
  tenant_id: string
  article_id: string
  vote_id: string
  comment: string
  reader_email: Generated<string>
  done_at: number | null
  done_by: string | null
  created_at: number
}

export type KbVersionTable = {
  id: string
  tenant_id: string
  article_id: string
  locale: 'en' | 'fr' | 'es'
  number: number
  title: string
  body: unknown
  state: 'draft' | 'review' | 'published' | 'superseded' | 'archived'
  author_id: string | null
  author_name: string
  approved_by: string | null
  approved_name: string | null
  source_number: number | null
  created_at: number
}

export type KbVoteTable = {
  id: string
  tenant_id: string
  article_id: string
  version_id: string
  reader: Buffer
  helpful: boolean
  comment: Generated<string>
  voted_at: number
}

export type LedgerEntryTable = {
  posting_id: string
  line: number
  tenant_id: string
  account_id: string
  amount_micros: bigint
  currency: string
}

export type LedgerShardTable = {
  tenant_id: string
  shard: number
  epoch: bigint
  taken_at: number
}

export type LoginTable = {
  id: string
  tenant_id: string
  login: string
  email: string
  name: string
  role:
    | 'provider_admin'
    | 'provider_director'
    | 'provider_manager'
    | 'provider_engineer'
    | 'provider_noc'
    | 'provider_oncall'
    | 'provider_billing'
    | 'provider_porting'
    | 'provider_success'
    | 'partner_admin'
    | 'partner_billing'
    | 'partner_support'
    | 'customer_admin'
    | 'customer_billing'
    | 'phone_user'
  password_hash: string | null
  password_at: number | null
  zone: Generated<string>
  locale: Generated<string>
  person_id: string | null
  status: Generated<'active' | 'locked'>
  created_at: number
}

export type MailMessageTable = {
  id: string
  tenant_id: string
  from_name: string
  from_address: string
  to_name: string
  to_address: string
  reply_to: string | null
  subject: string
  text_body: string
  html_body: string
  state: 'queued' | 'sent' | 'failed'
  created_at: number
  sent_at: number | null
  last_error: string | null
}

export type MandateTable = {
  id: string
  tenant_id: string
  method_id: string
  consent_text: string
  consented_at: number
  consented_by: string | null
  source_address: string | null
  ended_at: number | null
}

export type OncallIncidentTable = {
  id: string
  tenant_id: string
  state: 'paging' | 'acknowledged' | 'resolved'
  caller_number: string
  caller_name: string
  message_id: string | null
  ticket_id: string | null
  heard_at: number
  acknowledged_by: string | null
  next_page_at: number | null
}

export type OncallLineTable = {
  tenant_id: string
  extension_id: string
}

export type OncallPersonTable = {
  id: string
  tenant_id: string
  position: number
  name: string
  email: string
}

export type OneOffChargeTable = {
  id: string
  tenant_id: string
  account_id: string
  amount_micros: bigint
  currency: string
  description: string
  tax_code: string
  source: Generated<unknown>
  occurred_at: number
  created_by: string | null
  created_at: number
  posted_at: number | null
}

export type OneTimeCodeTable = {
  tenant_id: string
  login_id: string
  sealed: string
  confirmed_at: number | null
  last_step: Generated<bigint>
  paper_hashes: Generated<string[]>
  created_at: number
}

export type OutboxEventTable = {
  id: string
  sequence: GeneratedAlways<bigint>
  tenant_id: string
  topic: string
  payload: unknown
  created_at: number
  published_at: number | null
}

export type PageAttemptTable = {
  id: string
  tenant_id: string
  incident_id: string
  person_name: string
  at: number
}

export type PasskeyTable = {
  id: string
  tenant_id: string
  login_id: string
  credential_id: Buffer
  public_key: Buffer
  algorithm: number
  sign_count: bigint
  label: string
  created_at: number
  last_used_at: number | null
}

export type PaySessionTable = {
  id: string
  tenant_id: string
  token_hash: Buffer
  purpose: 'store' | 'pay'
  account_id: string
  invoice_id: string | null
  amount_micros: bigint | null
  currency: string
  is_link: boolean
  method_ref: string | null
  setup_ref: string | null
  has_consented: Generated<boolean>
  payment_id: string | null
  created_by: string | null
  created_at: number
  expires_at: number
  done_at: number | null
}

export type PayerFingerprintTable = {
  tenant_id: string
  fingerprint: string
  customer_id: string
  confirmed: Generated<number>
  contradicted: Generated<number>
}

export type PaymentTable = {
  id: string
  tenant_id: string
  seller_id: string
  account_id: string
  method: 'card' | 'etransfer' | 'eft' | 'cheque' | 'debit' | 'other'
  origin: 'manual' | 'automatic'
  status:
    | 'created'
    | 'action'
    | 'processing'
    | 'failed'
    | 'canceled'
    | 'received'
    | 'posted'
    | 'disputed'
    | 'reversed'
    | 'refunded'
  amount_micros: bigint
  currency: string
  invoice_id: string | null
  method_id: string | null
  attempt: Generated<number>
  intent_ref: string | null
  decline_kind: 'hard' | 'soft' | 'action' | null
  decline_code: string | null
  decline_text: string | null
  reference: Generated<string>
  value_date: string | null
  cheque_on: string | null
  posted_rule: string | null
  posted_by: string | null
  refunded_micros: Generated<bigint>
  reversal_id: string | null
  reversed_why: string | null
  dispute_state: 'open' | 'won' | 'lost' | null
  created_by: string | null
  created_at: number
  received_at: number | null
  posted_at: number | null
}

export type PaymentMethodTable = {
  id: string
  tenant_id: string
  kind: 'card' | 'bank'
  method_ref: string | null
  brand: string
  last4: string
  exp_month: number | null
  exp_year: number | null
  sealed_place: string | null
  status: 'active' | 'replaced' | 'removed'
  told_days: number | null
  created_by: string | null
  created_at: number
}

export type PaymentPolicyTable = {
  tenant_id: string
  accepted_cards: string[]
  automatic_posting: boolean
  refund_limit_micros: bigint
  transfer_answer: string
  cheque_hold_days: number
  returned_fee_micros: bigint
  dunning_days: unknown
  set_by: string | null
  set_at: number
}

export type PersonTable = {
  id: string
  tenant_id: string
  name: string
  email: string
  status: 'active' | 'removed'
  created_at: number
}

export type PhoneNumberTable = {
  id: string
  tenant_id: string
  number: string
  kind: 'did' | 'tollfree' | 'mobile'
  route_extension_id: string | null
  subscription_id: string
  status: 'active' | 'removed'
  created_at: number
  route_trunk_id: string | null
}

export type PlanTable = {
  id: string
  tenant_id: string
  name: string
  currency: string
  created_at: number
}

export type PlanAssignmentTable = {
  id: string
  tenant_id: string
  plan_id: string
  bill_day: Generated<number>
  started_at: number
  ended_at: number | null
  created_at: number
}

export type PlanDiscountTable = {
  id: string
  tenant_id: string
  plan_id: string
  group_id: string
  name: string
  unit: 'seconds' | 'money'
  renewal: 'daily' | 'weekly' | 'monthly' | 'billing_period'
  priority: number
  tier_from: bigint[]
  tier_ppm: number[]
}

export type PlanQuotaTable = {
  id: string
  tenant_id: string
  plan_id: string
  group_id: string
  name: string
  unit: 'seconds' | 'money'
  amount: bigint
  first_seconds: number
  next_seconds: number
  renewal: 'daily' | 'weekly' | 'monthly' | 'billing_period'
  rollover: number
  prorate_first: boolean
  at_exhaustion: 'bill' | 'block'
  priority: number
  waives_connect: boolean
}

export type PostingTable = {
  id: string
  tenant_id: string
  kind: 'usage' | 'payment' | 'adjustment' | 'opening' | 'rerate' | 'invoice' | 'charge' | 'credit_note'
  occurred_at: number
  posted_at: number
  cdr_id: string | null
  reason: Generated<string>
  created_by: string | null
}

export type ProductTable = {
  id: string
  tenant_id: string
  code: string
  name: string
  kind: 'extension' | 'device' | 'number' | 'trunk'
  currency: string
  monthly_micros: bigint
  setup_micros: bigint
  status: 'offered' | 'withdrawn'
  created_at: number
}

export type ProductPriceTable = {
  id: string
  tenant_id: string
  product_id: string
  buyer_id: string
  monthly_micros: bigint
  setup_micros: bigint
  valid_from: string
  created_at: number
}

export type RateDeckTable = {
  id: string
  tenant_id: string
  name: string
  currency: string
  active_version_id: string | null
  created_at: number
}

export type RateDeckVersionTable = {
  id: string
  tenant_id: string
  deck_id: string
  number: number
  row_count: number
  sha256: Buffer
  imported_at: number
  imported_by: string | null
  activated_at: number | null
  zone: Generated<string>
  periods: Generated<unknown>
  reprice_at_period: Generated<boolean>
  reprice_at_effective: Generated<boolean>
  rounding_mode: Generated<'half-up' | 'half-even' | 'up' | 'down'>
  rounding_digits: Generated<number>
  activates_at: number | null
}

export type RateRowTable = {
  tenant_id: string
  version_id: string
  prefix: string
  direction: 'outbound' | 'inbound'
  destination: string
  class: 'domestic' | 'international' | 'premium' | 'tollfree'
  connect_micros: Generated<bigint>
  first_seconds: number
  first_nanos: bigint
  next_seconds: number
  next_nanos: bigint
  grace_seconds: Generated<number>
  minimum_micros: Generated<bigint>
  blocked: Generated<boolean>
  effective_from: Generated<number>
  effective_to: Generated<number>
  period: Generated<string>
  free_seconds: Generated<number>
  connect_when_free: Generated<boolean>
  surcharge_ppm: Generated<number>
  interval: Generated<'after_first' | 'total'>
}

export type RecoveryTokenTable = {
  id: string
  tenant_id: string
  login_id: string
  token_hash: Buffer
  created_at: number
  expires_at: number
  used_at: number | null
  purpose: Generated<'recovery' | 'welcome'>
}

export type RefundTable = {
  id: string
  tenant_id: string
  payment_id: string
  amount_micros: bigint
  reason: string
  status: 'asked' | 'approved' | 'paid_out' | 'done' | 'refused'
  asked_by: string
  decided_by: string | null
  refund_ref: string | null
  created_at: number
  done_at: number | null
}

export type RegistrationTable = {
  tenant_id: string
  sip_user: string
  contact: string
  binding: unknown
  expires_at: number
  registered_at: number
}

export type RerateTable = {
  id: string
  tenant_id: string
  customer_id: string | null
  deck_id: string | null
  version_id: string | null
  from_at: number
  to_at: number
  reason: string
  state: 'asked' | 'previewed' | 'applying' | 'applied' | 'failed'
  result: unknown
  created_by: string | null
  created_at: number
  finished_at: number | null
  failure: string | null
}

export type ReservationTable = {
  cdr_id: string
  tenant_id: string
  account_id: string
  call_id: string
  direction: 'outbound' | 'inbound'
  destination: string
  version_id: string
  prefix: string
  reserved_micros: bigint
  granted_seconds: number
  paid_seconds: number
  final: boolean
  reserved_at: number
  answered_at: number | null
  counters: Generated<unknown>
}

export type ReservationLevelTable = {
  cdr_id: string
  level: number
  tenant_id: string
  account_id: string
  version_id: string
  prefix: string
  reserved_micros: bigint
}

export type RetentionHoldTable = {
  tenant_id: string
  reason: string
  set_by: string | null
  set_at: number
}

export type RetentionPolicyTable = {
  tenant_id: string
  call_days: number
  ladder_days: number
  set_by: string | null
  set_at: number
}

export type RetentionProgressTable = {
  tenant_id: string
  forgotten_until: number
}

export type SavedViewTable = {
  id: string
  tenant_id: string
  login_id: string
  list: string
  name: string
  query: string
  is_shared: boolean
  created_at: number
}

export type SchemaMigrationTable = {
  number: number
  name: string
  sha256: string
  applied_at: number
}

export type SessionTable = {
  id: string
  tenant_id: string
  login_id: string
  token_hash: Buffer
  created_at: number
  last_seen_at: number
  idle_expires_at: number
  expires_at: number
  ended_at: number | null
  end_reason: 'signed_out' | 'revoked' | 'replaced' | 'recovered' | 'locked' | 'role_changed' | 'looked_through' | null
  source_address: string
  user_agent: string
  impersonator_id: string | null
  parent_session_id: string | null
}

export type SignInLinkTable = {
  id: string
  tenant_id: string
  login_id: string
  token_hash: Buffer
  created_at: number
  expires_at: number
  used_at: number | null
}

export type SlaBreachTable = {
  id: string
  tenant_id: string
  ticket_id: string
  metric: string
  started_at: number
  due_at: number
  severity: string
  recorded_at: number
}

export type SlaClockTable = {
  tenant_id: string
  ticket_id: string
  metric: 'response' | 'next_response' | 'resolution' | 'update'
  started_at: number
  state: 'running' | 'paused' | 'stopped' | 'void'
  target_seconds: number | null
  due_at: number | null
  stopped_at: number | null
  breached_at: number | null
  warn_at: number | null
}

export type SlaEventTable = {
  id: string
  tenant_id: string
  ticket_id: string
  kind: 'created' | 'customer_message' | 'staff_message' | 'state' | 'severity' | 'workaround' | 'voicemail'
  value: Generated<string>
  at: number
}

export type StatementLineTable = {
  id: string
  tenant_id: string
  statement_id: string
  line_key: string
  booked_on: string
  amount_micros: bigint
  currency: string
  payer: string
  payer_account: string
  remittance: string
  reference: string
  status: 'open' | 'posted' | 'ignored'
  payment_id: string | null
  decided_by: string | null
  decided_at: number | null
  reason: string | null
}

export type StatementMappingTable = {
  id: string
  tenant_id: string
  name: string
  mapping: unknown
  created_at: number
}

export type SubscriptionTable = {
  id: string
  tenant_id: string
  product_id: string
  started_on: string
  ended_on: string | null
  monthly_micros: bigint
  currency: string
  exempt_reason: string | null
  created_at: number
  setup_micros: Generated<bigint>
  proration: Generated<'days' | 'thirty'>
  credits_unused: Generated<boolean>
  replaces_id: string | null
  ended_recorded_at: number | null
}

export type SupportCalendarTable = {
  id: string
  tenant_id: string
  name: string
  zone: string
  hours: unknown
  years: number[]
  created_at: number
}

export type SupportCalendarDayTable = {
  tenant_id: string
  calendar_id: string
  day: string
  name: string
  windows: unknown
}

export type SupportChargeTable = {
  id: string
  tenant_id: string
  ticket_id: string
  amount_micros: bigint
  currency: string
  reason: string
  charged_by: string | null
  charged_at: number
}

export type SupportMailTable = {
  id: string
  tenant_id: string
  direction: 'in' | 'out'
  mailbox: string
  message_id: string
  sender: string
  subject: string
  raw: Buffer | null
  ticket_id: string | null
  outcome: 'opened' | 'threaded' | 'automatic' | 'bounce' | 'own' | 'broken' | 'too_large' | 'sent'
  at: number
}

export type SupportPolicyTable = {
  id: string
  tenant_id: string
  audience: 'customer' | 'partner'
  calendar_id: string
  targets: unknown
  pauses_in: string[]
  page_on: 'voicemail' | 'critical_ticket'
  fee_micros: bigint
  currency: string
  emergency_number: Generated<string>
}

export type TaxRegistrationTable = {
  id: string
  tenant_id: string
  tax: string
  number: string
  valid_from: string
  created_at: number
}

export type TenantTable = {
  id: string
  tenant_id: string
  parent_id: string | null
  parent_path: GeneratedAlways<string | null>
  kind: 'provider' | 'partner' | 'customer' | 'site'
  path: string
  name: string
  slug: string
  status: Generated<'active' | 'suspended' | 'terminated'>
  created_at: number
}

export type TicketTable = {
  id: string
  tenant_id: string
  number: GeneratedAlways<bigint>
  desk_id: string
  audience: 'customer' | 'partner'
  channel: 'portal' | 'email' | 'phone' | 'voicemail' | 'chat' | 'monitor' | 'watch' | 'billing'
  category:
    | 'configuration'
    | 'troubleshooting'
    | 'billing'
    | 'porting'
    | 'emergency_address'
    | 'limit_review'
    | 'login'
    | 'bug'
    | 'other'
  severity: 'critical' | 'high' | 'normal' | 'low'
  severity_rank: GeneratedAlways<number>
  state: 'new' | 'open' | 'waiting_customer' | 'waiting_vendor' | 'scheduled' | 'solved' | 'closed' | 'spam' | 'merged'
  subject: string
  requester_id: string | null
  requester_name: string
  requester_email: string
  company: string
  contact_number: string
  affected: string
  needs: Generated<string[]>
  assignee_id: string | null
  assignee_name: string | null
  team: Generated<string>
  workaround: Generated<string>
  fault: 'provider' | 'carrier' | 'customer' | 'third_party' | null
  escalation_level: Generated<number>
  satisfaction: number | null
  satisfaction_note: string | null
  merged_into: string | null
  severity_raised: Generated<boolean>
  created_at: number
  updated_at: number
  solved_at: number | null
  close_at: number | null
  queue_at: number
  version: Generated<number>
}

export type TicketAttachmentTable = {
  id: string
  tenant_id: string
  ticket_id: string
  entry_id: string
  name: string
  media_type: string
  bytes: number
  sha256: Buffer
  content: Buffer
}

export type TicketEntryTable = {
  id: string
  tenant_id: string
  ticket_id: string
  kind: 'public' | 'internal' | 'system' | 'call'
  author_tenant_id: string | null
  author_id: string | null
  author_name: string
  by_staff: boolean
  body: string
  data: unknown
  created_at: number
}

export type TicketLinkTable = {
  id: string
  tenant_id: string
  ticket_id: string
  other_id: string
  kind: 'merged' | 'related' | 'escalated' | 'follow_up'
  created_at: number
}

export type TicketMacroTable = {
  id: string
  tenant_id: string
  name: string
  actions: unknown
  created_at: number
}

export type TicketViewTable = {
  id: string
  tenant_id: string
  owner_id: string
  name: string
  filter: unknown
  created_at: number
}

export type TransitionEntryTable = {
  id: string
  sequence: GeneratedAlways<bigint>
  tenant_id: string
  entity: string
  entity_id: string
  from_state: string
  to_state: string
  actor_id: string | null
  actor_role: string
  reason: string
  moved_at: number
}

export type TrunkTable = {
  id: string
  tenant_id: string
  name: string
  mode: 'registering' | 'static'
  sip_user: string | null
  secret_key_id: number | null
  secret_version: number | null
  host: string | null
  port: number | null
  protocol: 'udp' | 'tcp' | 'tls' | null
  channels_max: number
  calls_per_second_max: number
  format_in: 'e164' | 'digits' | 'national'
  format_out: 'e164' | 'digits' | 'national'
  main_number_id: string | null
  subscription_id: string
  status: 'active' | 'removed'
  created_at: number
}

export type VoiceMessageTable = {
  id: string
  tenant_id: string
  extension_id: string
  call_id: string
  from_number: string
  from_name: string
  left_at: number
  duration_ms: number
  heard_at: number | null
  deleted_at: number | null
}

export type WorkLogTable = {
  id: string
  tenant_id: string
  ticket_id: string
  technician_id: string | null
  technician_name: string
  started_at: number
  stopped_at: number
  after_hours_seconds: number
  note: string
}

/** Every table, as composed queries see it. */
export type Schema = {
  account: AccountTable
  account_balance: AccountBalanceTable
  account_limit: AccountLimitTable
  allocation: AllocationTable
  api_key: ApiKeyTable
  audit_chain: AuditChainTable
  audit_entry: AuditEntryTable
  bank_statement: BankStatementTable
  below_cost_route: BelowCostRouteTable
  billing_policy: BillingPolicyTable
  billing_profile: BillingProfileTable
  billing_run: BillingRunTable
  brand: BrandTable
  brand_bank: BrandBankTable
  brand_logo: BrandLogoTable
  call_sample: CallSampleTable
  card_gateway: CardGatewayTable
  carrier: CarrierTable
  carrier_route: CarrierRouteTable
  cdr: CdrTable
  cdr_charge: CdrChargeTable
  cdr_component: CdrComponentTable
  cdr_day: CdrDayTable
  cdr_day_progress: CdrDayProgressTable
  cdr_revision: CdrRevisionTable
  cheque: ChequeTable
  counter: CounterTable
  credit_note: CreditNoteTable
  customer: CustomerTable
  debit_file: DebitFileTable
  deposit_batch: DepositBatchTable
  destination_group: DestinationGroupTable
  device: DeviceTable
  directory_change: DirectoryChangeTable
  document_series: DocumentSeriesTable
  dunning: DunningTable
  emergency_address: EmergencyAddressTable
  expected_payment: ExpectedPaymentTable
  extension: ExtensionTable
  extension_service: ExtensionServiceTable
  gateway_customer: GatewayCustomerTable
  gateway_event: GatewayEventTable
  idempotent_answer: IdempotentAnswerTable
  invoice: InvoiceTable
  invoice_document: InvoiceDocumentTable
  invoice_line: InvoiceLineTable
  invoice_tax: InvoiceTaxTable
  job: JobTable
  job_schedule: JobScheduleTable
  kb_article: KbArticleTable
  kb_miss: KbMissTable
  kb_published: KbPublishedTable
  kb_task: KbTaskTable
  kb_version: KbVersionTable
  kb_vote: KbVoteTable
  ledger_entry: LedgerEntryTable
  ledger_shard: LedgerShardTable
  login: LoginTable
  mail_message: MailMessageTable
  mandate: MandateTable
  oncall_incident: OncallIncidentTable
  oncall_line: OncallLineTable
  oncall_person: OncallPersonTable
  one_off_charge: OneOffChargeTable
  one_time_code: OneTimeCodeTable
  outbox_event: OutboxEventTable
  page_attempt: PageAttemptTable
  passkey: PasskeyTable
  pay_session: PaySessionTable
  payer_fingerprint: PayerFingerprintTable
  payment: PaymentTable
  payment_method: PaymentMethodTable
  payment_policy: PaymentPolicyTable
  person: PersonTable
  phone_number: PhoneNumberTable
  plan: PlanTable
  plan_assignment: PlanAssignmentTable
  plan_discount: PlanDiscountTable
  plan_quota: PlanQuotaTable
  posting: PostingTable
  product: ProductTable
  product_price: ProductPriceTable
  rate_deck: RateDeckTable
  rate_deck_version: RateDeckVersionTable
  rate_row: RateRowTable
  recovery_token: RecoveryTokenTable
  refund: RefundTable
  registration: RegistrationTable
  rerate: RerateTable
  reservation: ReservationTable
  reservation_level: ReservationLevelTable
  retention_hold: RetentionHoldTable
  retention_policy: RetentionPolicyTable
  retention_progress: RetentionProgressTable
  saved_view: SavedViewTable
  schema_migration: SchemaMigrationTable
  session: SessionTable
  sign_in_link: SignInLinkTable
  sla_breach: SlaBreachTable
  sla_clock: SlaClockTable
  sla_event: SlaEventTable
  statement_line: StatementLineTable
  statement_mapping: StatementMappingTable
  subscription: SubscriptionTable
  support_calendar: SupportCalendarTable
  support_calendar_day: SupportCalendarDayTable
  support_charge: SupportChargeTable
  support_mail: SupportMailTable
  support_policy: SupportPolicyTable
  tax_registration: TaxRegistrationTable
  tenant: TenantTable
  ticket: TicketTable
  ticket_attachment: TicketAttachmentTable
  ticket_entry: TicketEntryTable
  ticket_link: TicketLinkTable
  ticket_macro: TicketMacroTable
  ticket_view: TicketViewTable
  transition_entry: TransitionEntryTable
  trunk: TrunkTable
  voice_message: VoiceMessageTable
  work_log: WorkLogTable
}
