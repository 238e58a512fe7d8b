-- What customers pay: cards as tokens, money of the bank from its statement to the ledger, what is paid with it, and
-- how what is not paid is chased. The ledger is posted to by `charge` alone; these rows say what to post, and that it
-- was.

-- How a seller takes and chases money; what stands in the program holds where there is no row.
create table payment_policy (
  tenant_id            uuid primary key references tenant (id),
  accepted_cards       text[] not null,
  automatic_posting    boolean not null,
  -- Refunds above it need a second person.
  refund_limit_micros  bigint not null check (refund_limit_micros >= 0),
  -- Of an e-transfer: 'answer' of its question, for brands that do not have it deposited by itself.
  transfer_answer      text not null check (length(transfer_answer) <= 60),
  -- A cheque does not give back service before so many days have passed.
  cheque_hold_days     integer not null check (cheque_hold_days between 0 and 30),
  returned_fee_micros  bigint not null check (returned_fee_micros >= 0 and returned_fee_micros % 10000 = 0),
  -- Days after the due date of the oldest open invoice: {"reminder": 3, ...}.
  dunning_days         jsonb not null,
  set_by               uuid,
  set_at               timestamptz not null
);
select dialhouse_protect('payment_policy');

-- A seller's account at a card processor; its keys are sealed with the master key.
create table card_gateway (
  tenant_id        uuid primary key references tenant (id),
  api_url          text not null check (length(api_url) <= 200),
  publishable_key  text not null check (length(publishable_key) between 8 and 200),
  sealed_keys      text not null check (length(sealed_keys) <= 4000),
  set_by           uuid,
  set_at           timestamptz not null
);
select dialhouse_protect('card_gateway');

-- A customer at the processor of its seller.
create table gateway_customer (
  tenant_id     uuid primary key references tenant (id),
  customer_ref  text not null check (length(customer_ref) between 1 and 100),
  created_at    timestamptz not null
);
select dialhouse_protect('gateway_customer');

-- A card as a token with what may be shown of it, or a bank account that debits were agreed for (sealed).
create table payment_method (
  id           uuid primary key,
  tenant_id    uuid not null references tenant (id),
  kind         text not null check (kind in ('card', 'bank')),
  method_ref   text check (length(method_ref) <= 100),
  brand        text not null check (length(brand) <= 30),
  last4        text not null check (last4 ~ '^[0-9]{1,4}$'),
  exp_month    smallint check (exp_month between 1 and 12),
  exp_year     smallint check (exp_year between 2000 and 2200),
  sealed_place text check (length(sealed_place) <= 2000),
  status       text not null check (status in ('active', 'replaced', 'removed')),
  -- Days before the end of the card that its holder was told of.
  told_days    smallint,
  created_by   uuid,
  created_at   timestamptz not null,
  unique (tenant_id, id),
  check ((kind = 'card') = (method_ref is not null)),
  check ((kind = 'bank') = (sealed_place is not null))
);
create unique index payment_method_active on payment_method (tenant_id) where status = 'active';
create index payment_method_by_ref on payment_method (method_ref) where method_ref is not null;
select dialhouse_protect('payment_method');

-- Leave to take the invoice's total every month: what was agreed, in which words, when and by whom.
create table mandate (
  id              uuid primary key,
  tenant_id       uuid not null,
  method_id       uuid not null,
  consent_text    text not null check (length(consent_text) between 20 and 2000),
  consented_at    timestamptz not null,
  consented_by    uuid,
  source_address  text,
  ended_at        timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, method_id) references payment_method (tenant_id, id)
);
create unique index mandate_in_force on mandate (tenant_id) where ended_at is null;
select dialhouse_protect('mandate');
create trigger append_only before update or delete on mandate
  for each row execute function dialhouse_append_only('ended_at');

