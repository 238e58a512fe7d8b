-- Who is served and with what: brands, customers, people, extensions, devices, numbers, carriers, prices,
-- subscriptions.
-- A service (extension, device, phone number) cannot exist without the subscription that bills or exempts it.

-- The face of a provider or partner: portal host, colours, mail.
create table brand (
  tenant_id       uuid primary key references tenant (id),
  name            text not null check (length(name) between 1 and 200),
  host            text not null check (host = lower(host) and length(host) between 1 and 253),
  colour          text not null check (colour ~ '^#[0-9a-f]{6}$'),
  support_email   text not null,
  phone           text not null,
  postal_address  text not null,
  unique (host)
);

create table customer (
  tenant_id     uuid primary key references tenant (id),
  -- Account ID as people quote it: NV-100234.
  account_code  text not null unique check (account_code ~ '^[A-Z0-9-]{3,20}$'),
  country       text not null check (country ~ '^[A-Z]{2}$'),
  -- Completes numbers dialled without one; empty where a country has none.
  area_code     text not null check (area_code ~ '^[0-9]{0,6}$'),
  -- IANA zone of billing: an invoice's days begin at midnight here.
  zone          text not null,
  status        text not null check (status in ('active', 'suspended', 'terminated')),
  created_at    timestamptz not null
);

create table person (
  id          uuid primary key,
  tenant_id   uuid not null references customer (tenant_id),
  name        text not null check (length(name) between 1 and 200),
  email       text not null check (length(email) between 3 and 254),
  status      text not null check (status in ('active', 'removed')),
  created_at  timestamptz not null,
  unique (tenant_id, id)
);

alter table login add foreign key (tenant_id, person_id) references person (tenant_id, id);

-- What is sold. `kind` says which service it may carry.
create table product (
  id              uuid primary key,
  tenant_id       uuid not null references tenant (id),
  code            text not null check (code ~ '^[a-z0-9-]{1,40}$'),
  name            text not null check (length(name) between 1 and 200),
  kind            text not null check (kind in ('extension', 'device', 'number', 'trunk')),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  monthly_micros  bigint not null check (monthly_micros >= 0),
  setup_micros    bigint not null check (setup_micros >= 0),
  status          text not null check (status in ('offered', 'withdrawn')),
  created_at      timestamptz not null,
  unique (tenant_id, id),
  unique (tenant_id, code)
);

-- A set of prices per destination; what is charged is a row of its active version.
create table rate_deck (
  id                 uuid primary key,
  tenant_id          uuid not null references tenant (id),
  name               text not null check (length(name) between 1 and 100),
  currency           text not null check (currency ~ '^[A-Z]{3}$'),
  active_version_id  uuid,
  created_at         timestamptz not null,
  unique (tenant_id, id),
  unique (tenant_id, name)
);

-- An imported file; never changed once it is there.
create table rate_deck_version (
  id            uuid primary key,
  tenant_id     uuid not null,
  deck_id       uuid not null,
  number        integer not null check (number > 0),
  row_count     integer not null check (row_count >= 0),
  sha256        bytea not null check (octet_length(sha256) = 32),
  imported_at   timestamptz not null,
  imported_by   uuid,
  activated_at  timestamptz,
  unique (tenant_id, id),
  unique (deck_id, number),
  foreign key (tenant_id, deck_id) references rate_deck (tenant_id, id)
);
alter table rate_deck add foreign key (tenant_id, active_version_id) references rate_deck_version (tenant_id, id);

create table rate_row (
  tenant_id            uuid not null,
  version_id           uuid not null,
  -- Leading digits of E.164 without the plus.
  prefix               text not null check (prefix ~ '^[0-9]{1,15}$'),
  direction            text not null check (direction in ('outbound', 'inbound')),
  destination          text not null check (length(destination) between 1 and 120),
  class                text not null check (class in ('domestic', 'international', 'premium', 'tollfree')),
  connect_micros       bigint not null default 0 check (connect_micros >= 0),
  first_seconds        integer not null check (first_seconds > 0),
  first_nanos          bigint not null check (first_nanos >= 0),
  next_seconds         integer not null check (next_seconds > 0),
  next_nanos           bigint not null check (next_nanos >= 0),
  grace_seconds        integer not null default 0 check (grace_seconds >= 0),
  minimum_micros       bigint not null default 0 check (minimum_micros >= 0),
  blocked              boolean not null default false,
  primary key (tenant_id, version_id, direction, prefix),
  foreign key (tenant_id, version_id) references rate_deck_version (tenant_id, id)
);

