package certificates_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pitdesk/internal/pgtest"
	"pitdesk/tenants/certificates"
)

func TestFilesAreKeptForAllProcesses(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	data := pgtest.New(t)
	here, there := certificates.NewStorage(data.Control(t), nil), certificates.NewStorage(data.Control(t), nil)
	odd := []byte{0, 1, '\\', 'x', 0xff, '\''}
	for key, content := range map[string][]byte{"a/b/one.key": odd, "a/b/two.crt": []byte("two"), "a/c": nil, "ab/x": []byte("x"), "a%/y": []byte("y")} {
		if err := here.Store(ctx, key, content); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := there.Load(ctx, "a/b/one.key"); err != nil || !bytes.Equal(got, odd) {
		t.Errorf("read %q, %v", got, err)
	}
	if err := there.Store(ctx, "a/b/one.key", []byte("anew")); err != nil {
		t.Fatal(err)
	}
	if got, err := here.Load(ctx, "a/b/one.key"); err != nil || string(got) != "anew" {
		t.Errorf("written anew: %q, %v", got, err)
	}
	for _, c := range []struct {
		folder    string
		recursive bool
		want      []string
	}{
		{"a", true, []string{"a/b/one.key", "a/b/two.crt", "a/c"}}, {"a", false, []string{"a/b", "a/c"}}, {"a/b", false, []string{"a/b/one.key", "a/b/two.crt"}},
		{"a%", true, []string{"a%/y"}},
	} {
		if got, err := there.List(ctx, c.folder, c.recursive); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v", c.folder, got, err)
		}
	}
	if info, err := here.Stat(ctx, "a/b/two.crt"); err != nil || info.Size != 3 || !info.IsTerminal || time.Since(info.Modified).Abs() > time.Minute {
		t.Errorf("%+v, %v", info, err)
	}
	if info, err := here.Stat(ctx, "a/b"); err != nil || info.IsTerminal {
		t.Errorf("a folder: %+v, %v", info, err)
	}
	if !here.Exists(ctx, "a/b") || !here.Exists(ctx, "a/c") || here.Exists(ctx, "a/") || here.Exists(ctx, "nothing") {
		t.Error("what exists")
	}
	if err := here.Delete(ctx, "a/b"); err != nil || here.Delete(ctx, "nothing") != nil || !here.Exists(ctx, "ab/x") || !here.Exists(ctx, "a/c") {
		t.Errorf("removed: %v", err)
	}
	for _, missing := range []func() error{
		func() error { _, err := here.Load(ctx, "a/b/one.key"); return err },
		func() error { _, err := here.Stat(ctx, "a/b"); return err },
		func() error { _, err := here.List(ctx, "a/b", true); return err },
	} {
		if err := missing(); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("what is missing answers %v", err)
		}
	}
}

func TestOneHoldsALock(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	data := pgtest.New(t)
	control := data.Control(t)
	processes := []*certificates.Storage{certificates.NewStorage(control, nil), certificates.NewStorage(control, nil)}
	var inside, most atomic.Int64
	var wait sync.WaitGroup
	for i := range 6 {
		wait.Go(func() {
			s := processes[i%2]
			if err := s.Lock(ctx, "issue_help.luckyfox.example"); err != nil {
				t.Error(err)
				return
			}
			if n := inside.Add(1); n > most.Load() {
				most.Store(n)
			}
			if ok, err := processes[(i+1)%2].TryLock(ctx, "issue_help.luckyfox.example"); ok || err != nil {
				t.Errorf("locked twice: %v", err)
			}
			inside.Add(-1)
			if err := s.Unlock(ctx, "issue_help.luckyfox.example"); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if most.Load() != 1 {
		t.Errorf("%d at once", most.Load())
	}
	if ok, err := processes[0].TryLock(ctx, "another"); !ok || err != nil {
		t.Errorf("another name: %v", err)
	}
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	if err := processes[1].Lock(short, "another"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting ends with %v", err)
	}
}

func TestTheLocksOfADeadProcessCanBeTaken(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	data := pgtest.New(t)
	dead := certificates.NewStorageLocking(data.Control(t), 600*time.Millisecond)
	heir := certificates.NewStorageLocking(data.Control(t), 600*time.Millisecond)
	if err := dead.Lock(ctx, "x"); err != nil {
		t.Fatal(err)
	}
	alive, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := heir.Lock(alive, "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("taken from somebody who lives: %v", err)
	}
	dead.Abandon()
	if err := heir.Lock(ctx, "x"); err != nil {
		t.Fatal(err)
	}
	if err := dead.Unlock(ctx, "x"); err != nil {
		t.Fatal(err)
	}
	if ok, _ := dead.TryLock(ctx, "x"); ok {
		t.Error("the dead one's late farewell opens its heir's lock")
	}
}
