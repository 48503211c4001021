-- +goose Up

-- A statement says how far conversations had come when it was signed, with a key that isn't in the database. Statements are
-- numbered and chained for each casino, so that none can be left out.
create table head_statements (
    tenant_id uuid not null,
    number    bigint not null check (number > 0),
    made_at   timestamptz not null,
    key_id    text not null,
    heads     integer not null check (heads > 0),
    previous  bytea not null check (length(previous) = 32),
    hash      bytea not null check (length(hash) = 32),
    signature bytea not null check (length(signature) = 64),
    primary key (tenant_id, number)
);

-- What a statement says of one conversation. No foreign key to it: what was signed stays, whatever becomes of the rest.
create table signed_heads (
    tenant_id       uuid not null,
    conversation_id uuid not null,
    seq             bigint not null,
    hash            bytea not null check (length(hash) = 32),
    number          bigint not null,
    primary key (tenant_id, conversation_id, seq),
    foreign key (tenant_id, number) references head_statements
);
create index signed_heads_number on signed_heads (tenant_id, number, conversation_id);

-- +goose StatementBegin
do $$
declare t text;
begin
    foreach t in array array['head_statements', 'signed_heads']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy tenant on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
            with check (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', t);
        execute format('grant select, insert on %I to pitdesk_app', t);
    end loop;
end $$;
-- +goose StatementEnd
