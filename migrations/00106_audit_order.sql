-- +goose NO TRANSACTION
-- +goose Up

-- Lines in the order in which they are linked.
set lock_timeout = 0;
drop index concurrently if exists audit_log_order;
-- squawk-ignore prefer-robust-stmts
create index concurrently audit_log_order on audit_log (tenant_id, epoch, xact, id);
