-- Payments and corrections of an account since a day, for the sentence that explains its balance.
create index posting_of_money on posting (tenant_id, posted_at) where kind <> 'usage';
