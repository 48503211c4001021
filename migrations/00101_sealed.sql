-- +goose NO TRANSACTION
-- +goose Up

-- Beside each secret in the clear, the same sealed. Where the sealed one is there, it counts and the one in the clear is a husk.
alter table memberships add column if not exists totp_sealed bytea;
alter table chat_keys add column if not exists key_sealed bytea;
alter table control.console_people add column if not exists totp_sealed bytea;
alter table control.webhook_secrets add column if not exists secret_sealed bytea;
alter table control.certificate_files add column if not exists content_sealed bytea;
