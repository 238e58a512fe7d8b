-- Carriers that want to be told where we are: SIPconnect's registration mode, for one address or for all numbers at
-- once (RFC 6140). What we prove ourselves with are the credentials of the carrier.
alter table carrier add column registration text not null default 'none'
  check (registration in ('none', 'single', 'bulk'));