create table payment (
  id             uuid primary key,
  -- Who paid; also the id of its posting in the ledger.
  tenant_id      uuid not null,
  seller_id      uuid not null references tenant (id),
  account_id     uuid not null,
  method         text not null check (method in ('card', 'etransfer', 'eft', 'cheque', 'debit', 'other')),
  -- 'manual': somebody pays or enters it now; 'automatic': agreed before.
  origin         text not null check (origin in ('manual', 'automatic')),
  status         text not null check (status in ('created', 'action', 'processing', 'failed', 'canceled', 'received',
                                                 'posted', 'disputed', 'reversed', 'refunded')),
  amount_micros  bigint not null check (amount_micros > 0 and amount_micros % 10000 = 0),
  currency       text not null check (currency ~ '^[A-Z]{3}$'),
  -- Named by the payer; else the oldest is paid first.
  invoice_id     uuid,
  method_id      uuid,
  -- From 1, of the invoice with this method.
  attempt        integer not null default 1 check (attempt between 1 and 100),
  intent_ref     text check (length(intent_ref) <= 100),
  decline_kind   text check (decline_kind in ('hard', 'soft', 'action')),
  decline_code   text check (length(decline_code) <= 60),
  decline_text   text check (length(decline_text) <= 300),
  -- Of the bank, of a cheque: what proves it.
  reference      text not null default '' check (length(reference) <= 140),
  value_date     date,
  cheque_on      date,
  -- The rule or the person that posted it.
  posted_rule    text check (length(posted_rule) <= 200),
  posted_by      uuid,
  refunded_micros bigint not null default 0 check (refunded_micros >= 0 and refunded_micros <= amount_micros),
  -- The posting that took it back.
  reversal_id    uuid,
  reversed_why   text check (length(reversed_why) <= 300),
  dispute_state  text check (dispute_state in ('open', 'won', 'lost')),
  created_by     uuid,
  created_at     timestamptz not null,
  received_at    timestamptz,
  posted_at      timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, account_id) references account (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id),
  foreign key (tenant_id, method_id) references payment_method (tenant_id, id)
);
-- "Run twice, crash in the middle: one charge per invoice."
create unique index payment_attempt on payment (invoice_id, method_id, attempt) where origin = 'automatic';
create unique index payment_by_intent on payment (intent_ref) where intent_ref is not null;
create index payment_by_tenant on payment (tenant_id, created_at desc, id desc);
create index payment_open on payment (status, created_at)
  where status in ('created', 'action', 'processing', 'received');
select dialhouse_protect('payment');
revoke delete on payment from dialhouse_office;

-- What of a payment pays which invoice; taken back by a line of the opposite amount, never changed.
create table allocation (
  id             uuid primary key,
  tenant_id      uuid not null,
  payment_id     uuid not null,
  invoice_id     uuid not null,
  amount_micros  bigint not null check (amount_micros <> 0),
  -- The line that this one takes back.
  reverses_id    uuid unique,
  reason         text not null default '' check (length(reason) <= 300),
  created_by     uuid,
  created_at     timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, payment_id) references payment (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id),
  foreign key (tenant_id, reverses_id) references allocation (tenant_id, id)
);
create index allocation_by_invoice on allocation (invoice_id);
create index allocation_by_payment on allocation (payment_id);
select dialhouse_protect('allocation');
create trigger append_only before update or delete on allocation
  for each row execute function dialhouse_append_only();

-- Money that goes back; above the limit a second person says yes. Its id is the id of its posting.
create table refund (
  id             uuid primary key,
  tenant_id      uuid not null,
  payment_id     uuid not null,
  amount_micros  bigint not null check (amount_micros > 0 and amount_micros % 10000 = 0),
  reason         text not null check (length(reason) between 3 and 300),
  status         text not null check (status in ('asked', 'approved', 'paid_out', 'done', 'refused')),
  asked_by       uuid not null,
  decided_by     uuid,
  refund_ref     text check (length(refund_ref) <= 100),
  created_at     timestamptz not null,
  done_at        timestamptz,
  unique (tenant_id, id),
  check (decided_by is null or decided_by <> asked_by),
  foreign key (tenant_id, payment_id) references payment (tenant_id, id)
);
create index refund_by_payment on refund (payment_id);
select dialhouse_protect('refund');

