-- Who may come in: logins of people, their sessions and recovery links, keys of programs, and the answers
-- kept for repeated writes. Secrets are stored as SHA-256 of 256 random bits; passwords as argon2id.

create table login (
  id             uuid primary key,
  tenant_id      uuid not null references tenant (id),
  -- What the person types, unique in the installation without regard to case.
  login          text not null check (length(login) between 1 and 254),
  email          text not null check (length(email) between 3 and 254),
  name           text not null check (length(name) <= 200),
  role           text not null check (role in (
    'provider_admin', 'provider_noc', 'provider_billing',
    'partner_admin', 'partner_billing',
    'customer_admin', 'customer_billing', 'phone_user')),
  -- Null until the person has chosen one through a set-password link.
  password_hash  text,
  password_at    timestamptz,
  -- IANA zone and language in which reports and pages speak to this person.
  zone           text not null default 'America/Toronto',
  locale         text not null default 'en-CA',
  -- The person of the phone system who signs in here; restricts a phone user to his own calls.
  person_id      uuid,
  status         text not null default 'active' check (status in ('active', 'locked')),
  created_at     timestamptz not null,
  unique (tenant_id, id),
  check (role <> 'phone_user' or person_id is not null)
);
create unique index login_by_name on login (lower(login collate "C"));
create index login_by_person on login (tenant_id, person_id) where person_id is not null;

create table session (
  id               uuid primary key,
  tenant_id        uuid not null,
  login_id         uuid not null,
  token_hash       bytea not null unique check (octet_length(token_hash) = 32),
  created_at       timestamptz not null,
  last_seen_at     timestamptz not null,
  idle_expires_at  timestamptz not null,
  expires_at       timestamptz not null,
  ended_at         timestamptz,
  end_reason       text check (end_reason in ('signed_out', 'revoked', 'replaced', 'recovered')),
  source_address   text not null,
  user_agent       text not null check (length(user_agent) <= 300),
  unique (tenant_id, id),
  foreign key (tenant_id, login_id) references login (tenant_id, id) on delete cascade,
  check ((ended_at is null) = (end_reason is null))
);
create index session_open_by_login on session (tenant_id, login_id) where ended_at is null;
create index session_by_expiry on session (expires_at);

create table recovery_token (
  id          uuid primary key,
  tenant_id   uuid not null,
  login_id    uuid not null,
  token_hash  bytea not null unique check (octet_length(token_hash) = 32),
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  used_at     timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, login_id) references login (tenant_id, id) on delete cascade
);
create index recovery_token_by_login on recovery_token (tenant_id, login_id);

-- Links that sign a persona of the demo in, once. Only the demo writes here.
create table sign_in_link (
  id          uuid primary key,
  tenant_id   uuid not null,
  login_id    uuid not null,
  token_hash  bytea not null unique check (octet_length(token_hash) = 32),
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  used_at     timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, login_id) references login (tenant_id, id) on delete cascade
);
create index sign_in_link_by_login on sign_in_link (tenant_id, login_id);

create table api_key (
  id           uuid primary key,
  tenant_id    uuid not null references tenant (id),
  name         text not null check (length(name) between 1 and 100),
  -- The part before the dot, shown in lists and looked up; the secret behind it is stored hashed.
  prefix       text not null unique,
  secret_hash  bytea not null check (octet_length(secret_hash) = 32),
  role         text not null check (role in (
    'provider_admin', 'provider_noc', 'provider_billing',
    'partner_admin', 'partner_billing',
    'customer_admin', 'customer_billing')),
  zone         text not null,
  created_by   uuid,
  created_at   timestamptz not null,
  expires_at   timestamptz,
  revoked_at   timestamptz,
  unique (tenant_id, id)
);
create index api_key_by_tenant on api_key (tenant_id);

-- The answer of a write, kept so that the same Idempotency-Key gets it again instead of a second act.
create table idempotent_answer (
  tenant_id     uuid not null references tenant (id),
  -- The login or API key that asked.
  subject_id    uuid not null,
  key           text not null check (length(key) between 1 and 255),
  operation     text not null,
  request_hash  bytea not null check (octet_length(request_hash) = 32),
  status        integer,
  body          text,
  created_at    timestamptz not null,
  expires_at    timestamptz not null,
  primary key (tenant_id, subject_id, key)
);
create index idempotent_answer_by_expiry on idempotent_answer (expires_at);

select dialhouse_protect('login'::regclass, services => array['dialhouse_office']);
select dialhouse_protect('session'::regclass, services => array['dialhouse_office']);
select dialhouse_protect('recovery_token'::regclass, services => array['dialhouse_office']);
select dialhouse_protect('sign_in_link'::regclass, services => array['dialhouse_office']);
select dialhouse_protect('api_key'::regclass, services => array['dialhouse_office']);
select dialhouse_protect('idempotent_answer'::regclass, services => array['dialhouse_office']);
