-- The whole face of a seller: whom to write to for what, when somebody is there, what the voice says, the logo, and
-- the bank details that are shown on request only. More roles.

alter table brand
  add column billing_email  text not null default '' check (length(billing_email) <= 254),
  -- Mail of this brand comes from here; the support address when it is empty.
  add column sender_email   text not null default '' check (length(sender_email) <= 254),
  add column terms_url      text not null default ''
    check (length(terms_url) <= 500 and terms_url ~ '^(https://[^[:space:]]+)?$'),
  -- What a recorded voice calls the company.
  add column voice_text     text not null default '' check (length(voice_text) <= 500),
  -- When somebody is there: IANA zone, weekly hours, days off.
  add column zone           text not null default 'America/Toronto',
  add column hours          jsonb not null default '[{"days":[1,2,3,4,5],"from":"09:00","to":"18:00"}]',
  add column holidays       jsonb not null default '[]',
  -- Names the logo in its address, so that browsers may keep it for ever.
  add column logo_sha256    text check (logo_sha256 ~ '^[0-9a-f]{64}$');

create table brand_logo (
  tenant_id  uuid primary key references brand (tenant_id),
  type       text not null check (type in ('image/png', 'image/jpeg')),
  bytes      bytea not null check (octet_length(bytes) between 1 and 65536),
  sha256     text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  set_at     timestamptz not null
);
select dialhouse_protect('brand_logo', services => array['dialhouse_office:read']);

-- Where bank money is sent: rows of label and value, sealed with the master key.
create table brand_bank (
  tenant_id  uuid primary key references brand (tenant_id),
  sealed     text not null check (length(sealed) <= 8000),
  set_by     uuid,
  set_at     timestamptz not null
);
select dialhouse_protect('brand_bank', services => array['dialhouse_office:read']);

-- The face that somebody sees: his own brand, or the nearest above him. A customer's scope does not reach it, and it
-- stands on every page that he is shown anyway.
create function dialhouse_brand_of(served_id uuid) returns setof brand
language sql stable security definer set search_path = public, pg_temp as $$
  select brand.* from tenant served
  join tenant seller on starts_with(served.path, seller.path)
  join brand on brand.tenant_id = seller.id
  where served.id = served_id
  order by length(seller.path) desc limit 1
$$;
grant execute on function dialhouse_brand_of(uuid)
  to dialhouse_office, dialhouse_office_service, dialhouse_charge, dialhouse_signal;

alter table login drop constraint login_role_check;
alter table login add constraint login_role_check check (role in (
  'provider_admin', 'provider_director', 'provider_manager', 'provider_engineer', 'provider_noc', 'provider_oncall',
  'provider_billing', 'provider_porting', 'provider_success',
  'partner_admin', 'partner_billing', 'partner_support',
  'customer_admin', 'customer_billing', 'phone_user'));
alter table api_key drop constraint api_key_role_check;
alter table api_key add constraint api_key_role_check check (role in (
  'provider_admin', 'provider_director', 'provider_manager', 'provider_engineer', 'provider_noc', 'provider_oncall',
  'provider_billing', 'provider_porting', 'provider_success',
  'partner_admin', 'partner_billing', 'partner_support',
  'customer_admin', 'customer_billing'));

-- Whether another brand of this installation answers on a host, whoever's it is.
create function dialhouse_host_taken(wanted text, for_tenant uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from brand where host = lower(wanted) and tenant_id <> for_tenant)
$$;
grant execute on function dialhouse_host_taken(text, uuid) to dialhouse_office;
