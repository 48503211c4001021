-- +goose NO TRANSACTION
-- +goose Up

-- Deeds in the order in which they are linked.
set lock_timeout = 0;
drop index concurrently if exists control.deeds_order;
-- squawk-ignore prefer-robust-stmts
create index concurrently deeds_order on control.deeds (epoch, xact, id);
