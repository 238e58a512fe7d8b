-- Rates by time of day and date, plans (quotas, volume discounts) with their counters, and the parts of a charge.

-- What is true of a whole version; as unchangeable as its rows.
alter table rate_deck_version add column zone text not null default 'UTC' check (length(zone) between 1 and 64);
-- [{"name", "windows": [{"weekdays", "fromMinute", "toMinute"}]}] by the wall clock of the zone.
alter table rate_deck_version add column periods jsonb not null default '[]';
alter table rate_deck_version add column reprice_at_period boolean not null default true;
alter table rate_deck_version add column reprice_at_effective boolean not null default false;
alter table rate_deck_version add column rounding_mode text not null default 'half-up'
  check (rounding_mode in ('half-up', 'half-even', 'up', 'down'));
alter table rate_deck_version add column rounding_digits smallint not null default 6
  check (rounding_digits between 2 and 6);
-- When it is to come into force by itself.
alter table rate_deck_version add column activates_at timestamptz;

-- A prefix may have several rows, of which one is in force at an instant.
alter table rate_row add column effective_from timestamptz not null default '-infinity';
alter table rate_row add column effective_to timestamptz not null default 'infinity'
  check (effective_to > effective_from);
alter table rate_row add column period text not null default '' check (length(period) <= 40);
alter table rate_row add column free_seconds integer not null default 0 check (free_seconds >= 0);
alter table rate_row add column connect_when_free boolean not null default false;
alter table rate_row add column surcharge_ppm integer not null default 0 check (surcharge_ppm >= 0);
alter table rate_row add column "interval" text not null default 'after_first'
  check ("interval" in ('after_first', 'total'));
alter table rate_row drop constraint rate_row_pkey;
alter table rate_row add primary key (tenant_id, version_id, direction, prefix, period, effective_from);
create trigger append_only before update or delete on rate_row
  for each row execute function dialhouse_append_only();
create trigger append_only_whole before truncate on rate_row
  for each statement execute function dialhouse_append_only();

-- Calls that quotas and discounts are for: the class of their rate, or the beginning of the number.
create table destination_group (
  id          uuid primary key,
  tenant_id   uuid not null references tenant (id),
  name        text not null check (length(name) between 1 and 100),
  direction   text not null check (direction in ('outbound', 'inbound')),
  classes     text[] not null check (classes <@ array['domestic', 'international', 'premium', 'tollfree']),
  prefixes    text[] not null check (cardinality(prefixes) <= 1000),
  created_at  timestamptz not null,
  unique (tenant_id, id),
  unique (tenant_id, name),
  check (cardinality(classes) + cardinality(prefixes) > 0)
);

-- What a seller offers beside the price per minute. Never changed; another one takes its place.
create table plan (
  id          uuid primary key,
  tenant_id   uuid not null references tenant (id),
  name        text not null check (length(name) between 1 and 100),
  currency    text not null check (currency ~ '^[A-Z]{3}$'),
  created_at  timestamptz not null,
  unique (tenant_id, id),
  unique (tenant_id, name)
);

-- Volume that costs nothing, each period anew.
create table plan_quota (
  id               uuid primary key,
  tenant_id        uuid not null,
  plan_id          uuid not null,
  group_id         uuid not null,
  name             text not null check (length(name) between 1 and 100),
  unit             text not null check (unit in ('seconds', 'money')),
  -- Seconds, or micros.
  amount           bigint not null check (amount > 0),
  first_seconds    integer not null check (first_seconds between 1 and 86400),
  next_seconds     integer not null check (next_seconds between 1 and 86400),
  renewal          text not null check (renewal in ('daily', 'weekly', 'monthly', 'billing_period')),
  rollover         smallint not null check (rollover between 0 and 3),
  prorate_first    boolean not null,
  at_exhaustion    text not null check (at_exhaustion in ('bill', 'block')),
  priority         integer not null,
  waives_connect   boolean not null,
  unique (tenant_id, id),
  foreign key (tenant_id, plan_id) references plan (tenant_id, id),
  foreign key (tenant_id, group_id) references destination_group (tenant_id, id)
);
create index plan_quota_by_plan on plan_quota (tenant_id, plan_id);

