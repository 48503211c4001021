-- +goose Up

-- Players are found by e-mail in any case. lower() isn't leakproof, so a row policy would keep an index on it out of use.
alter table players add column email_key text generated always as (lower(email)) stored;
create index players_email on players (tenant_id, email_key) where email_key is not null;
