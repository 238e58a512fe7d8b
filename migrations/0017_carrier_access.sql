-- Carriers by name, over TLS, and those that want a password.

-- Without a port, or with any protocol, the name servers are asked (RFC 3263).
alter table carrier alter column port drop not null;
alter table carrier drop constraint carrier_protocol_check;
alter table carrier add constraint carrier_protocol_check check (protocol in ('udp', 'tcp', 'tls', 'any'));
-- What we answer its challenges with: the password is sealed with a master key, and bound to this row.
alter table carrier add column auth_user text check (length(auth_user) between 1 and 100);
alter table carrier add column auth_realm text check (length(auth_realm) between 1 and 200);
alter table carrier add column auth_secret text check (length(auth_secret) between 1 and 1000);
alter table carrier add constraint carrier_auth_check check ((auth_user is null) = (auth_secret is null));
