-- +goose Up

-- A link's token is made when its mail is written, so that no job and no other row ever holds it: until then there is none.
alter table password_resets add column id uuid not null default gen_random_uuid();
alter table password_resets alter column id drop default;
alter table password_resets drop constraint password_resets_pkey;
alter table password_resets add primary key (tenant_id, id);
alter table password_resets alter column token_hash drop not null;
alter table password_resets add unique (tenant_id, token_hash);
alter table password_resets add column mailed_at timestamptz;

alter table invitations alter column token_hash drop not null;
alter table invitations add column mailed_at timestamptz;
create unique index invitations_open on invitations (tenant_id, email) where accepted_at is null and revoked_at is null;
