-- +goose Up

-- In which languages a casino speaks. Empty lists offer every language there is; an empty fallback is the casino's own.
create table language_settings (
    tenant_id  uuid primary key,
    fallback   text not null default '',
    players    text[] not null default '{}',
    agents     text[] not null default '{}',
    changed_at timestamptz not null default now()
);

-- Languages that a casino has words of its own in: some of the product's, and those it has added.
create table language_packs (
    tenant_id  uuid not null,
    language   text not null check (language ~ '^[A-Za-z0-9-]{2,35}$'),
    checked_by text not null default '' check (char_length(checked_by) <= 80), -- as the casino gives it; '' is nobody
    checked_on date,
    added_at   timestamptz not null default now(),
    primary key (tenant_id, language)
);

-- What a casino says its own way: a text of the product by id, or a sentence of an error by its English. forms is an object
-- of plural forms, "other" alone where nothing is counted. original is the product's text it was made against.
create table language_texts (
    tenant_id         uuid not null,
    language          text not null,
    id                text not null check (char_length(id) between 1 and 500),
    forms             jsonb not null check (forms ? 'other'),
    original          jsonb not null,
    original_language text not null,
    author_id         uuid,
    author_name       text not null,
    changed_at        timestamptz not null default now(),
    primary key (tenant_id, language, id),
    foreign key (tenant_id, language) references language_packs
);

-- A file that was uploaded and found good, until somebody has looked at what it would change. One for each language.
create table language_drafts (
    tenant_id   uuid not null,
    language    text not null,
    id          uuid not null,
    texts       jsonb not null,
    author_id   uuid,
    author_name text not null,
    made_at     timestamptz not null default now(),
    primary key (tenant_id, language),
    foreign key (tenant_id, language) references language_packs
);

-- +goose StatementBegin
do $$
declare t text;
begin
    foreach t in array array['language_settings', 'language_packs', 'language_texts', 'language_drafts'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy tenant on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
            with check (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', t);
        execute format('grant select, insert, update, delete on %I to pitdesk_app', t);
    end loop;
end $$;
-- +goose StatementEnd
