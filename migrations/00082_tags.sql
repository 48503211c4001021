-- +goose Up

-- A tag that is retired is offered no more; conversations keep it. Put on another conversation by its name, it is back.
alter table tags add column retired_at timestamptz;
