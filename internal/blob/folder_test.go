package blob_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pitdesk/internal/blob"
	"pitdesk/internal/fault"
)

func TestFolder(t *testing.T) {
	t.Parallel()
	store, err := blob.NewFolder(t.TempDir() + "/files")
	if err != nil {
		t.Fatal(err)
	}
	stores(t, store)
}

// stores holds a store to what every Store promises. It leaves nothing behind.
func stores(t *testing.T, store blob.Store) {
	t.Helper()
	ctx := t.Context()
	if err := blob.Probe(ctx, store); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second takes the first one's place
		if err := store.Put(ctx, "a/b/empty", strings.NewReader("")); err != nil {
			t.Fatal(err)
		}
	}
	if got := contentOf(t, store, "a/b/empty"); len(got) != 0 {
		t.Errorf("an empty file came back with %q", got)
	}
	if err := store.Delete(ctx, "a/b/empty"); err != nil {
		t.Fatal(err)
	}
	if err := store.Put(ctx, "a/b/receipt", strings.NewReader("paid")); err != nil {
		t.Fatal(err)
	}
	file, err := store.Open(ctx, "a/b/receipt")
	if err != nil {
		t.Fatal(err)
	}
	got, _ := io.ReadAll(file)
	file.Close()
	if string(got) != "paid" {
		t.Errorf("got %q", got)
	}

	broken := errors.New("the line went dead")
	if err := store.Put(ctx, "a/half", io.MultiReader(strings.NewReader("ha"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("a broken upload: %v", err)
	}
	for _, key := range []string{"a/half", "a/half.part", "../etc/passwd", "/etc/passwd", "", "a//b", "a/B", "a/nothing"} {
		if _, err := store.Open(ctx, key); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("open %q: %v, want NotFound", key, err)
		}
	}
	if err := store.Put(ctx, "../out", strings.NewReader("x")); err == nil {
		t.Error("a key led out of the folder")
	}
	for range 2 {
		if err := store.Delete(ctx, "a/b/receipt"); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if _, err := store.Open(ctx, "a/b/receipt"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("after delete: %v", err)
	}
}
