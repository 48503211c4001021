-- +goose Up

-- Who changed a part of the settings last.
create index audit_log_about on audit_log (tenant_id, (facts->>'about'), id desc) where facts->>'about' is not null;
