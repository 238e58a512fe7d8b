-- SIP messages are kept per customer: `signal` hears of a brand's policy when it changes, and of customers on hold.
create trigger directory_feed after insert or update or delete on retention_policy
  for each row execute function dialhouse_feed('retention_policy');
create trigger directory_feed after insert or update or delete on retention_hold
  for each row execute function dialhouse_feed('retention_hold');
create policy dialhouse_signal on retention_hold to dialhouse_signal using (true) with check (true);
grant select on retention_hold to dialhouse_signal;