-- One billed or exempted service, from a day to a day (half open, in the customer's zone).
create table subscription (
  id              uuid primary key,
  tenant_id       uuid not null references customer (tenant_id),
  -- The seller's product: provider's or partner's, so no composite key.
  product_id      uuid not null references product (id),
  started_on      date not null,
  ended_on        date,
  -- Price at the time of sale; zero needs a reason.
  monthly_micros  bigint not null check (monthly_micros >= 0),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  exempt_reason   text check (length(exempt_reason) between 1 and 200),
  created_at      timestamptz not null,
  unique (tenant_id, id),
  check (ended_on is null or ended_on >= started_on),
  check (monthly_micros > 0 or exempt_reason is not null)
);
create index subscription_by_tenant on subscription (tenant_id, started_on);

create table extension (
  id               uuid primary key,
  tenant_id        uuid not null references customer (tenant_id),
  number           text not null check (number ~ '^[0-9]{2,6}$'),
  name             text not null check (length(name) between 1 and 200),
  person_id        uuid,
  subscription_id  uuid not null unique,
  status           text not null check (status in ('active', 'removed')),
  created_at       timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, person_id) references person (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscription (tenant_id, id)
);
create unique index extension_number on extension (tenant_id, number) where status = 'active';

-- A phone with an account on our registrar. Its password is derived: HMAC of the master key `secret_key_id`, its SIP
-- user and `secret_version`, so nothing secret lies here.
create table device (
  id               uuid primary key,
  tenant_id        uuid not null references customer (tenant_id),
  extension_id     uuid not null,
  label            text not null check (length(label) between 1 and 100),
  sip_user         text not null unique check (sip_user ~ '^[a-z0-9.-]{3,40}$'),
  secret_key_id    integer not null check (secret_key_id > 0),
  secret_version   integer not null check (secret_version > 0),
  subscription_id  uuid not null unique,
  status           text not null check (status in ('active', 'removed')),
  created_at       timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, extension_id) references extension (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscription (tenant_id, id)
);
create index device_by_extension on device (tenant_id, extension_id);

create table phone_number (
  id                  uuid primary key,
  tenant_id           uuid not null references customer (tenant_id),
  number              text not null unique check (number ~ '^\+[1-9][0-9]{6,14}$'),
  kind                text not null check (kind in ('did', 'tollfree', 'mobile')),
  -- Where its calls ring.
  route_extension_id  uuid,
  subscription_id     uuid not null unique,
  status              text not null check (status in ('active', 'removed')),
  created_at          timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, route_extension_id) references extension (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscription (tenant_id, id)
);
create index phone_number_by_tenant on phone_number (tenant_id);

-- Where help is sent for a call from this number; no outbound call may show the number before it is active.
create table emergency_address (
  id               uuid primary key,
  tenant_id        uuid not null,
  phone_number_id  uuid not null,
  caller_name      text not null check (length(caller_name) between 1 and 100),
  street           text not null check (length(street) between 1 and 200),
  unit             text not null default '' check (length(unit) <= 50),
  city             text not null check (length(city) between 1 and 100),
  region           text not null check (length(region) between 1 and 50),
  postal_code      text not null check (length(postal_code) between 3 and 12),
  country          text not null check (country ~ '^[A-Z]{2}$'),
  status           text not null check (status in ('submitted', 'active', 'retired')),
  created_at       timestamptz not null,
  activated_at     timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, phone_number_id) references phone_number (tenant_id, id),
  -- Filled in right after the move to 'active'; an address may be retired without ever having been in force.
  check (status <> 'submitted' or activated_at is null)
);
create unique index emergency_address_active on emergency_address (tenant_id, phone_number_id) where status = 'active';

