package answers

import (
	"container/list"
	"context"
	"sync"

	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// remembered is how many octets of articles a process keeps of all casinos together.
const remembered = 32 << 20

// pages are the articles that were read last. They belong to a guide: whatever is published, moved or taken back makes the
// casino's guide a new one, and what was kept with the old one is found no more.
var pages = &shelfful{kept: map[pageKey]*list.Element{}, order: list.New(), most: remembered}

type pageKey struct {
	guide          *Guide
	language, slug string
}

type keptPage struct {
	key  pageKey
	page Page
	size int
}

// shelfful keeps pages up to a size; the one that nobody has asked for the longest goes first.
type shelfful struct {
	mu    sync.Mutex
	kept  map[pageKey]*list.Element
	order *list.List
	size  int
	most  int
}

func (s *shelfful) get(key pageKey) (Page, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.kept[key]
	if !ok {
		return Page{}, false
	}
	s.order.MoveToFront(e)
	return e.Value.(*keptPage).page, true
}

func (s *shelfful) put(key pageKey, p Page) {
	size := 1000 + len(p.HTML) + len(p.Summary) + 120*len(p.Headings) + 200*(len(p.Texts)+len(p.Related))
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.kept[key]; ok || size > s.most/8 {
		return
	}
	s.kept[key] = s.order.PushFront(&keptPage{key, p, size})
	for s.size += size; s.size > s.most; {
		last := s.order.Back()
		old := s.order.Remove(last).(*keptPage)
		delete(s.kept, old.key)
		s.size -= old.size
	}
}

// ReadKept is Read for the casino of ctx from the process's memory, where the article was read since the casino last changed
// anything. What another process changed is seen within five seconds, as everything that Contents knows. The page is shared:
// nobody may change it.
func ReadKept(ctx context.Context, language, slug string) (Page, error) {
	guide, err := Contents(ctx)
	if err != nil {
		return Page{}, err
	}
	key := pageKey{guide, language, slug}
	if p, ok := pages.get(key); ok {
		return p, nil
	}
	var p Page
	err = tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) (err error) {
		p, err = Read(ctx, tx, language, slug)
		return err
	})
	if err == nil && p.Slug == slug {
		pages.put(key, p)
	}
	return p, err
}
