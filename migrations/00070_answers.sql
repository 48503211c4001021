-- +goose Up

-- The help centre: what a casino's players read before they ask, and what its agents read while they answer.
-- Both extensions are trusted ones (Postgres 13), so that the owner of the database may bring them in.
create extension if not exists pg_trgm;
create extension if not exists btree_gin;

create table answer_categories (
    tenant_id  uuid not null,
    id         uuid not null,
    slug       text not null check (length(slug) between 1 and 80 and slug !~ '[\s/?#%]'),
    icon       text not null default '' check (length(icon) <= 40),
    position   integer not null default 0,
    created_at timestamptz not null default now(),
    retired_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, slug)
);

create table answer_category_names (
    tenant_id   uuid not null,
    category_id uuid not null,
    language    text not null check (length(language) between 2 and 20),
    name        text not null check (length(name) between 1 and 80),
    about       text not null default '' check (length(about) <= 200),
    primary key (tenant_id, category_id, language),
    foreign key (tenant_id, category_id) references answer_categories on delete cascade
);

create table articles (
    tenant_id   uuid not null,
    id          uuid not null,
    category_id uuid not null,
    topic_id    uuid,
    audience    text not null check (audience in ('players', 'staff')),
    -- The language it was written in first: texts in others are translations of it.
    original    text not null check (length(original) between 2 and 20),
    position    integer not null default 0,
    created_by  uuid,
    created_at  timestamptz not null default now(),
    archived_at timestamptz,
    archived_by text,
    primary key (tenant_id, id),
    foreign key (tenant_id, category_id) references answer_categories,
    foreign key (tenant_id, topic_id) references topics
);
create index articles_category on articles (tenant_id, category_id, position, id);
create index articles_topic on articles (tenant_id, topic_id) where topic_id is not null;

-- Every text that was ever published stays, with who wrote it and who let it out.
create table article_versions (
    tenant_id     uuid not null,
    article_id    uuid not null,
    language      text not null check (length(language) between 2 and 20),
    number        integer not null check (number > 0),
    title         text not null check (length(title) between 1 and 160),
    summary       text not null check (length(summary) <= 400),
    slug          text not null check (length(slug) between 1 and 80 and slug !~ '[\s/?#%]'),
    body          text not null check (length(body) <= 60000),
    state         text not null check (state in ('draft', 'review', 'published', 'superseded', 'sent_back', 'discarded')),
    -- Counts how often it was saved, so that two people who write at once notice each other.
    saves         integer not null default 1,
    author_id     uuid,
    author_name   text not null default '',
    -- The number of the original's text that a translation was made from.
    based_on      integer,
    note          text not null default '' check (length(note) <= 1000),
    asked_id      uuid,
    asked_name    text not null default '',
    asked_at      timestamptz,
    reviewer_id   uuid,
    reviewer_name text not null default '',
    created_at    timestamptz not null default now(),
    saved_at      timestamptz not null default now(),
    reviewed_at   timestamptz,
    published_at  timestamptz,
    -- When it stopped being what people read, and by whom where it was taken back rather than followed.
    ended_at      timestamptz,
    ended_by      text not null default '',
    -- The body as HTML, by which writer of HTML, and its headings: a page costs no rendering.
    html          text,
    headings      jsonb not null default '[]',
    renderer      integer not null default 0,
    primary key (tenant_id, article_id, language, number),
    foreign key (tenant_id, article_id) references articles on delete cascade,
    check ((state = 'published') <= (published_at is not null and html is not null))
);
create unique index article_versions_live on article_versions (tenant_id, article_id, language) where state = 'published';
create unique index article_versions_open on article_versions (tenant_id, article_id, language) where state in ('draft', 'review', 'sent_back');
create index article_versions_state on article_versions (tenant_id, state, saved_at desc);

-- Each address a text has or had. The one that isn't current leads to the one that is.
create table article_slugs (
    tenant_id  uuid not null,
    language   text not null,
    slug       text not null check (length(slug) between 1 and 80),
    article_id uuid not null,
    current    boolean not null default true,
    since      timestamptz not null default now(),
    primary key (tenant_id, language, slug),
    foreign key (tenant_id, article_id) references articles on delete cascade
);
create unique index article_slugs_current on article_slugs (tenant_id, article_id, language) where current;