-- Networks that we send calls to and get calls from; the provider's.
create table carrier (
  id          uuid primary key,
  tenant_id   uuid not null references tenant (id),
  name        text not null check (length(name) between 1 and 100),
  host        text not null check (length(host) between 1 and 253),
  port        integer not null check (port between 1 and 65535),
  protocol    text not null check (protocol in ('udp', 'tcp')),
  status      text not null check (status in ('active', 'disabled')),
  created_at  timestamptz not null,
  unique (tenant_id, id)
);

create table carrier_route (
  id          uuid primary key,
  tenant_id   uuid not null,
  carrier_id  uuid not null,
  -- Leading digits of E.164 without the plus; empty for every destination.
  prefix      text not null check (prefix ~ '^[0-9]{0,15}$'),
  -- The lowest is tried first.
  priority    integer not null check (priority >= 0),
  kind        text not null check (kind in ('normal', 'emergency')),
  unique (tenant_id, id),
  foreign key (tenant_id, carrier_id) references carrier (tenant_id, id)
);

-- Registrations, written behind the call path and read when `signal` starts.
create table registration (
  tenant_id      uuid not null references tenant (id),
  sip_user       text not null references device (sip_user),
  contact        text not null check (length(contact) <= 500),
  binding        jsonb not null,
  expires_at     timestamptz not null,
  registered_at  timestamptz not null,
  primary key (sip_user, contact)
);
create index registration_by_expiry on registration (expires_at);

select dialhouse_protect('brand', services => array['dialhouse_office']);
select dialhouse_protect('customer',
  services => array['dialhouse_office:read', 'dialhouse_charge:read', 'dialhouse_signal:read']);
select dialhouse_protect('person', services => array['dialhouse_office:read']);
select dialhouse_protect('product', services => array['dialhouse_charge:read']);
select dialhouse_protect('rate_deck', services => array['dialhouse_charge:read']);
select dialhouse_protect('rate_deck_version', services => array['dialhouse_charge:read']);
select dialhouse_protect('rate_row', services => array['dialhouse_charge:read']);
select dialhouse_protect('subscription', services => array['dialhouse_charge:read']);
select dialhouse_protect('extension', services => array['dialhouse_signal:read']);
select dialhouse_protect('device', services => array['dialhouse_signal:read']);
select dialhouse_protect('phone_number', services => array['dialhouse_signal:read']);
select dialhouse_protect('emergency_address', services => array['dialhouse_signal:read']);
select dialhouse_protect('carrier', services => array['dialhouse_signal:read']);
select dialhouse_protect('carrier_route', services => array['dialhouse_signal:read']);
select dialhouse_protect('registration', services => array['dialhouse_signal']);

create trigger directory_feed after insert or update or delete on customer
  for each row execute function dialhouse_feed('customer');
create trigger directory_feed after insert or update or delete on extension
  for each row execute function dialhouse_feed('extension');
create trigger directory_feed after insert or update or delete on device
  for each row execute function dialhouse_feed('device');
create trigger directory_feed after insert or update or delete on phone_number
  for each row execute function dialhouse_feed('phone_number');
create trigger directory_feed after insert or update or delete on emergency_address
  for each row execute function dialhouse_feed('emergency_address');
create trigger directory_feed after insert or update or delete on carrier
  for each row execute function dialhouse_feed('carrier');
create trigger directory_feed after insert or update or delete on carrier_route
  for each row execute function dialhouse_feed('carrier_route');
create trigger directory_feed after update on rate_deck
  for each row execute function dialhouse_feed('rate_deck');

-- What may be sold to a customer in scope: the offered products of everybody above him, the nearest seller's first.
-- A customer's scope does not reach his sellers' rows, so this looks for him, and shows only what he is asked to pay.
create function dialhouse_offers(customer_id uuid, wanted_kind text)
returns table (id uuid, code text, monthly_micros bigint, currency text)
language sql stable security definer set search_path = public, pg_temp as $$
  select product.id, product.code, product.monthly_micros, product.currency
  from tenant served
  join tenant seller on starts_with(served.path, seller.path)
  join product on product.tenant_id = seller.id
  where served.id = customer_id and served.path >= dialhouse_scope() and served.path < dialhouse_scope() || '~'
    and product.kind = wanted_kind and product.status = 'offered'
  order by length(seller.path) desc, product.created_at, product.id
$$;
grant execute on function dialhouse_offers(uuid, text) to dialhouse_office;
