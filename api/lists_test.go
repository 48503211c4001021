package api

import (
	"fmt"
	"strings"
	"testing"
)

func TestAListReadInOnePieceComesPageByPage(t *testing.T) {
	t.Parallel()
	var all []string
	for i := range 7 {
		all = append(all, fmt.Sprintf("item %d", i))
	}
	name := func(s string) string { return s }
	first, err := cut(Pages{Limit: 3}, all, name)
	if err != nil || strings.Join(first.Data, ",") != "item 0,item 1,item 2" || !first.HasMore {
		t.Fatalf("the first page is %+v %v", first, err)
	}
	// Meanwhile one is put before, and the last one seen is moved: the list goes on after it.
	moved := append([]string{"new"}, all...)
	second, err := cut(Pages{Limit: 3, StartingAfter: first.Next}, moved, name)
	if err != nil || strings.Join(second.Data, ",") != "item 3,item 4,item 5" {
		t.Errorf("the second page is %+v %v", second, err)
	}
	// Meanwhile the last one seen is gone: the list goes on at its place.
	gone := append(append([]string{}, all[:2]...), all[3:]...)
	second, err = cut(Pages{Limit: 3, StartingAfter: first.Next}, gone, name)
	if err != nil || strings.Join(second.Data, ",") != "item 3,item 4,item 5" {
		t.Errorf("after a removal the second page is %+v %v", second, err)
	}
	last, err := cut(Pages{Limit: 3, StartingAfter: second.Next}, gone, name)
	if err != nil || strings.Join(last.Data, ",") != "item 6" || last.HasMore || last.Next != "" {
		t.Errorf("the last page is %+v %v", last, err)
	}
	for _, bad := range []string{"x", "AQAGO2n4", first.Next + "A"} {
		if _, err := cut(Pages{Limit: 3, StartingAfter: bad}, all, name); err == nil {
			t.Errorf("the cursor %q is taken", bad)
		}
	}
	if empty, err := cut(Pages{}, nil, name); err != nil || empty.HasMore || empty.Data == nil {
		t.Errorf("nothing is %+v %v", empty, err)
	}
}
