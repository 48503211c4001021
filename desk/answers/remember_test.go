package answers

import (
	"container/list"
	"strings"
	"testing"
)

func TestWhatIsKeptHasABound(t *testing.T) {
	t.Parallel()
	s := &shelfful{kept: map[pageKey]*list.Element{}, order: list.New(), most: 100_000}
	guide := &Guide{}
	key := func(n int) pageKey { return pageKey{guide, "en", strings.Repeat("x", n)} }
	for n := range 100 {
		s.put(key(n), Page{HTML: strings.Repeat("a", 9000)})
		s.get(key(0)) // somebody reads it all the time
	}
	s.put(key(200), Page{HTML: strings.Repeat("a", 90_000)}) // too large to push out the rest
	if s.size > s.most || len(s.kept) != s.order.Len() || len(s.kept) != 10 {
		t.Errorf("%d pages of %d octets are kept", len(s.kept), s.size)
	}
	_, first := s.get(key(0))
	_, second := s.get(key(1))
	_, last := s.get(key(99))
	if !first || second || !last {
		t.Errorf("kept: the one that is read %v, an old one %v, the last %v", first, second, last)
	}
	if _, ok := s.get(pageKey{&Guide{}, "en", ""}); ok {
		t.Error("another guide finds it")
	}
}
