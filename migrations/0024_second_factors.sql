-- More ways in, and the way to look through a customer's eyes: invitations, passkeys, one-time codes, impersonation.

alter table recovery_token
  add column purpose text not null default 'recovery' check (purpose in ('recovery', 'welcome'));

alter table session
  -- Somebody of the provider or partner who looks through this login's eyes.
  add column impersonator_id   uuid,
  -- His own session, which goes on when he has seen enough.
  add column parent_session_id uuid;
alter table session drop constraint session_end_reason_check;
alter table session add constraint session_end_reason_check check (end_reason in
  ('signed_out', 'revoked', 'replaced', 'recovered', 'locked', 'role_changed', 'looked_through'));

-- A public key of somebody's device (WebAuthn); what is private never leaves the device.
create table passkey (
  id             uuid primary key,
  tenant_id      uuid not null,
  login_id       uuid not null,
  credential_id  bytea not null unique check (octet_length(credential_id) between 1 and 1023),
  -- DER of the SubjectPublicKeyInfo, and the COSE number of its algorithm.
  public_key     bytea not null check (octet_length(public_key) <= 2000),
  algorithm      integer not null check (algorithm between -257 and -7),
  sign_count     bigint not null check (sign_count >= 0),
  label          text not null check (length(label) between 1 and 100),
  created_at     timestamptz not null,
  last_used_at   timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, login_id) references login (tenant_id, id) on delete cascade
);
create index passkey_by_login on passkey (tenant_id, login_id);
select dialhouse_protect('passkey', services => array['dialhouse_office']);

-- The shared secret of an authenticator application (RFC 6238), sealed with the master key.
create table one_time_code (
  tenant_id      uuid not null,
  login_id       uuid primary key,
  sealed         text not null check (length(sealed) <= 500),
  -- Null until the first code has shown that the application has it.
  confirmed_at   timestamptz,
  -- A code is good once: the last step that was used.
  last_step      bigint not null default 0,
  -- SHA-256 of the codes on paper that are left.
  paper_hashes   text[] not null default '{}',
  created_at     timestamptz not null,
  unique (tenant_id, login_id),
  foreign key (tenant_id, login_id) references login (tenant_id, id) on delete cascade
);
select dialhouse_protect('one_time_code', services => array['dialhouse_office']);

-- What somebody does through another's eyes stands in both books: copies an entry of the other's into his own.
create function dialhouse_audit_twice(entry_id uuid, copy_id uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into audit_entry
    (id, tenant_id, recorded_at, actor_id, actor_role, on_behalf_of, source_address, action, subject_kind, subject_id,
     before, after, reason)
  select copy_id, login.tenant_id, entry.recorded_at, entry.actor_id, entry.actor_role, entry.on_behalf_of,
         entry.source_address, entry.action, entry.subject_kind, entry.subject_id, entry.before, entry.after,
         entry.reason
  from audit_entry entry join login on login.id = entry.actor_id
  where entry.id = entry_id and entry.on_behalf_of is not null;
end $$;
grant execute on function dialhouse_audit_twice(uuid, uuid) to dialhouse_office, dialhouse_office_service;

-- Login names are the whole installation's; that one is taken says nothing about whose it is.
create function dialhouse_login_taken(wanted text) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from login where lower(login collate "C") = lower(wanted collate "C"))
$$;
grant execute on function dialhouse_login_taken(text) to dialhouse_office;