-- What can be found: published texts of articles that aren't archived, one row each.
create table article_search (
    tenant_id  uuid not null,
    article_id uuid not null,
    language   text not null,
    audience   text not null check (audience in ('players', 'staff')),
    slug       text not null,
    title      text not null,
    summary    text not null,
    folded     text not null, -- the title without case and marks, in Latin letters
    words      tsvector not null,
    primary key (tenant_id, article_id, language),
    foreign key (tenant_id, article_id) references articles on delete cascade
);
create index article_search_words on article_search using gin (tenant_id, language, words) with (fastupdate = off);

-- The words of titles, summaries and headings, folded: what a misspelt word is taken for.
create table article_words (
    tenant_id  uuid not null,
    article_id uuid not null,
    language   text not null,
    word       text not null check (length(word) between 3 and 40),
    primary key (tenant_id, article_id, language, word),
    foreign key (tenant_id, article_id, language) references article_search on delete cascade
);
create index article_words_near on article_words using gin (tenant_id, language, word gin_trgm_ops) with (fastupdate = off);

-- "Was this helpful?" voter is a keyed digest that says nothing about a person and differs from article to article.
create table article_votes (
    tenant_id  uuid not null,
    article_id uuid not null,
    language   text not null,
    voter      bytea not null check (length(voter) = 16),
    version    integer not null,
    helpful    boolean not null,
    words      text not null default '' check (length(words) <= 1000),
    at         timestamptz not null default now(),
    primary key (tenant_id, article_id, language, voter),
    foreign key (tenant_id, article_id) references articles on delete cascade
);
create index article_votes_at on article_votes (tenant_id, at desc);

-- Pictures in articles, with their size, so that pages leave room for them before they come.
create table article_pictures (
    tenant_id  uuid not null,
    name       text not null check (name ~ '^[0-9a-f]{32}\.(png|jpg)$'),
    width      integer not null check (width > 0),
    height     integer not null check (height > 0),
    article_id uuid,
    added_by   uuid,
    added_at   timestamptz not null default now(),
    primary key (tenant_id, name),
    foreign key (tenant_id, article_id) references articles on delete cascade
);