-- A page on which one card is entered or one payment made: by its holder now, or by whoever was sent the link.
create table pay_session (
  id             uuid primary key,
  tenant_id      uuid not null,
  token_hash     bytea not null unique check (octet_length(token_hash) = 32),
  purpose        text not null check (purpose in ('store', 'pay')),
  account_id     uuid not null,
  invoice_id     uuid,
  amount_micros  bigint check (amount_micros > 0 and amount_micros % 10000 = 0),
  currency       text not null check (currency ~ '^[A-Z]{3}$'),
  -- Sent to somebody, instead of opened by him.
  is_link        boolean not null,
  method_ref     text check (length(method_ref) <= 100),
  setup_ref      text check (length(setup_ref) <= 100),
  has_consented  boolean not null default false,
  payment_id     uuid,
  created_by     uuid,
  created_at     timestamptz not null,
  expires_at     timestamptz not null,
  done_at        timestamptz,
  unique (tenant_id, id),
  check ((purpose = 'pay') = (amount_micros is not null)),
  foreign key (tenant_id, account_id) references account (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id),
  foreign key (tenant_id, payment_id) references payment (tenant_id, id)
);
select dialhouse_protect('pay_session');

-- Messages of a processor that were taken, each once.
create table gateway_event (
  tenant_id    uuid not null references tenant (id),
  event_ref    text not null check (length(event_ref) between 1 and 100),
  type         text not null check (length(type) <= 100),
  received_at  timestamptz not null,
  primary key (tenant_id, event_ref)
);
select dialhouse_protect('gateway_event');

-- How a bank's table is read.
create table statement_mapping (
  id          uuid primary key,
  tenant_id   uuid not null references tenant (id),
  name        text not null check (length(name) between 1 and 60),
  mapping     jsonb not null,
  created_at  timestamptz not null,
  unique (tenant_id, id),
  unique (tenant_id, name)
);
select dialhouse_protect('statement_mapping');

-- A bank's file, whole and right; the same bytes come in once.
create table bank_statement (
  id              uuid primary key,
  tenant_id       uuid not null references tenant (id),
  sha256          text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  format          text not null check (format in ('camt053', 'bai2', 'ofx', 'csv')),
  file_name       text not null check (length(file_name) <= 200),
  account         text not null check (length(account) <= 60),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  opening_micros  bigint,
  closing_micros  bigint,
  line_count      integer not null,
  new_count       integer not null,
  imported_by     uuid,
  imported_at     timestamptz not null,
  unique (tenant_id, id),
  unique (tenant_id, sha256, account)
);
select dialhouse_protect('bank_statement');

create table statement_line (
  id             uuid primary key,
  tenant_id      uuid not null,
  statement_id   uuid not null,
  line_key       text not null check (line_key ~ '^[0-9a-f]{64}$'),
  booked_on      date not null,
  amount_micros  bigint not null check (amount_micros <> 0),
  currency       text not null check (currency ~ '^[A-Z]{3}$'),
  payer          text not null check (length(payer) <= 200),
  payer_account  text not null check (length(payer_account) <= 60),
  remittance     text not null check (length(remittance) <= 500),
  reference      text not null check (length(reference) <= 140),
  status         text not null check (status in ('open', 'posted', 'ignored')),
  -- Of the customer's tenant, which is below this one.
  payment_id     uuid references payment (id),
  decided_by     uuid,
  decided_at     timestamptz,
  reason         text check (length(reason) <= 300),
  unique (tenant_id, id),
  unique (tenant_id, line_key),
  foreign key (tenant_id, statement_id) references bank_statement (tenant_id, id)
);
create index statement_line_open on statement_line (tenant_id, booked_on) where status = 'open';
create unique index statement_line_payment on statement_line (payment_id) where payment_id is not null;
select dialhouse_protect('statement_line');

