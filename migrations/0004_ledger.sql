-- Who can pay and who paid: accounts, the double-entry ledger, reservations of calls in progress, and call records.
-- Written by `charge` only (dialhouse_charge); people read through their scope.

create table account (
  id                   uuid primary key,
  tenant_id            uuid not null references tenant (id),
  -- 'customer' is what a customer owes (a positive balance); the others are the provider's side of the books.
  kind                 text not null check (kind in ('customer', 'revenue', 'cash', 'adjustments')),
  currency             text not null check (currency ~ '^[A-Z]{3}$'),
  -- How much the customer may owe, reservations included.
  credit_limit_micros  bigint not null default 0 check (credit_limit_micros >= 0),
  rate_deck_id         uuid references rate_deck (id),
  -- Paid calls at once; the ceiling on loss counts on it.
  calls_max            integer not null default 100 check (calls_max between 1 and 10000),
  status               text not null check (status in ('open', 'suspended', 'closed')),
  created_at           timestamptz not null,
  unique (tenant_id, id),
  check ((kind = 'customer') = (rate_deck_id is not null))
);
create unique index account_of_customer on account (tenant_id) where kind = 'customer';
create unique index account_of_books on account (tenant_id, kind, currency) where kind <> 'customer';

-- What a customer owes now; written in the batch that posts the entries. Books have entries only: a shared row that
-- every call updates would make calls wait for each other.
create table account_balance (
  tenant_id      uuid not null,
  account_id     uuid primary key,
  -- Positive: the customer owes. Equals the sum of the account's entries.
  balance_micros bigint not null,
  updated_at     timestamptz not null,
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);

-- One act on the books; its entries sum to zero. The id is chosen by whoever asks, so that asking twice posts once.
create table posting (
  id           uuid primary key,
  tenant_id    uuid not null references tenant (id),
  kind         text not null check (kind in ('usage', 'payment', 'adjustment', 'opening')),
  occurred_at  timestamptz not null,
  posted_at    timestamptz not null,
  -- The call record that it charges.
  cdr_id       uuid,
  reason       text not null default '' check (length(reason) <= 500),
  created_by   uuid,
  unique (tenant_id, id)
);
create unique index posting_of_cdr on posting (cdr_id) where cdr_id is not null;

create table ledger_entry (
  posting_id     uuid not null references posting (id),
  line           smallint not null check (line > 0),
  -- The owner of the account, who may be another one than the posting's.
  tenant_id      uuid not null,
  account_id     uuid not null,
  -- Debits are positive, credits negative.
  amount_micros  bigint not null check (amount_micros <> 0),
  currency       text not null check (currency ~ '^[A-Z]{3}$'),
  primary key (posting_id, line),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
create index ledger_entry_by_account on ledger_entry (account_id, posting_id);

-- Money set aside for a call in progress; removed by the batch that stores its record.
create table reservation (
  cdr_id           uuid primary key,
  tenant_id        uuid not null,
  account_id       uuid not null,
  call_id          text not null,
  direction        text not null check (direction in ('outbound', 'inbound')),
  destination      text not null,
  version_id       uuid not null,
  prefix           text not null,
  reserved_micros  bigint not null check (reserved_micros >= 0),
  granted_seconds  integer not null check (granted_seconds >= 0),
  -- What `reserved_micros` pays for; the switch stops the call a little earlier, at `granted_seconds`.
  paid_seconds     integer not null check (paid_seconds >= granted_seconds),
  final            boolean not null,
  reserved_at      timestamptz not null,
  -- When the far end answered; null while it rings.
  answered_at      timestamptz,
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
create index reservation_by_account on reservation (account_id);

-- One customer's record of one call, stored once, with what it cost and why.
create table cdr (
  id                uuid primary key,
  tenant_id         uuid not null references tenant (id),
  call_id           text not null,
  account_id        uuid,
  person_id         uuid,
  direction         text not null check (direction in ('outbound', 'inbound', 'internal')),
  class             text not null check (class in
    ('onnet', 'domestic', 'international', 'premium', 'tollfree', 'inbound', 'emergency', 'service')),
  from_number       text not null check (length(from_number) <= 200),
  from_name         text not null check (length(from_name) <= 200),
  to_number         text not null check (length(to_number) <= 200),
  to_name           text not null check (length(to_name) <= 200),
  started_at        timestamptz not null,
  ringing_at        timestamptz,
  answered_at       timestamptz,
  ended_at          timestamptz not null,
  -- The instant that reports and periods go by: the answer, or the start of a call that was not answered.
  occurred_at       timestamptz not null,
  duration_seconds  integer not null check (duration_seconds >= 0),
  ended_by          text not null check (ended_by in ('caller', 'callee', 'system')),
  hangup_cause      text not null check (length(hangup_cause) <= 60),
  sip_status        integer not null,
  estimated         boolean not null,
  carrier_id        uuid,
  sip_call_id       text not null check (length(sip_call_id) <= 300),
  quality           jsonb,
  -- Zero with a reason ('onnet', 'emergency', 'inbound', 'service', 'unanswered' ...), or a price with its source.
  charge_micros     bigint not null check (charge_micros >= 0),
  currency          text not null check (currency ~ '^[A-Z]{3}$'),
  charge_reason     text not null check (length(charge_reason) between 1 and 60),
  billed_seconds    integer not null check (billed_seconds >= 0),
  version_id        uuid,
  prefix            text,
  destination_name  text,
  -- The computation, line by line, for the answer to "why 3.42?".
  explanation       jsonb not null,
  stored_at         timestamptz not null,
  unique (tenant_id, id)
);
create index cdr_by_time on cdr (tenant_id, occurred_at desc, id desc);
-- The newest calls of a whole subtree, without sorting all of them.
create index cdr_by_instant on cdr (occurred_at desc, id desc);
create index cdr_by_call on cdr (call_id);
create index cdr_by_person on cdr (tenant_id, person_id, occurred_at desc, id desc) where person_id is not null;

select dialhouse_protect('account', services => array['dialhouse_charge', 'dialhouse_signal:read']);
select dialhouse_protect('account_balance', services => array['dialhouse_charge']);
select dialhouse_protect('posting', services => array['dialhouse_charge']);
select dialhouse_protect('ledger_entry', services => array['dialhouse_charge']);
select dialhouse_protect('reservation', services => array['dialhouse_charge']);
select dialhouse_protect('cdr', services => array['dialhouse_charge']);

-- Office opens accounts and changes their terms with a service; what was posted is charge's alone.
revoke insert, update, delete on account_balance, posting, ledger_entry, reservation, cdr from dialhouse_office;
revoke delete on account from dialhouse_office;
revoke update, delete on posting, ledger_entry, cdr from dialhouse_charge;
create trigger append_only before update or delete on posting
  for each row execute function dialhouse_append_only();
create trigger append_only before update or delete on ledger_entry
  for each row execute function dialhouse_append_only();
create trigger append_only before update or delete on cdr
  for each row execute function dialhouse_append_only();
create trigger append_only_whole before truncate on posting
  for each statement execute function dialhouse_append_only();
create trigger append_only_whole before truncate on ledger_entry
  for each statement execute function dialhouse_append_only();
create trigger append_only_whole before truncate on cdr
  for each statement execute function dialhouse_append_only();
create trigger directory_feed after insert or update or delete on account
  for each row execute function dialhouse_feed('account');
