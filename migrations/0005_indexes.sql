-- Indexes of lists that existed without one; found by reading every query beside every index.

-- The audit trail, the latest first, in whatever scope: the only list that grows for ever.
create index audit_entry_by_sequence on audit_entry (sequence);

-- The state of a number's emergency address beside the number.
create index emergency_address_by_number on emergency_address (tenant_id, phone_number_id, created_at);

-- Numbers that ring at an extension, and routes of a carrier: asked for by their foreign keys too.
create index phone_number_by_extension on phone_number (tenant_id, route_extension_id)
  where route_extension_id is not null;
create index carrier_route_by_carrier on carrier_route (tenant_id, carrier_id);
