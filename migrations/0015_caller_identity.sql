-- What a carrier's signature said of the caller (RFC 8224, verstat of 3GPP TS 24.229); null where none was asked for.
alter table cdr add column verstat text
  check (verstat in ('TN-Validation-Passed', 'TN-Validation-Failed', 'No-TN-Validation'));