-- Prices that fall with the volume of a period; marginal, so that no earlier call changes its price.
create table plan_discount (
  id         uuid primary key,
  tenant_id  uuid not null,
  plan_id    uuid not null,
  group_id   uuid not null,
  name       text not null check (length(name) between 1 and 100),
  unit       text not null check (unit in ('seconds', 'money')),
  renewal    text not null check (renewal in ('daily', 'weekly', 'monthly', 'billing_period')),
  priority   integer not null,
  -- By rising `tier_from`: from so many units on, prices are `tier_ppm` millionths lower.
  tier_from  bigint[] not null check (cardinality(tier_from) between 1 and 20),
  tier_ppm   integer[] not null check (cardinality(tier_ppm) = cardinality(tier_from)),
  unique (tenant_id, id),
  foreign key (tenant_id, plan_id) references plan (tenant_id, id),
  foreign key (tenant_id, group_id) references destination_group (tenant_id, id)
);
create index plan_discount_by_plan on plan_discount (tenant_id, plan_id);

-- Which plan a customer has: one pool, shared by all his extensions.
create table plan_assignment (
  id          uuid primary key,
  tenant_id   uuid not null references customer (tenant_id),
  -- The seller's plan.
  plan_id     uuid not null references plan (id),
  -- Where billing periods begin; 31 is the last day of shorter months.
  bill_day    smallint not null default 1 check (bill_day between 1 and 31),
  started_at  timestamptz not null,
  ended_at    timestamptz,
  created_at  timestamptz not null,
  unique (tenant_id, id),
  check (ended_at is null or ended_at >= started_at)
);
create unique index plan_assignment_of_today on plan_assignment (tenant_id) where ended_at is null;

-- Use of a quota or discount in one period of a customer's plan; written by the batch that stores the records.
create table counter (
  tenant_id      uuid not null,
  assignment_id  uuid not null,
  -- plan_quota or plan_discount.
  item_id        uuid not null,
  period_from    timestamptz not null,
  period_to      timestamptz not null,
  expires_at     timestamptz not null,
  granted_units  bigint not null check (granted_units >= 0),
  used_units     bigint not null check (used_units >= 0),
  updated_at     timestamptz not null,
  primary key (assignment_id, item_id, period_from),
  foreign key (tenant_id, assignment_id) references plan_assignment (tenant_id, id),
  check (period_to > period_from and expires_at >= period_to)
);

-- What a call in progress has set aside of its customer's counters: [{"itemId", "periodFrom", "units"}].
alter table reservation add column counters jsonb not null default '[]';

-- The parts of a charge; they sum to it.
create table cdr_component (
  cdr_id        uuid not null,
  line          smallint not null check (line > 0),
  tenant_id     uuid not null,
  kind          text not null
    check (kind in ('free', 'quota', 'connect', 'usage', 'surcharge', 'minimum', 'money_quota')),
  -- From the answer.
  from_second   integer not null check (from_second >= 0),
  seconds       integer not null check (seconds >= 0),
  amount_micros bigint not null,
  price_nanos   bigint,
  discount_ppm  integer,
  prefix        text,
  period        text,
  -- Quota or discount, and what was taken of it.
  item_id       uuid,
  units         bigint,
  primary key (cdr_id, line),
  foreign key (tenant_id, cdr_id) references cdr (tenant_id, id)
);

select dialhouse_protect('destination_group', services => array['dialhouse_charge:read']);
select dialhouse_protect('plan', services => array['dialhouse_charge:read']);
select dialhouse_protect('plan_quota', services => array['dialhouse_charge:read']);
select dialhouse_protect('plan_discount', services => array['dialhouse_charge:read']);
select dialhouse_protect('plan_assignment', services => array['dialhouse_charge:read']);
select dialhouse_protect('counter', services => array['dialhouse_charge']);
select dialhouse_protect('cdr_component', services => array['dialhouse_charge']);
revoke update, delete on plan, plan_quota, plan_discount, destination_group from dialhouse_office;
revoke insert, update, delete on counter, cdr_component from dialhouse_office;
revoke update, delete on cdr_component from dialhouse_charge;
create trigger append_only before update or delete on cdr_component
  for each row execute function dialhouse_append_only();
create trigger append_only_whole before truncate on cdr_component
  for each statement execute function dialhouse_append_only();
create trigger directory_feed after insert or update or delete on plan_assignment
  for each row execute function dialhouse_feed('plan_assignment');
