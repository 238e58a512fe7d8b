-- SIP trunks of customers: a line for a telephone system of their own, registering or known by its address.

create table trunk (
  id                    uuid primary key,
  tenant_id             uuid not null references customer (tenant_id),
  name                  text not null check (length(name) between 1 and 100),
  -- 'registering' proves itself with a password, 'static' by the address that it sends from.
  mode                  text not null check (mode in ('registering', 'static')),
  -- Its names begin with 'trunk.', so that no phone ever has the same. The password is derived as a device's is.
  sip_user              text unique check (sip_user ~ '^trunk\.[a-z0-9.-]{3,34}$'),
  secret_key_id         integer check (secret_key_id > 0),
  secret_version        integer check (secret_version > 0),
  host                  text check (length(host) between 1 and 253),
  port                  integer check (port between 1 and 65535),
  protocol              text check (protocol in ('udp', 'tcp', 'tls')),
  -- Most calls at once, both ways together, and most new ones in a second.
  channels_max          integer not null check (channels_max between 1 and 10000),
  calls_per_second_max  integer not null check (calls_per_second_max between 1 and 1000),
  -- How it writes numbers to us, and how it wants to read them.
  format_in             text not null check (format_in in ('e164', 'digits', 'national')),
  format_out            text not null check (format_out in ('e164', 'digits', 'national')),
  -- Shown for callers that name no number of the customer's.
  main_number_id        uuid,
  subscription_id       uuid not null unique,
  status                text not null check (status in ('active', 'removed')),
  created_at            timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, main_number_id) references phone_number (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscription (tenant_id, id),
  check (case mode
    when 'registering'
    then num_nulls(sip_user, secret_key_id, secret_version) = 0 and num_nonnulls(host, port, protocol) = 0
    else num_nonnulls(sip_user, secret_key_id, secret_version) = 0 and num_nulls(host, port, protocol) = 0 end)
);
-- Whoever sends from an address is one trunk and no other.
create unique index trunk_address on trunk (host, port) where mode = 'static' and status = 'active';
create index trunk_by_tenant on trunk (tenant_id, id);
create index trunk_by_main_number on trunk (tenant_id, main_number_id) where main_number_id is not null;
alter table device add constraint device_is_no_trunk check (sip_user !~ '^trunk\.') not valid;

-- A number rings at an extension, at a trunk, or nowhere.
alter table phone_number add column route_trunk_id uuid;
alter table phone_number add foreign key (tenant_id, route_trunk_id) references trunk (tenant_id, id);
alter table phone_number add constraint phone_number_rings_once
  check (num_nonnulls(route_extension_id, route_trunk_id) <= 1);
create index phone_number_by_trunk on phone_number (tenant_id, route_trunk_id) where route_trunk_id is not null;

-- Trunks register as phones do.
alter table registration drop constraint registration_sip_user_fkey;

select dialhouse_protect('trunk', services => array['dialhouse_signal:read']);
create trigger directory_feed after insert or update or delete on trunk
  for each row execute function dialhouse_feed('trunk');