-- +goose StatementBegin
do $$
declare t text;
begin
    foreach t in array array['answer_categories', 'answer_category_names', 'articles', 'article_versions', 'article_slugs',
        'article_search', 'article_words', 'article_votes', 'article_pictures']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy tenant on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
            with check (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', t);
        execute format('grant select, insert, update, delete on %I to pitdesk_app', t);
    end loop;
    -- @@ isn't leakproof: under the policy above it never meets the index. The search role reads without it, and the one
    -- function it owns names the casino itself.
    foreach t in array array['article_search', 'article_words'] loop
        execute format('create policy search on %I for select to pitdesk_search using (true)', t);
        execute format('grant select on %I to pitdesk_search', t);
    end loop;
end $$;
-- +goose StatementEnd

-- answer_config is how texts of a language are cut into words; languages without a configuration keep their words whole.
create function answer_config(language text) returns regconfig language sql immutable parallel safe as $$
    select case split_part(language, '-', 1)
        when 'en' then 'pg_catalog.english' when 'ru' then 'pg_catalog.russian' when 'lt' then 'pg_catalog.lithuanian'
        when 'de' then 'pg_catalog.german' when 'es' then 'pg_catalog.spanish' when 'pt' then 'pg_catalog.portuguese'
        when 'tr' then 'pg_catalog.turkish' when 'ar' then 'pg_catalog.arabic' else 'pg_catalog.simple' end::regconfig
$$;

-- answer_words is what an article is found by: the language's stems, and each word as it is typed without its marks.
create function answer_words(language text, title text, summary text, body text, folded_title text, folded_summary text, folded_body text)
returns tsvector language sql immutable parallel safe as $$
    select setweight(to_tsvector(answer_config(language), title), 'A') || setweight(to_tsvector('pg_catalog.simple', folded_title), 'A')
        || setweight(to_tsvector(answer_config(language), summary), 'B') || setweight(to_tsvector('pg_catalog.simple', folded_summary), 'B')
        || setweight(to_tsvector(answer_config(language), body), 'D') || setweight(to_tsvector('pg_catalog.simple', folded_body), 'D')
$$;

-- answer_search finds articles of the casino of this transaction, in the languages given, the first being the reader's. Of an
-- article that has texts in several, the first language's is found. words and folded are the same words, as typed and without
-- marks; the last may be unfinished. It looks for all the words, then for all with misspelt ones mended, then for any.
-- +goose StatementBegin
create function answer_search(p_languages text[], p_words text[], p_folded text[], p_internal boolean, p_limit integer)
returns table (article_id uuid, language text, slug text, title text, summary text, score real, exact boolean)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    casino uuid := current_tenant();
    lang text;
    config regconfig;
    n integer := cardinality(p_words);
    i integer;
    word tsquery;
    near_word tsquery;
    stop boolean;
    all_words tsquery;
    near_words tsquery;
    any_word tsquery;
    wanted tsquery;
    pass integer;
    found_here integer;
    left_over integer := p_limit;
    line text := array_to_string(p_folded, ' ');
    seen uuid[] := '{}';
    before text[] := '{}';
    r record;
begin
    if casino is null or n is null or n = 0 then
        return;
    end if;
    foreach lang in array p_languages loop
        exit when left_over <= 0;
        config := answer_config(lang);
        all_words := ''::tsquery;
        for i in 1..n loop
            stop := n > 1 and numnode(plainto_tsquery(config, p_words[i])) = 0;
            word := plainto_tsquery(config, p_words[i]) || plainto_tsquery('pg_catalog.simple', p_folded[i]);
            if i = n then
                word := word || to_tsquery('pg_catalog.simple', p_folded[i] || ':*');
            end if;
            if not stop or (i = n and numnode(all_words) = 0) then
                all_words := all_words && word;
            end if;
        end loop;
        found_here := 0;
        for pass in 1..3 loop
            exit when found_here > 0;
            if pass = 1 then
                wanted := all_words;
            elsif pass = 2 then
                near_words := ''::tsquery;
                any_word := ''::tsquery;
                for i in 1..n loop
                    continue when n > 1 and numnode(plainto_tsquery(config, p_words[i])) = 0;
                    word := plainto_tsquery(config, p_words[i]) || plainto_tsquery('pg_catalog.simple', p_folded[i]);
                    if i = n then
                        word := word || to_tsquery('pg_catalog.simple', p_folded[i] || ':*');
                    end if;
                    near_word := word;
                    if length(p_folded[i]) >= 4 and not exists (select from article_search s
                            where s.tenant_id = casino and s.language = lang and s.words @@ word) then
                        for r in select w.word from article_words w where w.tenant_id = casino and w.language = lang and w.word % p_folded[i]
                                group by w.word order by similarity(w.word, p_folded[i]) desc, w.word limit 3 loop
                            near_word := near_word || plainto_tsquery('pg_catalog.simple', r.word);
                        end loop;
                    end if;
                    near_words := near_words && near_word;
                    any_word := any_word || near_word;
                end loop;
                wanted := near_words;
            else
                wanted := any_word;
            end if;
            continue when numnode(wanted) = 0;
            for r in
                select s.article_id as id, s.language, s.slug, s.title, s.summary,
                    (ts_rank('{0.05, 0.1, 0.4, 1}', s.words, wanted, 0) + 0.5 * word_similarity(line, s.folded))::real as score
                from article_search s
                where s.tenant_id = casino and s.language = lang and s.words @@ wanted and (p_internal or s.audience = 'players')
                  and s.article_id <> all (seen)
                  and not exists (select from article_search o where o.tenant_id = casino and o.article_id = s.article_id and o.language = any (before))
                order by score desc, s.title, s.article_id limit left_over
            loop
                article_id := r.id; language := r.language; slug := r.slug; title := r.title; summary := r.summary;
                score := r.score; exact := pass = 1;
                seen := seen || r.id;
                left_over := left_over - 1;
                found_here := found_here + 1;
                return next;
            end loop;
        end loop;
        before := before || lang;
    end loop;
end $$;
-- +goose StatementEnd
revoke execute on function answer_search from public;
grant execute on function answer_search to pitdesk_app;
grant create on schema public to pitdesk_search;
alter function answer_search owner to pitdesk_search;
revoke create on schema public from pitdesk_search;
