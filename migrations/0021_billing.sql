-- What customers are sold by the month becomes invoices: prices of activation, price books, one-off charges, invoices
-- with their lines, taxes and documents, credit notes, and the runs that make them.

-- The seller's side of an invoice: what it owes the tax offices, and what the whole cents took or gave.
alter table account drop constraint account_kind_check;
alter table account add constraint account_kind_check
  check (kind in ('customer', 'wholesale', 'revenue', 'cash', 'adjustments', 'tax', 'rounding'));
insert into account (id, tenant_id, kind, currency, status, created_at)
  select md5(account.id || missing.kind)::uuid, account.tenant_id, missing.kind, account.currency, 'open',
         account.created_at
  from account cross join (values ('tax'), ('rounding')) as missing (kind)
  where account.kind = 'revenue';
alter table posting drop constraint posting_kind_check;
alter table posting add constraint posting_kind_check
  check (kind in ('usage', 'payment', 'adjustment', 'opening', 'rerate', 'invoice', 'charge', 'credit_note'));

-- Terms of the sale that the first and the last invoice need; they hold for the line whatever the product costs later.
alter table subscription add column setup_micros bigint not null default 0 check (setup_micros >= 0);
-- 'days': of the month's own days; 'thirty': every month counts thirty.
alter table subscription add column proration text not null default 'days' check (proration in ('days', 'thirty'));
-- Days that were paid in advance are given back when the service ends before them.
alter table subscription add column credits_unused boolean not null default true;
-- The line that this one takes the place of, when a customer changes to another price.
alter table subscription add column replaces_id uuid;
alter table subscription add foreign key (tenant_id, replaces_id) references subscription (tenant_id, id);

-- What one buyer, and everybody below it, pays for a product instead of its list price, from a day on.
create table product_price (
  id              uuid primary key,
  tenant_id       uuid not null,
  product_id      uuid not null,
  buyer_id        uuid not null references tenant (id),
  monthly_micros  bigint not null check (monthly_micros >= 0),
  setup_micros    bigint not null check (setup_micros >= 0),
  valid_from      date not null,
  created_at      timestamptz not null,
  unique (tenant_id, id),
  unique (product_id, buyer_id, valid_from),
  foreign key (tenant_id, product_id) references product (tenant_id, id)
);
select dialhouse_protect('product_price');

drop function dialhouse_offers(uuid, text);
create function dialhouse_offers(customer_id uuid, wanted_kind text)
returns table (id uuid, code text, monthly_micros bigint, setup_micros bigint, currency text)
language sql stable security definer set search_path = public, pg_temp as $$
  select product.id, product.code, coalesce(book.monthly_micros, product.monthly_micros),
         coalesce(book.setup_micros, product.setup_micros), product.currency
  from tenant served
  join tenant seller on starts_with(served.path, seller.path)
  join product on product.tenant_id = seller.id
  left join lateral (
    select price.monthly_micros, price.setup_micros
    from product_price as price join tenant buyer on buyer.id = price.buyer_id
    where price.product_id = product.id and starts_with(served.path, buyer.path)
      and price.valid_from <= (dialhouse_now() at time zone 'UTC')::date
    order by length(buyer.path) desc, price.valid_from desc limit 1
  ) as book on true
  where served.id = customer_id and served.path >= dialhouse_scope() and served.path < dialhouse_scope() || '~'
    and product.kind = wanted_kind and product.status = 'offered'
  order by length(seller.path) desc, product.created_at, product.id
$$;
grant execute on function dialhouse_offers(uuid, text) to dialhouse_office;

