-- What carriers cost: a deck per carrier, the cost of every carried call beside its charge, what a provider does about
-- a route that sells below cost, and the list of those routes.

alter table carrier add column cost_deck_id uuid;
alter table carrier add foreign key (tenant_id, cost_deck_id) references rate_deck (tenant_id, id);

-- 'refuse': such a route is not used (911 asks nobody); 'allow': it is used. Both are listed and told of.
alter table brand add column below_cost text not null default 'refuse' check (below_cost in ('refuse', 'allow'));
create trigger directory_feed after insert or update or delete on brand
  for each row execute function dialhouse_feed('brand');

-- What the carrier that carried the call asks for it; null without a carrier, a cost deck or an answer.
alter table cdr add column cost_micros bigint check (cost_micros >= 0);
alter table cdr add column cost_currency text check (cost_currency ~ '^[A-Z]{3}$');
alter table cdr add column cost_version_id uuid;
alter table cdr add column cost_prefix text;
alter table cdr add constraint cdr_cost_whole check (
  (cost_micros is null) = (cost_currency is null) and (cost_micros is null) = (cost_version_id is null)
  and (cost_micros is null) = (cost_prefix is null));

-- A destination of a sold deck that a carrier asks more for than it is sold for; the provider's.
create table below_cost_route (
  id                  uuid primary key,
  tenant_id           uuid not null references tenant (id),
  carrier_id          uuid not null,
  version_id          uuid not null,
  prefix              text not null,
  cost_version_id     uuid not null,
  cost_prefix         text not null,
  destination_name    text not null,
  currency            text not null check (currency ~ '^[A-Z]{3}$'),
  -- Of a call of the length by which they are compared, a minute of it.
  price_nanos         bigint not null,
  cost_nanos          bigint not null,
  -- What was done at the last call: true when another carrier, or none, had to carry it.
  refused             boolean not null,
  calls               bigint not null check (calls > 0),
  first_seen_at       timestamptz not null,
  last_seen_at        timestamptz not null,
  unique (tenant_id, id),
  unique (tenant_id, carrier_id, version_id, prefix, cost_version_id, cost_prefix),
  foreign key (tenant_id, carrier_id) references carrier (tenant_id, id)
);
create index below_cost_route_by_time on below_cost_route (tenant_id, last_seen_at desc, id desc);
select dialhouse_protect('below_cost_route', services => array['dialhouse_charge']);
revoke insert, update, delete on below_cost_route from dialhouse_office;

-- Charge reads carriers and what brands decided, and tells of such a route when it first sees it.
create policy dialhouse_charge on carrier to dialhouse_charge using (true) with check (true);
create policy dialhouse_charge on brand to dialhouse_charge using (true) with check (true);
create policy dialhouse_charge on outbox_event to dialhouse_charge using (true) with check (true);
grant select on carrier, brand to dialhouse_charge;
grant insert on outbox_event to dialhouse_charge;
