-- +goose Up

-- One time that somebody was about to ask for help in the chat. id is a digest of a name the chat made up, so that it leads
-- nobody anywhere; visitor is a keyed digest of the player and the day, so that it tells players of a day apart and no more.
-- Who went on to ask is known by the conversation, and only then.
create table suggestions (
    tenant_id       uuid not null,
    id              uuid not null,
    visitor         bytea not null check (length(visitor) = 16),
    language        text not null check (length(language) between 2 and 20),
    begun_at        timestamptz not null default now(),
    last_at         timestamptz not null default now(),
    conversation_id uuid,
    asked_at        timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations,
    check ((conversation_id is null) = (asked_at is null))
);
create index suggestions_begun on suggestions (tenant_id, begun_at);
create unique index suggestions_conversation on suggestions (tenant_id, conversation_id) where conversation_id is not null;

-- An article of one such time. way: typed (found by what was typed), popular (opened from those offered before anything was
-- typed), page (read on its own page, whose link led to the chat).
create table suggested_articles (
    tenant_id     uuid not null,
    suggestion_id uuid not null,
    article_id    uuid not null,
    language      text not null check (length(language) between 2 and 20),
    way           text not null check (way in ('typed', 'popular', 'page')),
    position      smallint not null check (position between 0 and 9),
    shown_at      timestamptz not null default now(),
    read_at       timestamptz,
    answered_at   timestamptz check (answered_at is null or read_at is not null),
    primary key (tenant_id, suggestion_id, article_id),
    foreign key (tenant_id, suggestion_id) references suggestions on delete cascade,
    foreign key (tenant_id, article_id) references articles on delete cascade
);
create index suggested_articles_article on suggested_articles (tenant_id, article_id, shown_at);

-- Words that found nothing. Until three different people have looked for a word only keyed digests of it are here: digest
-- stands for the word, who for the word and the person, so that no two words lead to the same person.
create table missed_words (
    tenant_id uuid not null,
    language  text not null check (length(language) between 2 and 20),
    digest    bytea not null check (length(digest) = 16),
    who       bytea not null check (length(who) = 16),
    word      text check (length(word) between 3 and 40 and word !~ '[0-9@]'),
    at        timestamptz not null default now(),
    primary key (tenant_id, language, digest, who)
);
create index missed_words_at on missed_words (tenant_id, at);

-- +goose StatementBegin
do $$
declare t text;
begin
    foreach t in array array['suggestions', 'suggested_articles', 'missed_words']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy tenant on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
            with check (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', t);
        execute format('grant select, insert, update, delete on %I to pitdesk_app', t);
    end loop;
end $$;
-- +goose StatementEnd