-- Payers that a person has said are this customer; two contradictions end it.
create table payer_fingerprint (
  tenant_id     uuid not null references tenant (id),
  fingerprint   text not null check (length(fingerprint) between 2 and 220),
  customer_id   uuid not null references tenant (id),
  confirmed     integer not null default 1,
  contradicted  integer not null default 0,
  primary key (tenant_id, fingerprint, customer_id)
);
select dialhouse_protect('payer_fingerprint');

-- "An email notification should be sent": money that somebody says is on its way. It posts nothing.
create table expected_payment (
  id             uuid primary key,
  tenant_id      uuid not null references tenant (id),
  -- Whose it probably is; null when the notice does not tell.
  customer_id    uuid references tenant (id),
  method         text not null check (method in ('etransfer', 'eft', 'cheque')),
  amount_micros  bigint check (amount_micros > 0),
  payer          text not null check (length(payer) <= 200),
  reference      text not null check (length(reference) <= 200),
  note           text not null check (length(note) <= 1000),
  source         text not null check (source in ('mail', 'portal')),
  status         text not null check (status in ('open', 'arrived', 'dismissed')),
  payment_id     uuid references payment (id),
  created_by     uuid,
  created_at     timestamptz not null,
  unique (tenant_id, id)
);
create index expected_payment_open on expected_payment (tenant_id, created_at) where status = 'open';
select dialhouse_protect('expected_payment');

-- Cheques that went to the bank together.
create table deposit_batch (
  id            uuid primary key,
  tenant_id     uuid not null references tenant (id),
  bank          text not null check (length(bank) between 1 and 100),
  total_micros  bigint not null check (total_micros > 0),
  currency      text not null check (currency ~ '^[A-Z]{3}$'),
  deposited_on  date not null,
  created_by    uuid,
  created_at    timestamptz not null,
  unique (tenant_id, id)
);
select dialhouse_protect('deposit_batch');
-- A cheque as it came: its picture, and the batch that it was deposited with.
create table cheque (
  payment_id  uuid primary key,
  tenant_id   uuid not null,
  number      text not null check (number ~ '^[0-9A-Za-z-]{1,30}$'),
  dated_on    date not null,
  scan_type   text check (scan_type in ('image/png', 'image/jpeg', 'application/pdf')),
  scan        bytea check (octet_length(scan) <= 700000),
  batch_id    uuid references deposit_batch (id),
  foreign key (tenant_id, payment_id) references payment (tenant_id, id)
);
select dialhouse_protect('cheque');

-- A file of debits that was given to the bank: its number, totals and content, for ever as it was.
create table debit_file (
  id             uuid primary key,
  tenant_id      uuid not null references tenant (id),
  format         text not null check (format in ('cpa005', 'nacha')),
  file_number    integer not null check (file_number between 1 and 9999),
  due_on         date not null,
  item_count     integer not null check (item_count > 0),
  total_micros   bigint not null check (total_micros > 0),
  -- Holds account numbers: sealed with the master key.
  sealed         text not null,
  created_by     uuid,
  created_at     timestamptz not null,
  unique (tenant_id, id),
  unique (tenant_id, format, file_number)
);
select dialhouse_protect('debit_file');

-- How far an account is chased for what is overdue; one row from the first day that something is.
create table dunning (
  id             uuid primary key,
  tenant_id      uuid not null,
  account_id     uuid not null unique,
  stage          text not null check (stage in ('current', 'overdue', 'reminder', 'final_notice', 'restricted',
                                                'suspended', 'terminated')),
  -- The due date of the oldest open invoice when it was last looked at.
  oldest_due_at  timestamptz,
  overdue_micros bigint not null default 0,
  -- A promise to pay holds the ladder until then, once.
  hold_until     timestamptz,
  held_at        timestamptz,
  -- The highest part of the credit limit that the customer was told of.
  told_percent   smallint not null default 0 check (told_percent between 0 and 100),
  moved_at       timestamptz,
  looked_at      timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
select dialhouse_protect('dunning');