-- How a seller bills: when, how long a customer has, what invoices are called.
create table billing_policy (
  tenant_id        uuid primary key references tenant (id),
  -- The hour of the first of the month at which invoices are made, in this zone.
  run_at           text not null check (run_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  zone             text not null,
  due_days         integer not null check (due_days between 0 and 120),
  invoice_prefix   text not null check (invoice_prefix ~ '^[A-Z0-9-]{0,12}$'),
  -- 'approved': a person looks at the drafts first.
  issuing          text not null check (issuing in ('automatic', 'approved')),
  -- Calls that an invoice lists one by one; more are in the file.
  calls_listed_max integer not null check (calls_listed_max between 0 and 2000),
  created_at       timestamptz not null
);
-- The numbers under which a seller collects a tax; printed beside it.
create table tax_registration (
  id          uuid primary key,
  tenant_id   uuid not null references tenant (id),
  tax         text not null check (length(tax) between 2 and 40),
  number      text not null check (length(number) between 2 and 40),
  valid_from  date not null,
  created_at  timestamptz not null,
  unique (tenant_id, id),
  unique (tenant_id, tax, valid_from)
);
-- Where and how a customer or partner is billed; without a row the invoice goes to its first administrator.
create table billing_profile (
  tenant_id       uuid primary key references tenant (id),
  -- Province or state of the service address: the place of supply.
  region          text not null check (region ~ '^[A-Z]{2}$'),
  country         text not null check (country ~ '^[A-Z]{2}$'),
  postal_address  text not null check (length(postal_address) <= 400),
  email           text not null check (length(email) <= 254),
  bill_day        smallint not null default 1 check (bill_day between 1 and 31),
  -- Why no tax is due: a status, a certificate.
  tax_exempt      text check (length(tax_exempt) between 3 and 200),
  created_at      timestamptz not null
);
select dialhouse_protect('billing_policy');
select dialhouse_protect('tax_registration');
select dialhouse_protect('billing_profile');

-- One pass over everybody whom a seller bills for a period that ended; done in portions, resumed where it stopped.
create table billing_run (
  id           uuid primary key,
  tenant_id    uuid not null references tenant (id),
  -- The day on which the period ends and the next month begins.
  period_to    date not null,
  kind         text not null check (kind in ('customer', 'wholesale')),
  state        text not null check (state in ('drafting', 'drafted', 'issuing', 'issued')),
  started_at   timestamptz not null,
  drafted_at   timestamptz,
  approved_at  timestamptz,
  approved_by  uuid,
  issued_at    timestamptz,
  unique (tenant_id, id),
  unique (tenant_id, period_to, kind)
);
select dialhouse_protect('billing_run');

create table invoice (
  id                uuid primary key,
  -- Whom it is for: a customer, or the partner of a wholesale invoice.
  tenant_id         uuid not null references tenant (id),
  seller_id         uuid not null references tenant (id),
  -- The customer; null on a wholesale invoice.
  customer_id       uuid check (customer_id = tenant_id),
  run_id            uuid references billing_run (id),
  kind              text not null check (kind in ('customer', 'wholesale')),
  account_id        uuid not null,
  -- Given when it is issued; without gaps for each seller.
  number            text,
  number_in_series  bigint,
  status            text not null
    check (status in ('draft', 'issued', 'part_paid', 'paid', 'overdue', 'void')),
  currency          text not null check (currency ~ '^[A-Z]{3}$'),
  -- The month of usage, half-open, in the customer's zone; and its instants.
  period_from       date not null,
  period_to         date not null,
  window_from       timestamptz not null,
  window_to         timestamptz not null,
  zone              text not null,
  -- Exact: the sum of the charges of its calls.
  usage_micros      bigint not null default 0,
  call_count        integer not null default 0,
  -- Whole cents: fees and the usage together, taxes, and both.
  net_micros        bigint not null default 0 check (net_micros % 10000 = 0),
  tax_micros        bigint not null default 0 check (tax_micros % 10000 = 0),
  total_micros      bigint not null default 0 check (total_micros % 10000 = 0),
  -- Names and addresses as they were, for the document.
  billed            jsonb not null,
  created_at        timestamptz not null,
  drafted_at        timestamptz,
  issued_at         timestamptz,
  due_at            timestamptz,
  -- When its entries were in the ledger.
  posted_at         timestamptz,
  unique (tenant_id, id),
  unique (seller_id, number),
  unique (seller_id, number_in_series),
  foreign key (tenant_id, account_id) references account (tenant_id, id),
  check (total_micros = net_micros + tax_micros),
  check (status = 'draft' or drafted_at is not null)
);
create unique index invoice_of_period on invoice (account_id, period_to) where status <> 'void';
create index invoice_by_tenant on invoice (tenant_id, period_to desc);
create index invoice_by_run on invoice (run_id, id);
create index invoice_unposted on invoice (seller_id) where posted_at is null and issued_at is not null;
select dialhouse_protect('invoice', services => array['dialhouse_charge:read']);

create table invoice_line (
  invoice_id       uuid not null,
  line             integer not null check (line > 0),
  tenant_id        uuid not null,
  kind             text not null
    check (kind in ('activation', 'partial', 'monthly', 'credit', 'one_off', 'usage', 'correction')),
  subscription_id  uuid,
  -- The one-off charge, when it is one.
  source_id        uuid,
  description      text not null check (length(description) between 1 and 300),
  -- Days that it is for, half-open.
  from_day         date,
  to_day           date,
  days             integer,
  days_of          integer,
  quantity         bigint not null,
  -- Of usage: seconds that were charged for.
  seconds          bigint,
  -- Fees are whole cents, usage is exact.
  amount_micros    bigint not null,
  tax_code         text not null check (length(tax_code) <= 30),
  -- What calls a usage line stands for: {"class", "destination"}.
  calls            jsonb,
  primary key (invoice_id, line),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
create index invoice_line_by_subscription on invoice_line (subscription_id) where subscription_id is not null;

create table invoice_tax (
  invoice_id     uuid not null,
  line           integer not null check (line > 0),
  tenant_id      uuid not null,
  name           text not null check (length(name) between 2 and 40),
  region         text not null,
  -- Millionths: 130000 is 13 %.
  rate_ppm       integer not null check (rate_ppm >= 0),
  base_micros    bigint not null,
  amount_micros  bigint not null check (amount_micros % 10000 = 0),
  registration   text,
  -- The provider's own record of it.
  reference      text,
  primary key (invoice_id, line),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
select dialhouse_protect('invoice_line');
select dialhouse_protect('invoice_tax');

-- What was sent, for ever as it was sent.
create table invoice_document (
  invoice_id  uuid primary key,
  tenant_id   uuid not null,
  content     bytea not null,
  sha256      bytea not null check (octet_length(sha256) = 32),
  created_at  timestamptz not null,
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id)
);
select dialhouse_protect('invoice_document');
create trigger append_only before update or delete on invoice_document
  for each row execute function dialhouse_append_only();

-- The last number given out by a seller, of invoices and of credit notes.
create table document_series (
  tenant_id  uuid not null references tenant (id),
  series     text not null check (series in ('invoice', 'credit_note')),
  latest     bigint not null check (latest >= 0),
  primary key (tenant_id, series)
);
select dialhouse_protect('document_series');

-- A fee or credit outside the months: on the balance at once, on the next invoice as a line.
create table one_off_charge (
  id             uuid primary key,
  tenant_id      uuid not null,
  account_id     uuid not null,
  -- Negative: a credit. Whole cents, before tax.
  amount_micros  bigint not null check (amount_micros <> 0 and amount_micros % 10000 = 0),
  currency       text not null check (currency ~ '^[A-Z]{3}$'),
  description    text not null check (length(description) between 3 and 200),
  tax_code       text not null check (length(tax_code) <= 30),
  -- What it comes from: {"kind": "ticket", "id": ...}.
  source         jsonb not null default '{}',
  occurred_at    timestamptz not null,
  created_by     uuid,
  created_at     timestamptz not null,
  -- Null until it is in the ledger.
  posted_at      timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
create index one_off_charge_by_account on one_off_charge (account_id, occurred_at);
select dialhouse_protect('one_off_charge');

create table credit_note (
  id                uuid primary key,
  tenant_id         uuid not null,
  seller_id         uuid not null references tenant (id),
  invoice_id        uuid not null,
  account_id        uuid not null,
  number            text not null,
  number_in_series  bigint not null,
  currency          text not null check (currency ~ '^[A-Z]{3}$'),
  reason            text not null check (length(reason) between 3 and 500),
  -- Positive: what the customer gets back.
  net_micros        bigint not null check (net_micros > 0 and net_micros % 10000 = 0),
  tax_micros        bigint not null check (tax_micros >= 0 and tax_micros % 10000 = 0),
  total_micros      bigint not null check (total_micros = net_micros + tax_micros),
  taxes             jsonb not null,
  created_by        uuid,
  issued_at         timestamptz not null,
  posted_at         timestamptz,
  unique (tenant_id, id),
  unique (seller_id, number),
  foreign key (tenant_id, invoice_id) references invoice (tenant_id, id),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
create index credit_note_by_invoice on credit_note (invoice_id);
select dialhouse_protect('credit_note');

-- Lines and amounts of an invoice may be made again while it is a draft, and never afterwards.
create function dialhouse_invoice_kept() returns trigger language plpgsql as $$
declare
  settled constant text[] := array['status', 'posted_at'];
begin
  if tg_op = 'DELETE' then
    if old.status = 'draft' then return old; end if;
  elsif old.status = 'draft' or to_jsonb(old) - settled = to_jsonb(new) - settled then
    return new;
  end if;
  raise exception 'an invoice that was issued is never changed' using errcode = 'restrict_violation';
end $$;
create trigger kept before update or delete on invoice for each row execute function dialhouse_invoice_kept();
create function dialhouse_invoice_part_kept() returns trigger language plpgsql as $$
declare
  part record := case when tg_op = 'INSERT' then new else old end;
begin
  if exists (select from invoice where id = part.invoice_id and status <> 'draft') then
    raise exception 'an invoice that was issued is never changed' using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger kept before update or delete on invoice_line
  for each row execute function dialhouse_invoice_part_kept();
create trigger kept before update or delete on invoice_tax
  for each row execute function dialhouse_invoice_part_kept();
create trigger append_only before update or delete on credit_note
  for each row execute function dialhouse_append_only('posted_at');

-- A call that is stored after its period was drafted belongs to the month of its storing. The lock lets a draft begin
-- only when every such call is either visible to it or knows of it.
create or replace function dialhouse_assign_period() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  local_zone text := coalesce((select zone from customer where tenant_id = new.tenant_id), 'UTC');
  billed date;
begin
  perform pg_advisory_xact_lock_shared(6120001);
  select max(period_to) into billed from invoice
  where account_id = new.account_id and status <> 'void' and window_to > new.occurred_at;
  if billed is not null then
    new.assigned_period := billed;
  elsif (new.occurred_at at time zone local_zone)
      < date_trunc('month', new.stored_at at time zone local_zone) - interval '1 month' then
    new.assigned_period := date_trunc('month', new.stored_at at time zone local_zone)::date;
  end if;
  return new;
end $$;
drop trigger assign_period on cdr;
create trigger assign_period before insert on cdr for each row
  when (new.stored_at >= new.ended_at + interval '5 minutes') execute function dialhouse_assign_period();
create index cdr_assigned on cdr (tenant_id, assigned_period) where assigned_period is not null;
